import fc from '../support/fast-check';
import { interruptionRules, interruptions } from '../../builds/autoscaling/interruption-queue';
import { stackNameOf } from '../../builds/cluster/stacks';
import { artifactBucketName } from '../../core/artifact-store';
import { eksName } from '../../core/configuration/fields';
import { alarmKinds } from '../../core/deployment-alarms';
import { executionNameFor, isNamedFor } from '../../core/execution/name-execution';
import { formerIamNames, iamNames } from '../../core/iam-names';
import { deploymentAlarmName, deploymentNames, insightsLogPrefix } from '../../core/naming';

/** What stands in a name that is made of a deployment's, with which that of another may go on. */
const marks = [
  ...alarmKinds,
  ...Object.keys(interruptions),
  ...['nfs', 'oauth2-proxy', 'database', 'interruption', 'notifications', 'nodegroup', 'autoscaled', 'final'],
  ...['cluster', 'accessentry', 'eu-central-1', 'eksctl', 'deployment', '-', 'b', '2'],
];

/** Two deployments of which the name of one begins that of the other. */
const alike = fc
  .tuple(
    fc.oneof(fc.stringMatching(/^[A-Za-z][A-Za-z0-9-]{0,20}$/), fc.constantFrom('a', ...marks.slice(0, -2))),
    fc.array(fc.constantFrom(...marks), { minLength: 1, maxLength: 3 }),
    fc.constantFrom('', '-'),
  )
  .map(([short, more, between]) => ({ short, long: `${short}${between}${more.join('-')}` }))
  .filter(({ short, long }) => [short, long].every((name) => eksName.safeParse(name).success));

/** Names of what is made for a deployment, by the services that must tell them apart. */
function namesOf(name: string): Record<string, string[]> {
  const naming = {
    ...{ eks_name: name, region: 'eu-central-1', account_id: '111122223333' },
    ...{ iam_role_prefix: 'kubeflow', iam_policy_prefix: 'kubeflow' },
  };
  const {
    clusterRole,
    workerRole,
    loadBalancerRole,
    artifactsRole,
    karpenterRole,
    autoscaledRole,
    backupRole,
  } = iamNames;
  const roles = [
    clusterRole,
    workerRole,
    loadBalancerRole,
    artifactsRole,
    karpenterRole,
    autoscaledRole,
    backupRole,
  ];
  const policies = [iamNames.loadBalancerPolicy, iamNames.artifactsPolicy, iamNames.karpenterPolicy];
  return {
    'roles of IAM': [...roles, formerIamNames.clusterRole].map((of) => of(naming)),
    'policies of IAM': [...policies, formerIamNames.loadBalancerPolicy].map((of) => of(naming)),
    alarms: alarmKinds.map((kind) => deploymentAlarmName(name, kind)),
    rules: interruptionRules(naming).map((rule) => rule.name),
    queues: [deploymentNames.interruptionQueue(name)],
    secrets: [deploymentNames.secret(name), deploymentNames.databaseSecret(name)],
    topics: [deploymentNames.topic(name)],
    buckets: [artifactBucketName(naming)],
    databases: [deploymentNames.database(name)],
    vaults: [deploymentNames.backupVault(name)],
    plans: [deploymentNames.backupPlan(name)],
    'file systems': [deploymentNames.fileSystem(name)],
    'security groups': [deploymentNames.database(name), deploymentNames.fileSystemGroup(name)],
    stacks: [stackNameOf.cluster(name), stackNameOf.nodeGroup(name, deploymentNames.nodeGroup(name))],
  };
}

const expectApart = (one: string, other: string): void => {
  const others = namesOf(other);
  for (const [kind, names] of Object.entries(namesOf(one)))
    for (const name of names) expect([kind, name, others[kind]?.includes(name)]).toEqual([kind, name, false]);
};

test('what is made for a deployment has no name of what is made for another', () => {
  fc.assert(
    fc.property(alike, ({ short, long }) => {
      expectApart(short, long);
    }),
  );
});

test.each(marks)('not even where the name of the other goes on with %s', (mark) => {
  for (const other of [`acme-${mark}`, `acme${mark}`]) expectApart('acme', other);
});

test('nothing of another deployment is found by what names begin with', () => {
  fc.assert(
    fc.property(alike, fc.nat(4e12), ({ short, long }, now) => {
      expect(`${insightsLogPrefix(long)}performance`.startsWith(insightsLogPrefix(short))).toBe(false);
      expect(isNamedFor(short, executionNameFor(long, now))).toBe(false);
      expect(isNamedFor(long, executionNameFor(short, now))).toBe(false);
    }),
  );
});
