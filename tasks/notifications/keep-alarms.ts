import {
  alarmDefinition,
  deleteAlarm,
  findAlarms,
  putAlarm,
  tagAlarm,
  untagAlarm,
  type Alarm,
} from '../../adapters/aws/metric-alarms';
import { listTargetGroups } from '../../adapters/aws/elb';
import { foreignResource } from '../../adapters/aws/errors';
import { findTopic } from '../../adapters/aws/topics';
import type { Observability } from '../../core/configuration/observability';
import { satisfies } from '../../core/differences';
import { alarmDifferences, alarmKinds, deploymentAlarms, type Watched } from '../../core/deployment-alarms';
import { readEnvironment } from '../../core/environment';
import { notOurs, type Left } from '../../core/handover/left';
import { deploymentAlarmName, deploymentTopicArn } from '../../core/naming';
import { removeRetiredTags } from '../support/retired-tags';
import type { TaskContext } from '../support/context';
import type { Deployment } from '../support/task';

/** What of a deployment is watched, beside what its load balancer tells. */
type Registered = Pick<Watched, 'loadBalancerArn' | 'certificateArns' | 'database'>;

/**
 * Brings a deployment's alarms to what its configuration asks for. They tell the operators' topic, and the deployment's own
 * where it has one.
 *
 * @throws ConflictError `ResourceConflict` where an alarm of the name is not ours
 */
export async function ensureAlarms(
  deployment: Deployment,
  settings: Observability,
  registered: Registered,
  context: TaskContext,
): Promise<void> {
  const { clients } = context;
  const stackTopic = readEnvironment('notificationTopicArn', context.environment);
  const ownTopic = deploymentTopicArn(stackTopic, deployment.name);
  const isTold = (await findTopic(clients, ownTopic))?.owner === deployment.name;
  const wanted = deploymentAlarms({
    deployment,
    settings,
    ...registered,
    targetGroupArns: await listTargetGroups(clients, registered.loadBalancerArn),
    topics: [stackTopic, ...(isTold ? [ownTopic] : [])],
  });
  const present = await alarmsOf(deployment, context);
  const another = present.find(({ owner }) => owner !== deployment.name);
  if (another !== undefined)
    throw foreignResource(`the alarm ${another.name}`, another.owner, deployment.name);
  const { missing, changed, unwanted } = alarmDifferences(present, wanted, alarmDefinition);
  for (const alarm of missing)
    await context.mutate({ action: 'create', what: `the alarm ${alarm.name}` }, () =>
      putAlarm(clients, alarm, deployment.tags),
    );
  for (const alarm of changed)
    await context.mutate({ action: 'change', what: `the alarm ${alarm.name}` }, () =>
      putAlarm(clients, alarm),
    );
  await remove(unwanted, context);
  for (const alarm of present.filter((each) => !unwanted.includes(each)))
    await ensureTags(alarm, deployment, context);
}

/** What is configured is set, and what is no longer is taken off. */
async function ensureTags(alarm: Alarm, deployment: Deployment, context: TaskContext): Promise<void> {
  const { clients } = context;
  const what = `the alarm ${alarm.name}`;
  if (!satisfies(alarm.tags, deployment.tags)) {
    await context.mutate({ action: 'change', what: `tags of ${what}` }, () =>
      tagAlarm(clients, alarm, deployment.tags),
    );
  }
  await removeRetiredTags(
    { what, tags: alarm.tags, untag: (keys) => untagAlarm(clients, alarm, keys) },
    deployment,
    context,
  );
}

/**
 * Removes a deployment's alarms.
 *
 * @returns those of the names that are not ours, which stay
 */
export async function removeAlarms(deployment: Deployment, context: TaskContext): Promise<Left[]> {
  const present = await alarmsOf(deployment, context);
  const isOurs = ({ owner }: Alarm): boolean => owner === deployment.name;
  await remove(present.filter(isOurs), context);
  return present
    .filter((alarm) => !isOurs(alarm))
    .map(({ name }) => ({ what: `the alarm ${name}`, why: notOurs }));
}

function alarmsOf({ name }: Deployment, { clients }: TaskContext): Promise<Alarm[]> {
  return findAlarms(
    clients,
    alarmKinds.map((kind) => deploymentAlarmName(name, kind)),
  );
}

async function remove(alarms: readonly Alarm[], context: TaskContext): Promise<void> {
  for (const { name } of alarms)
    await context.mutate({ action: 'remove', what: `the alarm ${name}` }, () =>
      deleteAlarm(context.clients, name),
    );
}
