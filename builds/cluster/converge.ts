import { foreignResource } from '../../adapters/aws/errors';
import { UserError } from '../../core/errors';
import { ownerTag } from '../../core/naming';
import type { PlannedChange } from '../../core/plan';
import { defined } from '../../core/defined';
import { changeCommand, createCommand, deleteCommand, type Eksctl } from './eksctl';
import { changesOf } from './cluster-changes';
import type { ClusterConfig } from './cluster-config';
import { isPartUpdate, type PartUpdate } from './part-updates';
import { settled, type Waiting } from './settled';
import { clearFailedStack, findOurStack, removeStack, stackNameOf, stacksOf, type Stacks } from './stacks';
import { onceRolesAreSeen } from './unseen-roles';
import {
  describeChange,
  type AccessCorrection,
  type ObservedCluster,
  type ClusterChange,
} from './cluster-change';

/** What {@link convergeCluster} works with. */
export interface ConvergeOptions extends Waiting {
  desired: ClusterConfig;
  /** Reads the cluster; `undefined` where there is none. */
  observe: () => Promise<ObservedCluster | undefined>;
  stacks: Stacks;
  eksctl: Eksctl;
  /** Changes an access entry, which eksctl cannot. */
  correctAccess: (correction: AccessCorrection) => Promise<void>;
  /** Changes add-ons and node groups that are there. */
  updateParts: (update: PartUpdate) => Promise<void>;
}

/**
 * Brings the cluster to what is configured, from wherever it is: not there, failed, half made by a build that was
 * killed, changed, or equal, in which case nothing is called that changes anything.
 *
 * @throws ConflictError `ResourceConflict` where a cluster or stack of the name is not ours
 * @throws UserError `ClusterFailed` where it cannot become what is asked for
 */
export async function convergeCluster(options: ConvergeOptions): Promise<void> {
  const { desired, say } = options;
  const { name } = desired.metadata;
  const observed = (await settledCluster(options)) ?? (await createCluster(options));
  const changes = changesOf(desired, observed);
  if (changes.length === 0) say(`the cluster ${name} is what the configuration asks for: nothing to do`);
  for (const [index, change] of changes.entries()) {
    const { action, what } = describeChange(change);
    say(`change ${index + 1} of ${changes.length}: ${action} ${what}`);
    await perform(options, change, observed.settings);
  }
}

/**
 * Says what {@link convergeCluster} would do, and does nothing. Where something is under way, that is said, and what is
 * seen is taken for what it will have become.
 *
 * @throws what {@link convergeCluster} would throw before its first change
 */
export async function planConvergence(
  options: Pick<ConvergeOptions, 'desired' | 'observe' | 'stacks' | 'say'>,
  add: (change: PlannedChange) => void,
): Promise<void> {
  const { desired, stacks, say } = options;
  const { name, version } = desired.metadata;
  const stack = await findOurStack(stacks, name, stackNameOf.cluster(name));
  const observed = await ourCluster(options);
  const underWay = busyWith(name, stack?.status, observed);
  if (underWay !== undefined) say(`${underWay}: a build would wait until it is not`);
  const status = observed?.settings.status;
  if (observed !== undefined && status !== 'FAILED') {
    changesOf(desired, observed).forEach((change) => {
      add(describeChange(change));
    });
    return;
  }
  if (status === 'FAILED') add({ action: 'remove', what: `the cluster ${name}, which is FAILED` });
  else if (stack !== undefined)
    add({ action: 'remove', what: `the stack ${stack.name} of an earlier creation (${stack.status})` });
  add({ action: 'create', what: `the cluster ${name} with Kubernetes ${version}` });
  desired.managedNodeGroups.forEach((group) => {
    add(describeChange({ kind: 'create node group', group }));
  });
  add(describeChange({ kind: 'create add-ons', addons: desired.addons }));
  add(describeChange({ kind: 'create pod identities', associations: desired.iam.podIdentityAssociations }));
  add(describeChange({ kind: 'create access entries', entries: desired.accessConfig.accessEntries }));
}

/** @returns the cluster as it was made: the parts that have tags of their own are made afterwards */
async function createCluster(options: ConvergeOptions): Promise<ObservedCluster> {
  const { desired, eksctl, say } = options;
  const { name } = desired.metadata;
  const stack = stackNameOf.cluster(name);
  await clearFailedStack(options, name, stack);
  say(`there is no cluster ${name}: it is created`);
  await onceRolesAreSeen(options, name, [stack], async () =>
    explained(options, `the cluster ${name}`, [stack], async () => eksctl(createCommand(desired))),
  );
  const made = await settledCluster(options);
  if (made !== undefined) return made;
  throw new UserError(
    'ClusterFailed',
    `the cluster ${name} is not there after its creation. Look for it in the console, then retry this step.`,
  );
}

