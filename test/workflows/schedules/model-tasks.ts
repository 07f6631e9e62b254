import { z } from 'zod';
import { parseConfiguration } from '../../../core/configuration';
import { deploymentOf } from '../../../core/handover/deployment';
import { defineTask, type Task } from '../../../tasks/support/task';
import { loadTask } from '../dry-run';
import { results } from '../samples';

/** The tasks whose own code runs: those of lock, registry and access, and what only looks at them. */
export const realTasks: readonly string[] = [
  'acquire-lock',
  'release-lock',
  'register-deployment',
  'unregister-deployment',
  'load-registration',
  'list-deployments',
  'gather-resyncs',
  'reconcile-access',
  'validate-configuration',
];

/** What each task that takes something away is the opposite of, where the two names do not say so. */
const opposites: Readonly<Record<string, string>> = {
  'revoke-cluster-access': 'grant-cluster-access',
  'revoke-trigger': 'permit-trigger',
  'delete-certificates': 'request-certificates',
  'untag-subnets': 'tag-subnets',
};

/** The task that makes what another one takes away: `ensure-bucket` for `delete-bucket`. */
function oppositeOf(file: string): string | undefined {
  const [, what] = /^delete-(.+)$/.exec(file) ?? [];
  return opposites[file] ?? (what === undefined ? undefined : `ensure-${what}`);
}

/** What a state's build makes, or takes away. */
export const buildThings: Readonly<Record<string, { action: 'make' | 'take'; things: readonly string[] }>> = {
  'Create cluster': { action: 'make', things: ['cluster'] },
  'Install Kubeflow': { action: 'make', things: ['kubeflow'] },
  'Tear down cluster': { action: 'take', things: ['kubeflow', 'cluster'] },
};

/** What a model's task does in the place of its calls. */
export interface ModelWork {
  /** Told of a change before it is made: comes back when it takes effect. */
  readonly change: (deployment: string, action: 'make' | 'take', thing: string) => Promise<void>;
  /** What of a task's sample is another thing in this account, by the task's file. */
  readonly known: (deployment: string, file: string) => object;
}

const input = z.looseObject({ deployment: z.looseObject({ name: z.string() }) });

/**
 * A task in the place of a real one: with its name and its question for the lock, asked by the real framework, and with one
 * change of the model in the place of its calls. What changes nothing answers its sample.
 */
export async function modelTask(file: string, work: () => ModelWork): Promise<Task<unknown, unknown>> {
  const { spec } = await loadTask(file);
  const { lock } = spec;
  // Warm instances are one setting of the stack, and nobody's.
  const changes = lock !== undefined && file !== 'set-concurrency';
  const opposite = oppositeOf(file);
  const thing = opposite ?? file;
  const samples = new Map<string, unknown>();
  return defineTask<z.output<typeof input>, unknown, unknown>({
    name: file,
    input,
    output: z.unknown(),
    ...(lock !== undefined && { lock }),
    async run(given, context) {
      const { name } = given.deployment;
      const { change, known } = work();
      if (changes) {
        const takes = opposite !== undefined || (file === 'ensure-notifications' && given['email'] === null);
        await context.mutate({ action: takes ? 'remove' : 'create', what: thing }, () =>
          change(name, takes ? 'take' : 'make', thing),
        );
      }
      const sample = samples.get(name) ?? sampleFor(name, file);
      samples.set(name, sample);
      return { ...(sample as object), ...known(name, file) };
    },
  });
}

/** A task's sample as another deployment would have it. */
function sampleFor(deployment: string, file: string): unknown {
  return JSON.parse(JSON.stringify(results[file]).replaceAll('"acme"', `"${deployment}"`));
}

/** What destroy finds by a configuration: the real task looks for a network and a zone, which the model has not. */
export function loadedFrom(document: unknown): unknown {
  const parsed = parseConfiguration(document);
  if (!parsed.ok) throw new Error('the configurations of the stories are valid');
  const deployment = deploymentOf(parsed.configuration);
  const { found } = results['load-registration'] as { found: unknown };
  return { configuration: parsed.configuration, deployment, found, identity: {} };
}
