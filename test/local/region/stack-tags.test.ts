import { CloudFormationClient, CreateStackCommand } from '@aws-sdk/client-cloudformation';
import { stackTags } from '../../../local/codebuild/eksctl/stacks';
import { stacks } from '../../../local/region/overlays/cloudformation';
import { useMoto } from '../../support/moto';

const moto = useMoto({
  services: () => ({
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

const create = async (tags: readonly (readonly [string, string])[]): Promise<unknown> =>
  moto.lookingClients.get(CloudFormationClient).send(
    new CreateStackCommand({
      StackName: 'eksctl-acme-nodegroup-workers',
      TemplateBody: JSON.stringify({ Resources: {} }),
      Tags: tags.map(([Key, Value]) => ({ Key, Value })),
    }),
  );

test('a stack that eksctl would give a tag twice is refused', async () => {
  const shared = { team: 'ml' };
  await expect(create(stackTags({ name: 'acme', region: 'x', tags: shared }, shared))).rejects.toThrow(
    'Tags contain duplicate keys; tag keys must be unique',
  );
  await expect(create(stackTags({ name: 'acme', region: 'x' }, shared))).resolves.toBeDefined();
});