async function perform(
  options: ConvergeOptions,
  change: ClusterChange,
  settings: ObservedCluster['settings'],
): Promise<void> {
  const { desired, eksctl, say } = options;
  const { name } = desired.metadata;
  if (change.kind === 'correct access entry') {
    await options.correctAccess(change.correction);
    return;
  }
  if (change.kind === 'remove add-on') {
    // Its role first: a build that is killed in between leaves the add-on, which the next one sees.
    const stack = stackNameOf.addonPodIdentity(name, change.name, change.serviceAccount);
    if ((await findOurStack(options.stacks, name, stack)) !== undefined) await removeStack(options, stack);
  }
  if (isPartUpdate(change)) {
    await options.updateParts(change);
    return;
  }
  if (change.kind === 'remove failed node group')
    say(`it failed because of: ${change.issues.join('; ') || 'unknown'}`);
  const stacks = stacksOf(change, name);
  for (const stack of stacks) await clearFailedStack(options, name, stack);
  if (change.kind === 'create node group') {
    const isMadeByEksctl = (await options.stacks.find(stackNameOf.cluster(name))) !== undefined;
    // Without the stack of a cluster, eksctl must be told what it would read there.
    const vpc = { ...desired.vpc, ...defined({ securityGroup: settings.securityGroupId }) };
    await explained(options, `the node group ${change.group.name}`, stacks, async () =>
      eksctl(changeCommand(change, isMadeByEksctl ? desired : { ...desired, vpc })),
    );
    return;
  }
  await onceRolesAreSeen(options, name, stacks, async () => eksctl(changeCommand(change, desired)));
}

/** The cluster once nothing is under way; what a killed build began, EKS and CloudFormation go on with. */
async function settledCluster(options: ConvergeOptions): Promise<ObservedCluster | undefined> {
  const { desired, say, stacks, eksctl } = options;
  const { name } = desired.metadata;
  return settled(options, `the cluster ${name}`, async () => {
    const stack = await findOurStack(stacks, name, stackNameOf.cluster(name));
    const observed = await ourCluster(options);
    const underWay = busyWith(name, stack?.status, observed);
    if (underWay !== undefined) return { waiting: underWay };
    if (observed?.settings.status !== 'FAILED') return { done: observed };
    say(`the cluster ${name} is FAILED: it is removed and re-created`);
    await eksctl(deleteCommand(desired.metadata, { force: false }));
    return { done: undefined };
  });
}

async function ourCluster({
  desired,
  observe,
}: Pick<ConvergeOptions, 'desired' | 'observe'>): Promise<ObservedCluster | undefined> {
  const { name } = desired.metadata;
  const observed = await observe();
  const owner = observed?.settings.tags[ownerTag];
  if (observed !== undefined && owner !== name) throw foreignResource(`the cluster ${name}`, owner, name);
  return observed;
}

/** What is under way with a cluster, in words. */
function busyWith(
  name: string,
  stackStatus: string | undefined,
  observed: ObservedCluster | undefined,
): string | undefined {
  if (stackStatus?.endsWith('_IN_PROGRESS') === true)
    return `its stack ${stackNameOf.cluster(name)} is ${stackStatus}`;
  const parts = [
    { name: `the cluster ${name}`, status: observed?.settings.status ?? '' },
    ...(observed?.nodeGroups ?? []).map((group) => ({ ...group, name: `the node group ${group.name}` })),
    // One that is made or updated waits for nodes, which may be what is to be made.
    ...(observed?.addons ?? [])
      .filter(({ status }) => status === 'DELETING')
      .map((addon) => ({ ...addon, name: `the add-on ${addon.name}` })),
  ];
  const busy = parts.find(({ status }) => ['CREATING', 'UPDATING', 'DELETING', 'PENDING'].includes(status));
  return busy && `${busy.name} is ${busy.status}`;
}

/** Adds CloudFormation's own reasons to a failure of eksctl, which keeps them to itself. */
async function explained(
  { stacks }: ConvergeOptions,
  what: string,
  stackNames: readonly string[],
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    const failures: string[] = [];
    for (const stackName of stackNames) {
      if ((await stacks.find(stackName)) !== undefined) failures.push(...(await stacks.failures(stackName)));
    }
    throw new UserError(
      'ClusterFailed',
      `${what} could not be created: ${failures.length > 0 ? failures.join('; ') : (error as Error).message}. ` +
        'Remove the cause and retry this step: it clears away what has failed and begins again.',
      { cause: error },
    );
  }
}
