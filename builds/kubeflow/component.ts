import { UserError } from '../../core/errors';
import type { Say } from '../support/say';
import { settle } from '../support/settle';
import { diagnose } from './diagnose';
import { isWebhookStarting } from '../kubernetes/cluster-objects';
import type { Kubectl } from '../kubernetes/kubectl';
import { describeObject, hashObjects, type KubernetesObject } from '../kubernetes/objects';
import { isWatched, unready, type Unready } from './readiness';
import { recordObject, recordOf, superseded, type InstallationRecord } from './record';
import { waves } from './waves';

/** A component with all its objects. */
export interface RenderedComponent {
  id: string;
  title: string;
  minutes?: number;
  objects: readonly KubernetesObject[];
  /** Runs once the component's namespaces are there: for what is in no manifest. Repeated at each installation. */
  prepare?: () => Promise<void>;
}

export interface InstallOptions {
  kubectl: Kubectl;
  records: ReadonlyMap<string, InstallationRecord>;
  /** What was there of the components that seem unchanged, by {@link describeObject}: read once for all of them. */
  found: ReadonlyMap<string, KubernetesObject>;
  /** Every object of the installation, by the same names. */
  wanted: ReadonlySet<string>;
  say: Say;
  /** Between two looks, in milliseconds. */
  pollMs?: number;
  /** Instead of the components' own bounds, in milliseconds. */
  patienceMs?: number | undefined;
}

/** What became of a component. */
export type Outcome = 'unchanged' | 'installed' | 'updated';

const usualMinutes = 10;

/** What is ready soon should not take the time of a pause, which grows with the wait up to the usual one: a look is cheap. */
const firstPollMs = 250;

/**
 * Brings one component to what is rendered. Skips it when exactly this was applied before, is all there, and is ready;
 * otherwise applies it once, in waves, each ready before the next. The record is written last: an installation that is
 * interrupted is done again, which changes nothing of what was done.
 *
 * @throws UserError `ComponentNotReady` when it is not ready in time, after printing why
 */
export async function installComponent(
  component: RenderedComponent,
  options: InstallOptions,
): Promise<Outcome> {
  const { kubectl, records, say } = options;
  const { id, title, objects } = component;
  const record = records.get(id);
  const hash = hashObjects(objects);
  const deadline = Date.now() + (options.patienceMs ?? (component.minutes ?? usualMinutes) * 60_000);
  if (record?.hash === hash) {
    await component.prepare?.();
    const missing = objects.filter((object) => !options.found.has(describeObject(object)));
    if (missing.length === 0) {
      const now = objects.flatMap((object) => options.found.get(describeObject(object)) ?? []);
      if (unready(objects, now).length > 0) await ready(component, objects, deadline, options);
      say(`${title}: unchanged`);
      return 'unchanged';
    }
    say(`${title}: ${missing.length} of ${objects.length} objects are missing`);
  }
  const { foundations, workloads, own } = waves(objects);
  say(`${title}: applying ${objects.length} objects`);
  await kubectl.apply(foundations);
  await ready(component, foundations, deadline, options);
  await component.prepare?.();
  await applyBeyondWebhooks(workloads, deadline, options);
  await ready(component, workloads, deadline, options);
  await applyBeyondWebhooks(own, deadline, options);
  await ready(component, own, deadline, options);
  const old = superseded(record, options.wanted);
  if (old.length > 0) say(`${title}: removing ${old.length} objects that this version no longer has`);
  await kubectl.remove(old, 300);
  await kubectl.apply([recordObject(id, recordOf(objects))]);
  say(`${title}: ready`);
  return record === undefined ? 'installed' : 'updated';
}

/** Applies; a webhook that does not answer yet is waited for, anything else that fails has failed. */
async function applyBeyondWebhooks(
  objects: readonly KubernetesObject[],
  deadline: number,
  { kubectl, say, pollMs = 5_000 }: InstallOptions,
): Promise<void> {
  let refusal: unknown;
  await settle(
    async () => {
      try {
        await kubectl.apply(objects);
        return { done: undefined };
      } catch (error) {
        if (!isWebhookStarting(error)) throw error;
        refusal = error;
        return { waiting: 'a webhook does not answer yet' };
      }
    },
    {
      ...{ deadline, poll: pollMs, say },
      late: () => {
        throw refusal;
      },
    },
  );
}

/** The cause must fit what a workflow shows, and what to do next stands before what may be cut. */
function explain(title: string, waiting: readonly Unready[], found: readonly string[]): string {
  const objects = waiting.map(({ object, why }) => `${object.kind} ${object.metadata.name}: ${why}`);
  return [
    `${title} is not ready in time: ${objects.join('; ')}. Remove the cause, then retry this step: what is ready ` +
      'already is not installed again. ' +
      (found.length === 0
        ? 'The cluster has no pod in trouble and no warning to tell of.'
        : 'What the cluster tells of its pods:'),
    ...found,
  ].join('\n');
}

async function ready(
  component: RenderedComponent,
  objects: readonly KubernetesObject[],
  deadline: number,
  { kubectl, say, pollMs = 5_000 }: InstallOptions,
): Promise<void> {
  const watched = objects.filter(isWatched);
  if (watched.length === 0) return;
  let waiting: Unready[] = [];
  await settle(
    async () => {
      waiting = unready(watched, await kubectl.get(watched));
      const names = waiting.map(({ object }) => object.metadata.name);
      return names.length === 0
        ? { done: undefined }
        : { waiting: `${component.title}: ${names.join(', ')}` };
    },
    {
      ...{ deadline, poll: pollMs, firstPoll: firstPollMs, say },
      late: async () => {
        const found = await diagnose(kubectl, waiting, say);
        throw new UserError('ComponentNotReady', explain(component.title, waiting, found));
      },
    },
  );
}
