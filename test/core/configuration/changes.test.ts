import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { changes, refusedChanges, type Known } from '../../../core/configuration/changes';
import { changesDocument } from '../../../core/configuration/changes-document';
import { configurationShape } from '../../../core/configuration/schema';

const was: Known = {
  configuration: {
    eks_name: 'acme',
    region: 'eu-central-1',
    account_id: '111122223333',
    kms_key_arn: 'key',
    iam_role_prefix: 'kubeflow',
    iam_policy_prefix: 'kubeflow',
    cognito_domain: 'cognito.example.com',
    identity_provider: { kind: 'adfs' },
    kubernetes_version: '1.35',
    kubeflow: { installer: 'kustomize', ingress_scheme: 'internal' },
  },
  vpcId: 'vpc-1',
  subnetIds: ['subnet-1', 'subnet-2'],
  hostedZoneId: 'Z1',
};
const changed = (more: Record<string, unknown>): Known => ({
  ...was,
  configuration: { ...was.configuration, ...more },
});

test('docs/changes.md is written from the table (npx tsx tools/write-changes.ts), which has every key', () => {
  const document = readFileSync(join(__dirname, '..', '..', '..', 'docs', 'changes.md'), 'utf8');
  expect(document).toBe(changesDocument());
  expect(Object.keys(changes).sort()).toEqual(Object.keys(configurationShape).sort());
});

const database = { host: 'kubeflow.abc.eu-central-1.rds.amazonaws.com', data_moved: false };
const made = { create: { storage_gib: 50, engine_version: '8.4.6' } };

const refusals: [path: string, asked: Known, from?: Known][] = [
  ['artifacts', changed({ artifacts: {} })],
  ['identity_provider.kind', changed({ identity_provider: { kind: 'okta' } })],
  ['vpc_id', { ...was, vpcId: 'vpc-2' }],
  ['subnets', { ...was, subnetIds: ['subnet-1', 'subnet-3'] }],
  ['hosted_zone_id', { ...was, hostedZoneId: 'Z2' }],
  ['kms_key_arn', changed({ kms_key_arn: 'other' })],
  ['iam_role_prefix', changed({ iam_role_prefix: 'ml' })],
  ['iam_policy_prefix', changed({ iam_policy_prefix: 'ml' })],
  ['cognito_domain', changed({ cognito_domain: 'login.example.com' })],
  ['kubernetes_version', changed({ kubernetes_version: '1.34' })],
  ['kubeflow.installer', changed({ kubeflow: { installer: 'kfctl', ingress_scheme: 'internal' } })],
  [
    'kubeflow.ingress_scheme',
    changed({ kubeflow: { installer: 'kustomize', ingress_scheme: 'internet-facing' } }),
  ],
  [
    'shared_volumes.kms_key_arn',
    changed({ shared_volumes: { kms_key_arn: 'other' } }),
    changed({ shared_volumes: {} }),
  ],
  ['database', changed({ database })],
  ['database', was, changed({ database })],
  ['database', changed({ database: made }), changed({ database })],
  [
    'database.create.storage_gib',
    changed({ database: { create: { ...made.create, storage_gib: 20 } } }),
    changed({ database: made }),
  ],
  [
    'database.create.engine_version',
    changed({ database: { create: { ...made.create, engine_version: '8.4.5' } } }),
    changed({ database: made }),
  ],
];

test.each(refusals)('another %s is refused, and nothing else with it', (path, asked, from = was) => {
  expect(refusedChanges(from, asked).map((each) => each.path)).toEqual([path]);
});

test('every key that the table calls refused is refused', () => {
  const called = Object.entries(changes).flatMap(([key, change]) => [
    ...(change.effect === 'refused' ? [key] : []),
    ...Object.entries(change.parts ?? {})
      .filter(([, { effect }]) => effect === 'refused')
      .map(([part]) => {
        // `create.storage_gib, less` is about that part; words alone about the key.
        const [named = ''] = part.split(', ');
        return named.includes(' ') ? key : `${key}.${named}`;
      }),
  ]);
  expect(refusals.map(([path]) => path).sort()).toEqual(called.sort());
});

test('what is equal or not known is not refused, nor subnets in another order or found by themselves', () => {
  expect(refusedChanges(was, was)).toEqual([]);
  expect(refusedChanges({ configuration: {} }, was)).toEqual([]);
  const { subnetIds: _, ...found } = was;
  expect(refusedChanges(was, found)).toEqual([]);
  expect(refusedChanges(was, { ...was, subnetIds: ['subnet-2', 'subnet-1'] })).toEqual([]);
  expect(refusedChanges(was, changed({ kubernetes_version: '1.36' }))).toEqual([]);
  // From a file system of one's own to one that is made, and back.
  const [existing, made] = [{ file_system_id: 'fs-89abcdef' }, { kms_key_arn: 'other' }].map((settings) =>
    changed({ shared_volumes: settings }),
  );
  expect(refusedChanges(existing ?? was, made ?? was)).toEqual([]);
  expect(refusedChanges(made ?? was, existing ?? was)).toEqual([]);
});
