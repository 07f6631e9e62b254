import { App } from 'aws-cdk-lib';
import { buildSettings, readOptions } from '../../infra/options';

const read = (context: Record<string, unknown>): ReturnType<typeof readOptions> =>
  readOptions(new App({ context }).node);

test('the builds get what the context says to them, and nothing where it says nothing', () => {
  expect(buildSettings(read({}))).toEqual({});
  expect(
    buildSettings(read({ componentTimeoutMinutes: '20', toolsMirror: 's3://mirror/kubeflow-eks' })),
  ).toEqual({ COMPONENT_TIMEOUT_SECONDS: '1200', KUBEFLOW_EKS_TOOLS_MIRROR: 's3://mirror/kubeflow-eks' });
});

test.each([
  [{ componentTimeoutMinutes: '0' }, 'componentTimeoutMinutes is 0; expected a whole number from 1 to 80'],
  [{ componentTimeoutMinutes: 'long' }, 'componentTimeoutMinutes is long; expected a whole number'],
  [{ driftHours: '25' }, 'driftHours is 25; expected a whole number from 0 to 24'],
  [{ vpcId: 'vpc-0123456789abcdef0' }, 'vpcId, subnetIds and securityGroupIds go together'],
  [{ notificationEmail: ['a@b.c'] }, 'notificationEmail is ["a@b.c"]; expected text'],
  [{ resyncMinutes: '4' }, 'resyncMinutes is 4; expected a whole number from 5 to 720'],
  [
    { toolsMirror: 'mirror/tools' },
    'toolsMirror is mirror/tools; expected s3://bucket/folder or an https address',
  ],
  [
    { namespaceRolePaths: '/' },
    'namespaceRolePaths has /; expected paths of IAM roles with a / at both ends',
  ],
  [{ namespaceRolePaths: '/teams/,teams' }, 'namespaceRolePaths has teams; expected paths'],
])('%j is refused', (context, message) => {
  expect(() => read(context)).toThrow(message);
});

test.each([
  [{}, 24],
  [{ driftHours: '6' }, 6],
  [{ driftHours: 0 }, undefined],
])('with %j drift is looked for every %s hours', (context, hours) => {
  expect(read(context).driftInterval?.toHours()).toBe(hours);
});
