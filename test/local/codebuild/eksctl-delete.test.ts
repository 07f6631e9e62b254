import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CreateClusterCommand, EKSClient, ListClustersCommand } from '@aws-sdk/client-eks';
import { IAMClient } from '@aws-sdk/client-iam';
import { STSClient } from '@aws-sdk/client-sts';
import { deleteCluster } from '../../../local/codebuild/eksctl/delete';
import { stacks } from '../../../local/region/overlays/cloudformation';
import { accessEntries } from '../../../local/region/overlays/eks-access-entries';
import { clusterParts } from '../../../local/region/overlays/eks-addons';
import { useMoto } from '../../support/moto';

const moto = useMoto({
  services: () => ({
    eks: [accessEntries('123456789012').handler, clusterParts('123456789012')],
    cloudformation: [
      stacks({
        accountId: '123456789012',
        region: 'eu-central-1',
        perform: async () => Promise.resolve({ status: 200, body: '{}' }),
        roles: { create: async () => Promise.resolve(), remove: async () => Promise.resolve() },
      }),
    ],
  }),
});

test('who is not let into a cluster can delete it by force only', async () => {
  const eks = moto.lookingClients.get(EKSClient);
  await eks.send(
    new CreateClusterCommand({
      name: 'acme',
      roleArn: 'arn:aws:iam::123456789012:role/cluster',
      resourcesVpcConfig: { subnetIds: ['subnet-1'] },
    }),
  );
  const clients = {
    eks,
    cloudFormation: moto.lookingClients.get(CloudFormationClient),
    iam: moto.lookingClients.get(IAMClient),
    sts: moto.lookingClients.get(STSClient),
  };
  const remove = async (force: boolean): Promise<void> =>
    deleteCluster(clients, 'acme', { force }, () => undefined);
  await expect(remove(false)).rejects.toThrow('cannot list Kubernetes Services: Unauthorized');
  await remove(true);
  expect((await eks.send(new ListClustersCommand({}))).clusters).toEqual([]);
});
