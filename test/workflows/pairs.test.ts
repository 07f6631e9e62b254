import { errorKind } from '../../core/errors';
import { parseConfiguration } from '../../core/configuration';
import fc from '../support/fast-check';
import { minimalConfiguration } from '../support/minimal-configuration';
import { useMoto } from '../support/moto';
import { makeSamlMetadata } from '../support/saml-metadata';
import { AccountInMoto, type Prepared } from './account-in-moto';
import { deploymentState, type DeploymentState } from './deployment-state';

/**
 * The whole workflow for one configuration and then for another: it ends as the second alone would have, but for what
 * `docs/changes.md` says to stay until a destroy, or it was refused before anything was changed.
 *
 * A change is judged by a few pairs; PAIRS is how many are tried, as every night.
 */
const numRuns = Number(process.env['PAIRS'] ?? 6);

const account = new AccountInMoto(() => moto);
const moto = useMoto({ accountId: minimalConfiguration.account_id, services: account.services });
let metadata: string[];
beforeAll(async () => {
  metadata = [await makeSamlMetadata(), await makeSamlMetadata()];
});
afterAll(() => account.close());

/** A configuration, with numbers for what only the account and the clock give names. */
interface Choice {
  readonly document: Readonly<Record<string, unknown>>;
  readonly metadata: number;
  readonly network: number;
  readonly key: number;
}

const nodes = fc
  .tuple(fc.integer({ min: 2, max: 6 }), fc.integer({ min: 0, max: 3 }))
  .map(([desired, more]) => ({
    nodegroup_min_size: desired - 1,
    nodegroup_desired_size: desired,
    nodegroup_max_size: desired + more,
  }));
const inPlace = fc
  .record(
    {
      cpu_worker_type: fc.constantFrom('m5.large', 'm5.xlarge'),
      nodes,
      tags: fc.dictionary(fc.constantFrom('team', 'cost', 'Name'), fc.constantFrom('ml', 'Data', 'x y')),
      env: fc.constantFrom('dev', 'production'),
      kubeflow_domain: fc.constantFrom('kubeflow.ml.acme.example', 'ai.ml.acme.example'),
      // Whoever names some names all that are needed.
      more_names: fc.subarray(['more.ml.acme.example', '*.apps.ml.acme.example'], { minLength: 1 }),
      kubernetes_version: fc.constantFrom('1.34', '1.35'),
      notification_email: fc.constantFrom('ml@acme.example', 'platform@acme.example'),
      admin_role_arns: fc
        .subarray(['platform', 'audit'])
        .map((roles) => roles.map((role) => `arn:aws:iam::${minimalConfiguration.account_id}:role/${role}`)),
      lambda_concurrency_enabled: fc.boolean(),
      lambda_profile_concurrency: fc.integer({ min: 1, max: 20 }),
      associate_public_ip_address: fc.constant(false),
      components: fc.subarray(['kserve', 'pipelines', 'notebooks', 'katib'], { minLength: 1 }),
      observability: fc.record(
        { certificate_days: fc.constantFrom(14, 30), server_errors: fc.constantFrom(10, 50) },
        { requiredKeys: [] },
      ),
      access: fc.record({ group_prefix: fc.constantFrom('AWS-', 'ML-') }),
    },
    { requiredKeys: [] },
  )
  .map(({ nodes: scale, components, more_names: names, ...document }) => ({
    ...document,
    ...scale,
    ...(names !== undefined && {
      cert_alt_names: ['*.ml.acme.example', '*.auth.ml.acme.example', '*.login.ml.acme.example', ...names],
    }),
    ...(components !== undefined && { kubeflow: { components } }),
  }));

/** Keys whose change is refused, each rarely another than usual. */
const refused = fc.oneof(
  { weight: 9, arbitrary: fc.constant({}) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      { iam_role_prefix: 'ml' },
      { auth_base_domain: 'login.ml.acme.example' },
      { kubeflow: { ingress_scheme: 'internal' } },
      { identity_provider: { kind: 'okta' } },
      { artifacts: {} },
    ),
  },
);
const choice: fc.Arbitrary<Choice> = fc.record({
  document: fc
    .tuple(inPlace, refused)
    .map(([usual, other]) => ({ ...minimalConfiguration, ...usual, ...other })),
  metadata: fc.nat(1),
  network: fc.oneof({ weight: 29, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.constant(1) }),
  key: fc.oneof({ weight: 29, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.constant(1) }),
});

function written({ document, ...chosen }: Choice, { networks, keys }: Prepared): Record<string, unknown> {
  return {
    ...document,
    vpc_id: networks[chosen.network]?.vpcId,
    kms_key_arn: keys[chosen.key],
    saml_metadata: { inline: metadata[chosen.metadata] },
  };
}

/** What stays of a former configuration until a destroy: its names, and proofs that they are ours. */
function mayStay(record: string, former: Choice): boolean {
  const configuration = parseConfiguration({
    ...former.document,
    saml_metadata: { inline: metadata[former.metadata] },
  }).configuration;
  const [name = '', type] = record.split(' ');
  return (
    (type === 'CNAME' && name.startsWith('_')) ||
    // The companion of a validation record, which stays beside it.
    (type === 'TXT' && name.startsWith('_kubeflow-eks-cname._')) ||
    [configuration?.kubeflow_domain, configuration?.auth_base_domain].some(
      (host) => host !== undefined && name.includes(`${host}.`),
    )
  );
}

test('a configuration after another ends as it alone would, or is refused with nothing changed', async () => {
  const seen = { refused: 0, reached: 0 };
  await fc.assert(
    fc.asyncProperty(choice, choice, async (one, two) => {
      const prepared = await account.begin();
      const first = await account.provision(written(one, prepared));
      // An account can refuse a configuration by itself, which says nothing about changes.
      if (isRefusal(first)) return;
      expect(outcomeOf(first)).toEqual({ status: 'SUCCEEDED' });
      const before = await stateNow(prepared);
      moto.forgetCalls();
      const second = await account.provision(written(two, prepared));
      const between = await stateNow(prepared);
      if (isRefusal(second)) {
        seen.refused += 1;
        expect(between).toEqual(before);
        expect(moto.mutatingCalls().filter((call) => !call.startsWith('DynamoDB '))).toEqual([]);
        return;
      }
      expect(outcomeOf(second)).toEqual({ status: 'SUCCEEDED' });

      const anew = await account.begin();
      expect(outcomeOf(await account.provision(written(two, anew)))).toEqual({ status: 'SUCCEEDED' });
      const alone = await stateNow(anew);
      seen.reached += 1;
      expect(between.parts).toEqual(alone.parts);
      const more = between.records.filter((record) => !alone.records.includes(record));
      expect(more.filter((record) => !mayStay(record, one))).toEqual([]);
      expect(
        alone.records.filter((record) => !between.records.includes(record) && !/ CNAME /.test(record)),
      ).toEqual([]);
    }),
    // A smaller pair would be looked for through whole provisionings.
    { numRuns, endOnFailure: true },
  );
  expect(seen.reached).toBeGreaterThan(0);
}, 1_800_000);

function stateNow(prepared: Prepared): Promise<DeploymentState> {
  return deploymentState(account, moto.lookingClients, prepared);
}

interface Ended {
  status: string;
  failure?: { error?: string; cause?: string };
}

function outcomeOf({ status, failure }: Ended): object {
  return { status, ...failure };
}

function isRefusal({ failure }: Ended): boolean {
  return (
    failure?.error !== undefined &&
    errorKind(failure.error) === 'user' &&
    failure.error !== 'UnexpectedFailure'
  );
}
