import { DescribeVpcsCommand } from '@aws-sdk/client-ec2';
import { ListHostedZonesCommand } from '@aws-sdk/client-route-53';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readTrust } from '../../../adapters/aws/iam-presence';
import { sha256 } from '../../../builds/tools/verify';
import { parseConfiguration } from '../../../core/configuration';
import { createRegionClients } from '../../../local/region/account/clients';
import { prepareAccount } from '../../../local/region/account/prepare';
import { stackOptionsFor } from '../../../local/region/account/stack-options';
import { makeTempDir, type TempDir } from '../../../local/processes/temp-dir';
import { seedConfiguration } from '../../support/region';
import { useMoto } from '../../support/moto';

const teamRole = 'arn:aws:iam::123456789012:role/kubeflow-teams/team-a';
const document = {
  ...seedConfiguration,
  account_id: '123456789012',
  kms_key_arn: seedConfiguration.kms_key_arn.replace('111122223333', '123456789012'),
  subnets: { private: ['subnet-0123456789abcdef0', 'subnet-0123456789abcdef1'] },
  hosted_zone_id: 'Z0123456789ABCDEFGHIJ',
  permissions_boundary_arn: 'arn:aws:iam::123456789012:policy/boundary',
  admin_role_arns: ['arn:aws:iam::123456789012:role/platform'],
  access: { namespaces: { 'team-a': { role_arn: teamRole } } },
  kubeflow: {
    ingress_scheme: 'internal',
    source: { archive: { url: 's3://mirror/kubeflow/archive.tar.gz', sha256: '0'.repeat(64) } },
  },
};

let distribution: TempDir;
beforeAll(async () => {
  distribution = await makeTempDir('distribution-');
  await mkdir(join(distribution.path, 'common'));
  await writeFile(join(distribution.path, 'common', 'kustomization.yaml'), 'resources: []\n');
});
afterAll(async () => distribution.remove());

const moto = useMoto({ region: 'us-east-1', accountId: '123456789012' });

test('an account has what the configuration names, under the ids that moto chose, and it is made once', async () => {
  const clients = createRegionClients(Promise.resolve(moto.server.endpoint), 'us-east-1');

  const first = await prepareAccount(clients, document, distribution.path);
  const second = await prepareAccount(clients, document, distribution.path);

  expect(second).toEqual(first);
  expect(parseConfiguration(first.document).ok).toBe(true);
  expect(first.mappings.map(({ path }) => path)).toEqual([
    'vpc_id',
    'subnets.private[0]',
    'subnets.private[1]',
    'kms_key_arn',
    'hosted_zone_id',
    'kubeflow.source.archive.sha256',
  ]);
  const { Body: archive } = await clients.s3.send(
    new GetObjectCommand({ Bucket: 'mirror', Key: 'kubeflow/archive.tar.gz' }),
  );
  expect(first.document['kubeflow']).toEqual({
    ingress_scheme: 'internal',
    source: {
      archive: {
        url: 's3://mirror/kubeflow/archive.tar.gz',
        sha256: sha256(Buffer.from((await archive?.transformToByteArray()) ?? [])),
      },
    },
  });
  expect(JSON.stringify(await readTrust(moto.lookingClients, teamRole))).toContain('pods.eks.amazonaws.com');
  expect(first.directory?.hosts).toEqual(['adfs.acme.example']);
  const { HostedZones: zones } = await clients.route53.send(new ListHostedZonesCommand({}));
  expect(zones).toHaveLength(1);
  const { Vpcs: vpcs = [] } = await clients.ec2.send(new DescribeVpcsCommand({}));
  expect(vpcs.filter(({ IsDefault: isDefault }) => isDefault !== true)).toHaveLength(1);
});

test('a document that is not valid is left for the workflow to refuse', async () => {
  const clients = createRegionClients(Promise.resolve(moto.server.endpoint), 'us-east-1');
  expect(await prepareAccount(clients, { colour: 'blue' }, distribution.path)).toEqual({
    document: { colour: 'blue' },
    mappings: [],
  });
});

test('a stack gets the options without which a configuration would be refused, and no others', () => {
  expect(stackOptionsFor(document)).toEqual({
    archiveBuckets: 'mirror',
    namespaceRolePaths: '/kubeflow-teams/',
  });
  expect(stackOptionsFor(seedConfiguration)).toEqual({});
});
