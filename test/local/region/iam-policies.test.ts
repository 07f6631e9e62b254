import { asList } from '../../../local/region/iam/conditions';
import { evaluate, readStatements } from '../../../local/region/iam/evaluate';
import { knowsNoResource } from '../../../local/region/iam/needs';
import { wildcardActions } from '../../../local/region/iam/usage';
import { synthesizeForTest } from '../../infra/synthesis';

const roles = () => synthesizeForTest().deployed.roles;

test('every policy of the stack can be evaluated', () => {
  const statements = roles().map((role) => readStatements(role.statements).length);
  expect(statements.length).toBeGreaterThan(40);
  expect(Math.min(...statements)).toBeGreaterThan(0);
});

test('every role of the stack has a name, and so its policies are known', () => {
  const { template, deployed } = synthesizeForTest();
  const all = Object.values(template.Resources).filter(({ Type }) => Type === 'AWS::IAM::Role');
  expect(deployed.roles).toHaveLength(all.length);
});

test('an action that knows no resources is allowed for *: for anything else it would never be', () => {
  const wrong = roles().flatMap(({ name, statements }) =>
    readStatements(statements).flatMap(({ Action: actions, Resource: resources }) =>
      asList(actions)
        .filter((action) => knowsNoResource(action) && !asList(resources).includes('*'))
        .map((action) => `${name}: ${action}`),
    ),
  );
  expect(wrong).toEqual([]);
});

test('no action has a wildcard', () => {
  expect(wildcardActions(roles())).toEqual([]);
});

test('what CDK moves to managed policies belongs to the role too', () => {
  const { template, deployed } = synthesizeForTest();
  const overflown = Object.values(template.Resources).filter(
    ({ Type }) => Type === 'AWS::IAM::ManagedPolicy',
  );
  expect(overflown.length).toBeGreaterThan(0);
  const build = deployed.roles.find(({ name }) => name.includes('cluster-build'));
  const decision = evaluate(readStatements(build?.statements ?? []), {
    action: 'iam:GetRole',
    resource: 'arn:aws:iam::111122223333:role/acme_kubeflow_Cluster_demo',
    context: { values: {}, known: [] },
  });
  expect(decision).toEqual({ allowed: true, assumed: [] });
});
