import { ACMClient, ListCertificatesCommand, ListTagsForCertificateCommand } from '@aws-sdk/client-acm';
import {
  GetPolicyVersionCommand,
  IAMClient,
  ListPoliciesCommand,
  ListRolesCommand,
} from '@aws-sdk/client-iam';
import {
  ListHostedZonesCommand,
  ListResourceRecordSetsCommand,
  Route53Client,
} from '@aws-sdk/client-route-53';
import { ownerTag, regionTag } from '../../core/naming';
import { seedConfiguration, useRegion, type TestRegion } from '../support/region';

const domains = (place: string) => ({
  // The parent of both logins, which the first makes and the second finds.
  auth_base_domain: 'auth.demo.acme.example',
  cognito_domain: `${place}.auth.demo.acme.example`,
  kubeflow_domain: `kubeflow.${place}.demo.acme.example`,
  // The zone's own name is on both certificates, so both are validated by one record.
  cert_alt_names: [`*.${place}.demo.acme.example`, `${place}.auth.demo.acme.example`],
});
const { lambda_concurrency_enabled: _, ...seed } = seedConfiguration;
const virginia = { ...seed, ...domains('us') };
const frankfurt = {
  ...seed,
  ...domains('eu'),
  region: 'eu-central-1',
  kms_key_arn: virginia.kms_key_arn.replace('us-east-1', 'eu-central-1'),
};
const first = useRegion(virginia);
const second = useRegion(frankfurt, () => ({ moto: first().region.moto }));

/** What the two regions of the account share, as far as it can be somebody's. */
async function shared(): Promise<Record<'records' | 'roles' | 'policies' | 'certificates', string[]>> {
  const { clients } = first();
  const route53 = clients.get(Route53Client);
  const { HostedZones: zones = [] } = await route53.send(new ListHostedZonesCommand({}));
  expect(zones).toHaveLength(1);
  const { ResourceRecordSets: records = [] } = await route53.send(
    new ListResourceRecordSetsCommand({ HostedZoneId: zones[0]?.Id }),
  );
  const iam = clients.get(IAMClient);
  const { Roles: roles = [] } = await iam.send(new ListRolesCommand({ MaxItems: 1000 }));
  const { Policies: policies = [] } = await iam.send(
    new ListPoliciesCommand({ Scope: 'Local', MaxItems: 1000 }),
  );
  const acm = clients.get(ACMClient, 'us-east-1');
  const { CertificateSummaryList: certificates = [] } = await acm.send(new ListCertificatesCommand({}));
  return {
    records: records.map((record) => JSON.stringify(record)).sort(),
    // Those by which services act are the account's, and stay.
    roles: roles
      .flatMap(({ RoleName: role, Path: path = '' }) =>
        path.startsWith('/aws-service-role/') ? [] : (role ?? []),
      )
      .sort(),
    policies: await Promise.all(
      policies.map(async ({ Arn: PolicyArn, DefaultVersionId: VersionId }) => {
        const { PolicyVersion } = await iam.send(new GetPolicyVersionCommand({ PolicyArn, VersionId }));
        return `${PolicyArn ?? ''} ${PolicyVersion?.Document ?? ''}`;
      }),
    ),
    certificates: await Promise.all(
      certificates.map(async ({ CertificateArn }) => {
        const { Tags = [] } = await acm.send(new ListTagsForCertificateCommand({ CertificateArn }));
        const value = (key: string) => Tags.find(({ Key }) => Key === key)?.Value ?? '';
        return `${CertificateArn ?? ''} ${value(ownerTag)} in ${value(regionTag)}`;
      }),
    ),
  };
}

async function succeed({ start, finish }: TestRegion, ...of: Parameters<TestRegion['start']>): Promise<void> {
  const { execution } = await finish(await start(...of));
  expect(execution).toMatchObject({ status: 'SUCCEEDED' });
}

test('two deployments of one name in two regions of an account are made, re-synced and destroyed apart', async () => {
  const name = { deployment: seedConfiguration.eks_name };
  const nothing = await shared();
  await succeed(first(), 'provision', first().document);
  const alone = await shared();
  const { start, finish, document } = second();
  const taken = await finish(await start('provision', { ...document, ...domains('us') }));
  expect(taken.execution).toMatchObject({
    status: 'FAILED',
    error: 'ResourceConflict',
    cause: expect.stringMatching(/us\.auth\.demo\.acme\.example is of kubeflow-demo\/us-east-1/) as string,
  });
  expect(await shared()).toEqual(alone);
  await succeed(second(), 'provision', document);
  const both = await shared();
  for (const kind of ['roles', 'policies', 'certificates'] as const) {
    expect(alone[kind].filter((one) => !both[kind].includes(one))).toEqual([]);
    expect(both[kind].length).toBeGreaterThan(alone[kind].length);
  }

  await succeed(first(), 'resync', name);
  await succeed(second(), 'resync', name);
  await succeed(first(), 'provision', first().document);
  expect(await shared()).toEqual(both);

  await succeed(second(), 'destroy', name);
  expect(await shared()).toEqual(alone);
  await succeed(first(), 'resync', name);
  expect(await shared()).toEqual(alone);

  await succeed(first(), 'destroy', name);
  expect(await shared()).toEqual(nothing);
}, 1_500_000);
