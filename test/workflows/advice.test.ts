import { CreateKeyPairCommand, EC2Client, ModifyVpcAttributeCommand } from '@aws-sdk/client-ec2';
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { DisableKeyCommand, EnableKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { CreateHostedZoneCommand, Route53Client } from '@aws-sdk/client-route-53';
import type { ExecutionRecord } from 'step-functions-local';
import { errorAdvice } from '../../core/error-advice';
import { errorCatalogue, type ErrorName } from '../../core/errors';
import { ownerTag } from '../../core/naming';
import { minimalConfiguration } from '../support/minimal-configuration';
import { useMoto } from '../support/moto';
import { makeNetwork } from '../support/network';
import { makeSamlMetadata } from '../support/saml-metadata';
import { AccountInMoto, type Prepared } from './account-in-moto';
import { triedElsewhere } from './advice-tried-elsewhere';

/**
 * The advice of the runbook, tried: an error is provoked in the account or the configuration, what the advice says is
 * done, and the provisioning goes on as it says, to its end.
 */
interface Trial {
  readonly error: ErrorName;
  /** The wrong configuration, or what is wrong with the account. */
  readonly wrong?: (prepared: Prepared) => Record<string, unknown>;
  readonly provoke?: (prepared: Prepared) => unknown;
  /** What the advice says to do; without it, the configuration is corrected. */
  readonly mend?: (prepared: Prepared) => unknown;
  readonly how: 'retry' | 'start';
}

const account = new AccountInMoto(() => moto);
const moto = useMoto({ accountId: minimalConfiguration.account_id, services: account.services });
const ec2 = () => moto.lookingClients.get(EC2Client);
const kms = () => moto.lookingClients.get(KMSClient);
let inline: string;
let oneZone: string;
beforeAll(async () => {
  inline = await makeSamlMetadata();
});
afterAll(() => account.close());

const role = `arn:aws:iam::${minimalConfiguration.account_id}:role/newcomers`;
const dnsNames =
  (Value: boolean) =>
  ({ networks: [network] }: Prepared) =>
    ec2().send(new ModifyVpcAttributeCommand({ VpcId: network?.vpcId, EnableDnsHostnames: { Value } }));

const trials: readonly Trial[] = [
  { error: 'InvalidConfiguration', wrong: () => ({ nodegroup_min_size: 9 }), how: 'start' },
  { error: 'VpcMissing', wrong: () => ({ vpc_id: 'vpc-0fffffffffffffff0' }), how: 'start' },
  {
    error: 'SubnetsMissing',
    provoke: async () => {
      oneZone = (await makeNetwork(moto.lookingClients, { private: ['a'] })).vpcId;
    },
    wrong: () => ({ vpc_id: oneZone }),
    how: 'start',
  },
  {
    error: 'KmsKeyUnusable',
    provoke: ({ keys: [key] }) => kms().send(new DisableKeyCommand({ KeyId: key?.split('/').at(-1) })),
    mend: ({ keys: [key] }) => kms().send(new EnableKeyCommand({ KeyId: key?.split('/').at(-1) })),
    how: 'retry',
  },
  { error: 'HostedZoneMissing', wrong: () => ({ hosted_zone_id: 'Z0FFFFFFFFFFFFFFFFFF' }), how: 'start' },
  {
    error: 'HostedZoneAmbiguous',
    provoke: () =>
      moto.lookingClients
        .get(Route53Client)
        .send(new CreateHostedZoneCommand({ Name: 'ml.acme.example', CallerReference: 'two' })),
    how: 'start',
  },
  {
    error: 'KeyPairMissing',
    wrong: () => ({ ssh_key_name: 'ops' }),
    mend: () => ec2().send(new CreateKeyPairCommand({ KeyName: 'ops' })),
    how: 'retry',
  },
  {
    error: 'ChangeRefused',
    provoke: async (prepared) => account.provision(right(prepared)),
    wrong: () => ({ iam_role_prefix: 'other' }),
    how: 'start',
  },
  {
    error: 'DirectoryUnreachable',
    wrong: () => ({ saml_metadata: { url: 'https://localhost:9/metadata.xml' } }),
    how: 'start',
  },
  { error: 'NodeTypeUnusable', wrong: () => ({ cpu_worker_type: 'm5.largee' }), how: 'start' },
  { error: 'KubernetesVersionUnavailable', wrong: () => ({ kubernetes_version: '1.39' }), how: 'start' },
  {
    error: 'IamResourceMissing',
    wrong: () => ({ admin_role_arns: [role] }),
    mend: () =>
      moto.lookingClients
        .get(IAMClient)
        .send(new CreateRoleCommand({ RoleName: 'newcomers', AssumeRolePolicyDocument: '{}' })),
    how: 'retry',
  },
  {
    error: 'AccountUnsuitable',
    provoke: () => {
      account.facts.showsTags = true;
    },
    mend: () => {
      account.facts.showsTags = false;
    },
    how: 'retry',
  },
  {
    error: 'EndpointUnreachable',
    wrong: () => ({ endpoint_access: { public: true, private: true, public_cidrs: ['192.0.2.0/24'] } }),
    how: 'start',
  },
  { error: 'VpcUnusable', provoke: dnsNames(false), mend: dnsNames(true), how: 'retry' },
  {
    error: 'QuotaExceeded',
    provoke: () => {
      account.facts.quotas = { 'L-1216C47A': 1 };
    },
    mend: () => {
      account.facts.quotas = { 'L-1216C47A': 64 };
    },
    how: 'retry',
  },
  {
    error: 'AccessDenied',
    provoke: () => {
      account.facts.refusal = { status: 400, code: 'AccessDeniedException', message: 'denied by a policy' };
    },
    mend: () => {
      account.facts.refusal = undefined;
    },
    how: 'retry',
  },
  {
    error: 'ClusterNotActive',
    provoke: () => {
      account.facts.clusterStatus = 'UPDATING';
    },
    mend: () => {
      account.facts.clusterStatus = 'ACTIVE';
    },
    how: 'retry',
  },
  {
    error: 'ClusterFailed',
    provoke: () => {
      account.facts.clusterStatus = 'FAILED';
    },
    mend: () => {
      account.facts.clusterStatus = 'ACTIVE';
    },
    how: 'retry',
  },
  {
    error: 'ResourceConflict',
    provoke: () => {
      account.makeCluster({ [ownerTag]: 'somebody-else' });
    },
    mend: () => {
      account.cluster = undefined;
    },
    how: 'retry',
  },
];

function right({ networks: [network], keys: [key] }: Prepared): Record<string, unknown> {
  return {
    ...minimalConfiguration,
    vpc_id: network?.vpcId,
    kms_key_arn: key,
    saml_metadata: { inline },
  };
}

test.each(trials.map((trial): [ErrorName, Trial] => [trial.error, trial]))(
  '%s: what is advised leads to the end',
  async (error, { wrong, provoke, mend, how }) => {
    const prepared = await account.begin();
    await provoke?.(prepared);
    const failed = await account.provision({ ...right(prepared), ...wrong?.(prepared) });
    expect(failed).toMatchObject({ status: 'FAILED', failure: { error } });
    const { continuation } = errorAdvice[error];
    expect(continuation === 'either' ? how : continuation).toBe(how);

    await mend?.(prepared);
    const more = error === 'HostedZoneAmbiguous' ? { hosted_zone_id: prepared.zoneId } : {};
    const ended =
      how === 'retry'
        ? await account.redrive(failed)
        : await account.provision({ ...right(prepared), ...more });
    expect(outcomeOf(ended)).toEqual({ status: 'SUCCEEDED' });
  },
  300_000,
);

test('of every other error it is known where its advice is tried, or why not', () => {
  const tried = [...trials.map(({ error }) => error), ...Object.keys(triedElsewhere)];
  expect(tried.toSorted()).toEqual(Object.keys(errorCatalogue).toSorted());
});

function outcomeOf({ status, failure }: ExecutionRecord): object {
  return { status, ...failure };
}
