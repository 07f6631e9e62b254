import { z } from 'zod';
import { describeExecution, isStillRunning } from '../../adapters/aws/executions';
import { readRequestedResync, writeRequestedResync } from '../../adapters/aws/registry-resyncs';
import { readEnvironment } from '../../core/environment';
import { defineTask } from '../support/task';

/**
 * How long requests for the resync of one deployment are gathered, in seconds. Each process of the profile manager
 * requests one a minute while it cannot reach a cluster, and there may be hundreds of them.
 */
const gatherSeconds = 60;

/**
 * Makes one resync of many requests. The first that comes waits for others and then runs; those that come meanwhile are
 * covered by it and end. One that comes when it has begun is the first of the next: what it is about may have happened
 * after the directory was read.
 */
export const task = defineTask({
  name: 'gather-resyncs',
  input: z.object({ name: z.string().regex(/^[A-Za-z][A-Za-z0-9-]*$/), executionArn: z.string() }),
  output: z.object({
    /** The execution that is to come anyway; null where this one is it. */
    coveredBy: z.string().nullable(),
    waitSeconds: z.int().min(0),
  }),
  async run({ name, executionArn }, context) {
    const { clients, now } = context;
    const table = readEnvironment('registryTable', context.environment);
    const known = await readRequestedResync(clients, table, name);
    const msLeft = known === undefined ? 0 : Date.parse(known.beginsAt) - now().getTime();
    // The step is repeated where its answer was lost.
    if (known?.executionArn === executionArn) {
      return { coveredBy: null, waitSeconds: Math.max(0, Math.ceil(msLeft / 1000)) };
    }
    if (known !== undefined && msLeft > 0) {
      const execution = await describeExecution(clients, known.executionArn);
      if (execution !== undefined && isStillRunning(execution.status))
        return { coveredBy: known.executionArn, waitSeconds: 0 };
    }
    const beginsAt = new Date(now().getTime() + gatherSeconds * 1000).toISOString();
    const written = await context.record(`gather requests for a resync of ${name}`, () =>
      writeRequestedResync(clients, table, name, { executionArn, beginsAt }, known),
    );
    if (written) return { coveredBy: null, waitSeconds: gatherSeconds };
    // Another execution was quicker and has just begun to wait; or the SDK repeated what had been written, and only the
    // answer was lost.
    const quicker = await readRequestedResync(clients, table, name);
    if (quicker?.executionArn === executionArn) return { coveredBy: null, waitSeconds: gatherSeconds };
    return { coveredBy: quicker?.executionArn ?? null, waitSeconds: 0 };
  },
});

export const handler = task.handler;
