import { createClients } from '../../adapters/aws/clients';
import { ownerTag, regionTag } from '../../core/naming';
import { createContext } from '../../tasks/support/context';
import { task } from '../../tasks/preflight/validate-configuration';

/** Nothing but the seed's parameters that have no default. */
const minimal = {
  region: 'eu-central-1',
  account_id: '123456789012',
  vpc_id: 'vpc-0123456789abcdef0',
  kms_key_arn: 'arn:aws:kms:eu-central-1:123456789012:key/00000000-0000-0000-0000-000000000000',
  eks_name: 'acme',
  route53_domain: 'example.com',
  adfs_url: 'adfs.example.com',
};

describe('validate-configuration', () => {
  const calls: unknown[] = [];
  const run = (input: unknown, region = 'eu-central-1') =>
    task.run(
      { input },
      createContext({ clients: createClients({ region, onCall: (call) => calls.push(call) }) }),
    );
  afterEach(() => {
    expect(calls).toEqual([]);
  });

  test('gives the whole configuration and the deployment with its tags', async () => {
    const { configuration, deployment } = await run({ ...minimal, tags: { team: 'ml' }, env: 'dev' });

    expect(configuration).toMatchObject({
      kubeflow_domain: 'kubeflow.example.com',
      kubernetes_version: '1.35',
    });
    expect(deployment).toEqual({
      name: 'acme',
      region: 'eu-central-1',
      accountId: '123456789012',
      tags: { team: 'ml', env: 'dev', [ownerTag]: 'acme', [regionTag]: 'eu-central-1' },
    });
  });

  test('refuses with every problem in one message, each with its path', async () => {
    const refused = run({ ...minimal, vpc_id: 'nope', account_id: '12', kubflow_domain: 'x' });

    await expect(refused).rejects.toMatchObject({ name: 'InvalidConfiguration' });
    const { message } = (await refused.catch((error: unknown) => error as Error)) as Error;
    expect(message).toMatch(/has 3 problems; nothing was touched/);
    for (const part of ['vpc_id is "nope"', 'account_id is "12"', 'did you mean "kubeflow_domain"?'])
      expect(message).toContain(part);
  });

  test.each([[null], ['text'], [[]], [undefined]])('refuses the input %j', async (input) => {
    await expect(run(input)).rejects.toMatchObject({ name: 'InvalidConfiguration' });
  });

  test('refuses a configuration for another region than the workflow runs in', async () => {
    await expect(run(minimal, 'us-east-1')).rejects.toMatchObject({
      name: 'InvalidConfiguration',
      message: expect.stringContaining('must be us-east-1, where this workflow runs') as string,
    });
  });

  test('what it gives is valid input again and means the same', async () => {
    const { configuration } = await run(minimal);
    expect((await run(configuration)).configuration).toEqual(configuration);
  });
});
