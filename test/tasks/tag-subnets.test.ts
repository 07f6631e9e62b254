import { createTags, readTags } from '../../adapters/aws/ec2-tags';
import { task } from '../../tasks/subnets/tag-subnets';
import { useMoto } from '../support/moto';
import { makeNetwork } from '../support/network';
import { testContext, testDeployment } from '../support/task-context';

describe('tag-subnets', () => {
  const moto = useMoto({ functions: ['tag-subnets'] });
  const prepare = async () => {
    const network = await makeNetwork(moto.lookingClients);
    return { input: { deployment: testDeployment, ...network }, network };
  };

  test('tags the VPC, the private and the public subnets for the cluster and its load balancers', async () => {
    const { input, network } = await prepare();
    const [privateSubnet, publicSubnet] = [
      network.subnets.private[0]?.id ?? '',
      network.subnets.public[0]?.id ?? '',
    ];

    const result = await task.run(input, testContext(moto));

    expect(result.tagged).toHaveLength(5);
    const tags = await readTags(moto.lookingClients, [network.vpcId, privateSubnet, publicSubnet]);
    expect(tags.get(network.vpcId)).toEqual({ 'kubernetes.io/cluster/acme': 'shared' });
    expect(tags.get(privateSubnet)).toEqual({
      'kubernetes.io/cluster/acme': 'shared',
      'kubernetes.io/role/internal-elb': '1',
      'kubeflow-eks:role-tag': 'kubeflow-eks',
    });
    expect(tags.get(publicSubnet)).toMatchObject({ 'kubernetes.io/role/elb': '1' });
  });

  test('a second run makes no mutating call', async () => {
    const { input } = await prepare();
    const first = await task.run(input, testContext(moto));
    moto.forgetCalls();

    expect(await task.run(input, testContext(moto))).toEqual(first);
    expect(moto.mutatingCalls()).toEqual([]);
    expect(moto.calls.length).toBeGreaterThan(0);
  });

  test('only what is missing is set, and the tags of others stay', async () => {
    const { input, network } = await prepare();
    const id = network.subnets.private[0]?.id ?? '';
    await createTags(moto.lookingClients, [id], {
      'kubernetes.io/role/internal-elb': '',
      owner: 'network team',
    });

    await task.run(input, testContext(moto));

    const tags = await readTags(moto.lookingClients, [id]);
    expect(tags.get(id)).toEqual({
      'kubernetes.io/cluster/acme': 'shared',
      'kubernetes.io/role/internal-elb': '',
      owner: 'network team',
    });
  });

  test.each([{ 'kubernetes.io/cluster/acme': 'owned' }, { 'kubernetes.io/role/internal-elb': '0' }])(
    'a subnet that carries %j is a conflict and nothing is changed',
    async (foreign) => {
      const { input, network } = await prepare();
      await createTags(moto.lookingClients, [network.subnets.private[1]?.id ?? ''], foreign);

      await expect(task.run(input, testContext(moto))).rejects.toMatchObject({
        name: 'ResourceConflict',
        message: expect.stringContaining(network.subnets.private[1]?.id ?? '') as string,
      });
      expect(moto.mutatingCalls()).toEqual([]);
    },
  );

  test('in plan mode the changes are named and not made', async () => {
    const { input } = await prepare();
    const context = testContext(moto, { readOnly: true });

    expect(await task.run(input, context)).toEqual({
      tagged: expect.arrayContaining([input.vpcId]) as string[],
    });
    expect(context.changes).toEqual(
      ['vpc', 'subnet', 'subnet'].map((kind) => ({
        action: 'change',
        what: expect.stringMatching(new RegExp(`^tags of ${kind}-.*: kubernetes.io/cluster/acme`)) as string,
      })),
    );
    expect(moto.mutatingCalls()).toEqual([]);
  });

  test('arguments that do not fit are refused by path, without their values', async () => {
    await expect(
      task.run(
        { deployment: { ...testDeployment, accountId: 'hunter2' }, vpcId: 'vpc-1' },
        testContext(moto),
      ),
    ).rejects.toMatchObject({
      name: 'InvalidTaskInput',
      message: expect.not.stringContaining('hunter2') as string,
    });
  });
});
