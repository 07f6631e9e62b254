import {
  CreateLaunchTemplateCommand,
  type LaunchTemplateInstanceMetadataOptionsRequest,
} from '@aws-sdk/client-ec2';
import { CreateClusterCommand, CreateNodegroupCommand } from '@aws-sdk/client-eks';
import type { KubeClient } from '../../../local/kubernetes/kube-client';
import { createRegionClients, type RegionClients } from '../../../local/region/account/clients';
import { credentialsOfNode } from '../../../local/region/account/instance-metadata';
import { useMoto } from '../../support/moto';

const moto = useMoto();
const role = 'arn:aws:iam::123456789012:role/nodes';
let clients: RegionClients;

beforeEach(() => {
  clients = createRegionClients(Promise.resolve(moto.server.endpoint), 'eu-central-1');
});

/** What a pod on a node of a group gets whose machines have these options; none: EKS' own. */
async function asked(
  options: LaunchTemplateInstanceMetadataOptionsRequest | undefined,
  hostNetwork = false,
): Promise<string | undefined> {
  const { eks, ec2 } = clients;
  await eks.send(
    new CreateClusterCommand({ name: 'acme', roleArn: role, resourcesVpcConfig: { subnetIds: [] } }),
  );
  const { LaunchTemplate: template } =
    options === undefined
      ? {}
      : await ec2.send(
          new CreateLaunchTemplateCommand({
            LaunchTemplateName: 'nodes',
            LaunchTemplateData: { MetadataOptions: options },
          }),
        );
  await eks.send(
    new CreateNodegroupCommand({
      clusterName: 'acme',
      nodegroupName: 'cpu',
      nodeRole: role,
      subnets: [],
      ...(template !== undefined && { launchTemplate: { id: template.LaunchTemplateId, version: '1' } }),
    }),
  );
  const objects: Readonly<Record<string, object>> = {
    '/api/v1/namespaces/ml/pods/work': { spec: { nodeName: 'node', hostNetwork } },
    '/api/v1/nodes/node': { metadata: { name: 'node', labels: { 'eks.amazonaws.com/nodegroup': 'cpu' } } },
  };
  const client = { get: async (path: string) => Promise.resolve(objects[path]) } as unknown as KubeClient;
  return credentialsOfNode(clients, client, { clusterName: 'acme', namespace: 'ml', pod: 'work' });
}

test.each([
  ['a hop limit of two', { HttpTokens: 'required', HttpPutResponseHopLimit: 2 }, role],
  ['a hop limit of one', { HttpTokens: 'required', HttpPutResponseHopLimit: 1 }, undefined],
  [
    'a hop limit of one that no token is asked for',
    { HttpTokens: 'optional', HttpPutResponseHopLimit: 1 },
    role,
  ],
  ['no endpoint', { HttpEndpoint: 'disabled', HttpPutResponseHopLimit: 2 }, undefined],
  ['options of EKS alone', undefined, role],
] as const)('a pod on a machine with %s', async (_what, options, expected) => {
  expect(await asked(options)).toBe(expected);
});

test('a pod in the network of its machine is no hop further', async () => {
  expect(await asked({ HttpTokens: 'required', HttpPutResponseHopLimit: 1 }, true)).toBe(role);
});
