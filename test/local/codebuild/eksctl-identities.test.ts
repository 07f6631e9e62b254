import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import {
  CreateClusterCommand,
  DescribePodIdentityAssociationCommand,
  EKSClient,
  ListPodIdentityAssociationsCommand,
} from '@aws-sdk/client-eks';
import { IAMClient } from '@aws-sdk/client-iam';
import { STSClient } from '@aws-sdk/client-sts';
import { createPodIdentities } from '../../../local/codebuild/eksctl/identities';
import { stacks } from '../../../local/region/overlays/cloudformation';
import { clusterParts } from '../../../local/region/overlays/eks-addons';
import { useMoto } from '../../support/moto';

const made: { name: unknown; tags: object }[] = [];
const moto = useMoto({
  services: () => ({
    eks: [clusterParts('123456789012')],
    cloudformation: [
      stacks({
        accountId: '123456789012',
        region: 'eu-central-1',
        perform: async () => Promise.resolve({ status: 200, body: '{}' }),
        roles: {
          create: async ({ roleName }, tags) => {
            made.push({ name: roleName, tags });
            return Promise.resolve();
          },
          remove: async () => Promise.resolve(),
        },
      }),
    ],
  }),
});

test('a pod identity has its own tags alone, its role those of the cluster too, and a name of its region', async () => {
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
  const identity = (serviceAccountName: string, more = {}) => ({
    namespace: 'kube-system',
    serviceAccountName,
    ...more,
  });
  await createPodIdentities(
    clients,
    {
      metadata: { name: 'acme', region: 'eu-central-1', tags: { team: 'ml' } },
      iam: { podIdentityAssociations: [identity('bare'), identity('tagged', { tags: { owner: 'us' } })] },
    },
    () => undefined,
  );
  const { associations = [] } = await eks.send(
    new ListPodIdentityAssociationsCommand({ clusterName: 'acme' }),
  );
  const tags = await Promise.all(
    associations.map(async ({ associationId, serviceAccount }) => {
      const { association } = await eks.send(
        new DescribePodIdentityAssociationCommand({ clusterName: 'acme', associationId }),
      );
      return [serviceAccount, association?.tags];
    }),
  );
  expect(Object.fromEntries(tags)).toEqual({ bare: {}, tagged: { owner: 'us' } });
  expect(made).toMatchObject([
    { name: 'eksctl-acme-podidentity-bare-eu-central-1', tags: { team: 'ml' } },
    { name: 'eksctl-acme-podidentity-tagged-eu-central-1', tags: { team: 'ml', owner: 'us' } },
  ]);
});
