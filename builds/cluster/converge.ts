import { setTimeout as delay } from 'node:timers/promises';
import type { Stack } from '../../adapters/aws/cloudformation';
import { foreignResource } from '../../adapters/aws/errors';
import { UserError } from '../../core/errors';
import { ownerTag } from '../../core/naming';
import type { Say } from '../support/say';
import { createCommand, stepCommand, type Eksctl } from './eksctl';
import { planCluster, type ObservedCluster } from './plan';
import type { ClusterConfig } from './render';

/** What {@link convergeCluster} works with. */
export interface ConvergeOptions {
  desired: ClusterConfig;
  /** Reads the cluster; `undefined` where there is none. */
  observe: () => Promise<ObservedCluster | undefined>;
  /** CloudFormation, which eksctl works through. */
  stacks: {
    find: (name: string) => Promise<Stack | undefined>;
    /** What failed in it, with reasons. */
    failures: (name: string) => Promise<string[]>;
    remove: (name: string) => Promise<void>;
  };
  eksctl: Eksctl;
  say: Say;
  /** Between two looks at something under way, in milliseconds. */
  pollMs?: number;
  /** How long something under way is waited for, in milliseconds. */
  patienceMs?: number;
}

// A control plane takes 12 minutes, at times 25; an update of it up to 40.
const usualPatienceMs = 50 * 60_000;

/**
 * Brings the cluster to what is configured, from wherever it is: not there, failed, half made by a build that was
 * killed, changed, or equal, in which case nothing is called that changes anything.
 *
 * @throws ConflictError `ResourceConflict` where a cluster or stack of the name is not ours
 * @throws UserError `ClusterFailed` where it cannot become what is asked for
 */
export async function convergeCluster(options: ConvergeOptions): Promise<void> {
  const { desired, eksctl, say } = options;
  const { name } = desired.metadata;
  const observed = await settledCluster(options);
  if (observed === undefined) {
    await clearFailedStack(options, clusterStack(name));
    say(`there is no cluster ${name}: it is created`);
    await explained(options, async () => eksctl(createCommand(desired)));
    return;
  }
  const steps = planCluster(desired, observed);
  if (steps.length === 0) say(`the cluster ${name} is what the configuration asks for: nothing to do`);
  for (const [index, step] of steps.entries()) {
    say(`step ${index + 1} of ${steps.length}: ${step.kind}${'name' in step ? ` ${step.name}` : ''}`);
    if (step.kind === 'remove failed node group')
      say(`it failed because of: ${step.issues.join('; ') || 'unknown'}`);
    if (step.kind === 'create node group') {
      await clearFailedStack(options, `eksctl-${name}-nodegroup-${step.group.name}`);
    }
    await eksctl(stepCommand(step, desired));
  }
}

/** The cluster once nothing is under way; what a killed build began, EKS and CloudFormation go on with. */
async function settledCluster(options: ConvergeOptions): Promise<ObservedCluster | undefined> {
  const { desired, observe, say } = options;
  const { name } = desired.metadata;
  return patiently(options, `the cluster ${name}`, async () => {
    const stack = await ourStack(options, clusterStack(name));
    if (stack?.status.endsWith('_IN_PROGRESS') === true) return `its stack ${stack.name} is ${stack.status}`;
    const observed = await observe();
    if (observed === undefined) return { done: undefined };
    const owner = observed.settings.tags[ownerTag];
    if (owner !== name) throw foreignResource(`the cluster ${name}`, owner, name);
    const busy = [
      { name: `the cluster ${name}`, status: observed.settings.status },
      ...observed.nodeGroups.map((group) => ({ ...group, name: `the node group ${group.name}` })),
    ].find(({ status }) => ['CREATING', 'UPDATING', 'DELETING', 'PENDING'].includes(status));
    if (busy !== undefined) return `${busy.name} is ${busy.status}`;
    if (observed.settings.status === 'FAILED') {
      say(`the cluster ${name} is FAILED: it is removed and made anew`);
      await options.eksctl({
        args: [
          'delete',
          'cluster',
          '--name',
          name,
          '--region',
          desired.metadata.region,
          '--wait',
          '--disable-nodegroup-eviction',
        ],
      });
      return { done: undefined };
    }
    return { done: observed };
  });
}

/** Name of the stack of the cluster itself, as eksctl gives it. */
function clusterStack(cluster: string): string {
  return `eksctl-${cluster}-cluster`;
}

/** A stack of this cluster, if it is there. */
async function ourStack({ stacks, desired }: ConvergeOptions, stackName: string): Promise<Stack | undefined> {
  const { name } = desired.metadata;
  const stack = await stacks.find(stackName);
  if (stack !== undefined && stack.tags[ownerTag] !== name) {
    throw foreignResource(`the stack ${stack.name}`, stack.tags[ownerTag], name);
  }
  return stack;
}

/** A creation that failed leaves its stack behind, which the next one stumbles over. It says why, and goes. */
async function clearFailedStack(options: ConvergeOptions, stackName: string): Promise<void> {
  const { stacks, say } = options;
  const stack = await ourStack(options, stackName);
  if (stack === undefined) return;
  say(`an earlier creation left the stack ${stackName} (${stack.status}) and nothing that works:`);
  (await stacks.failures(stackName)).forEach((failure) => {
    say(`  ${failure}`);
  });
  say('it is deleted');
  await stacks.remove(stackName);
  await patiently(options, `the deletion of ${stackName}`, async () => {
    const now = await stacks.find(stackName);
    if (now === undefined || now.status === 'DELETE_COMPLETE') return { done: undefined };
    if (now.status === 'DELETE_FAILED') {
      const failures = await stacks.failures(stackName);
      throw new UserError(
        'ClusterFailed',
        `the stack ${stackName} could not be deleted: ${failures.slice(-3).join('; ')}. Remove what is named here, then retry.`,
      );
    }
    return `the stack is ${now.status}`;
  });
}

/** Adds CloudFormation's own reasons to a failure of eksctl, which keeps them to itself. */
async function explained(options: ConvergeOptions, work: () => Promise<void>): Promise<void> {
  const { stacks } = options;
  try {
    await work();
  } catch (error) {
    const stack = await stacks.find(clusterStack(options.desired.metadata.name));
    const failures = stack === undefined ? [] : await stacks.failures(stack.name);
    throw new UserError(
      'ClusterFailed',
      `the cluster ${options.desired.metadata.name} could not be created: ` +
        `${failures.length > 0 ? failures.join('; ') : (error as Error).message}. Remove the cause and retry this ` +
        'step: it clears away what has failed and begins again.',
      { cause: error },
    );
  }
}

/**
 * Looks again and again.
 *
 * @param look returns what is still under way, or that it is done
 */
async function patiently<T>(
  { pollMs = 15_000, patienceMs = usualPatienceMs, say }: ConvergeOptions,
  what: string,
  look: () => Promise<string | { done: T }>,
): Promise<T> {
  const deadline = Date.now() + patienceMs;
  let last = '';
  for (;;) {
    const state = await look();
    if (typeof state !== 'string') return state.done;
    if (state !== last) say(`waiting: ${state}`);
    last = state;
    if (Date.now() >= deadline) {
      throw new UserError(
        'ClusterFailed',
        `${what} did not settle within ${Math.round(patienceMs / 60_000)} minutes: ${state}. Look at it in the console, ` +
          'then retry this step.',
      );
    }
    await delay(pollMs);
  }
}
