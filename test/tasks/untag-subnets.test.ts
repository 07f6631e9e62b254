import { createTags, readTags } from '../../adapters/aws/ec2-tags';
import { task as tag } from '../../tasks/subnets/tag-subnets';
import { task as untag } from '../../tasks/subnets/untag-subnets';
import { useMoto } from '../support/moto';
import { makeNetwork } from '../support/network';
import { testContext, testDeployment } from '../support/task-context';

describe('untag-subnets', () => {
  const moto = useMoto();
  const globex = { ...testDeployment, name: 'globex' };

  test('leaves the network as it was before tag-subnets, once', async () => {
    const network = await makeNetwork(moto.lookingClients);
    const ids = [network.vpcId, ...network.subnets.private.map(({ id }) => id)];
    const input = { deployment: testDeployment, ...network };
    await createTags(moto.lookingClients, ids, { owner: 'network team' });
    const before = await readTags(moto.lookingClients, ids);
    await tag.run(input, testContext(moto));
    expect(await readTags(moto.lookingClients, ids)).not.toEqual(before);

    const { untagged } = await untag.run(input, testContext(moto));

    expect(untagged).toHaveLength(5);
    expect(await readTags(moto.lookingClients, ids)).toEqual(before);
    moto.forgetCalls();
    expect(await untag.run(input, testContext(moto))).toEqual({ untagged: [] });
    expect(moto.mutatingCalls()).toEqual([]);
  });

  test('the load balancer tag goes with the last deployment that uses the subnet', async () => {
    const network = await makeNetwork(moto.lookingClients);
    const id = network.subnets.public[0]?.id ?? '';
    await tag.run({ deployment: testDeployment, ...network }, testContext(moto));
    await tag.run({ deployment: globex, ...network }, testContext(moto));

    await untag.run({ deployment: testDeployment, ...network }, testContext(moto));
    expect((await readTags(moto.lookingClients, [id])).get(id)).toMatchObject({
      'kubernetes.io/cluster/globex': 'shared',
      'kubernetes.io/role/elb': '1',
    });

    await untag.run({ deployment: globex, ...network }, testContext(moto));
    expect((await readTags(moto.lookingClients, [id])).get(id)).toEqual({});
  });

  test("an administrator's load balancer tag and another cluster's ownership stay", async () => {
    const network = await makeNetwork(moto.lookingClients);
    const id = network.subnets.private[0]?.id ?? '';
    const theirs = { 'kubernetes.io/role/internal-elb': '1', 'kubernetes.io/cluster/old': 'owned' };
    await createTags(moto.lookingClients, [id], theirs);
    await tag.run({ deployment: testDeployment, ...network }, testContext(moto));

    await untag.run({ deployment: testDeployment, ...network }, testContext(moto));

    expect((await readTags(moto.lookingClients, [id])).get(id)).toEqual(theirs);
  });
});
