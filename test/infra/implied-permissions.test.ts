import { karpenterPolicy } from '../../builds/autoscaling/karpenter-policy';
import { loadBalancerPolicy, type PolicyStatement } from '../../builds/load-balancer/load-balancer-policy';
import { buildPermissions } from '../../infra/build-permissions';
import { functionFiles, functionSpec } from '../../infra/functions';
import { impliedBy, impliedPermissions } from './implied-permissions';

const cluster = { partition: 'aws', region: 'eu-central-1', accountId: '111122223333', clusterName: 'acme' };
const controllers: Readonly<Record<string, readonly PolicyStatement[]>> = {
  Karpenter: karpenterPolicy({ ...cluster, nodeRole: 'nodes', queueArn: 'arn:aws:sqs:x:1:q' }).Statement,
  'the load balancer controller': loadBalancerPolicy({
    ...cluster,
    vpcId: 'vpc-1',
    webAcl: 'arn:aws:wafv2:eu-central-1:111122223333:regional/webacl/acme/1',
  }).Statement,
};
const actionsOf = (statements: readonly PolicyStatement[]): string[] =>
  statements.flatMap(({ Action: actions }) => actions);

// The tests of functions and builds hold theirs, and that nothing is left over.
test.each(Object.entries(controllers))('of the calls of %s its policy has all', (_who, statements) => {
  const actions = actionsOf(statements);
  const needed = impliedBy(actions);
  expect(needed.length).toBeGreaterThan(3);
  expect(needed.filter((action) => !actions.includes(action))).toEqual([]);
});

test('the table has no call that nobody may make', () => {
  const made = new Set([
    ...functionFiles.flatMap((file) => functionSpec(file).permissions).flatMap(({ actions }) => actions),
    ...Object.values(buildPermissions)
      .flat()
      .flatMap(({ actions }) => actions),
    ...Object.values(controllers).flatMap(actionsOf),
  ]);
  expect(Object.keys(impliedPermissions).filter((action) => !made.has(action))).toEqual([]);
});

test('what is passed over is nothing that is needed after all', () => {
  for (const { needs, passedOver = [] } of Object.values(impliedPermissions))
    for (const [action] of passedOver) expect(needs).not.toContain(action);
});
