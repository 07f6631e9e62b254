import { TaskError, type HistoryEvent, type TaskRequest } from 'step-functions-local';
import { dryRun } from '../../../test/workflows/dry-run';
import { exampleConfiguration } from '../../../test/workflows/samples';
import { provisionSteps } from '../../../workflows/steps/provision';
import type { StepDefinition } from '../../../workflows/step-definition';
import { criticalPath, type GraphStep } from './critical-path';
import { awaited, builds, call, type Case } from '../../../core/execution/documented-durations';

/** A state of the run, in seconds since its beginning. */
export interface TimedState {
  readonly name: string;
  readonly begin: number;
  readonly end: number;
  /** How often it was tried. */
  readonly attempts: number;
}

/** A provisioning on the virtual clock beside the longest path of what it is made of. */
export interface TimedRun {
  /** From the start to the end of the execution. */
  readonly seconds: number;
  readonly states: readonly TimedState[];
  /** As Step Functions writes it, on the virtual clock. */
  readonly history: readonly HistoryEvent[];
  /** The same durations without a wait that nothing asks for. */
  readonly ideal: { readonly seconds: number; readonly steps: readonly string[] };
  /** `seconds` over that of the ideal. */
  readonly ratio: number;
}

/** Nothing is changed before these, whatever a step takes from them. */
const gates = ['Validate configuration', 'Acquire lock', 'Preflight checks'];

/** Arguments that the graph does not depend on. */
export const resources = {
  triggerArn: 'arn:aws:lambda:eu-central-1:111122223333:function:f',
  clusterAccess: [],
};

/**
 * Runs the definition of provision in the interpreter, where each step takes as long as AWS says.
 *
 * @throws Error where the execution does not succeed: a wait was longer than its retry policy
 */
export async function timedRun(which: Case): Promise<TimedRun> {
  const steps = provisionSteps(resources);
  const states = new Map<string, { begin: number; end: number; attempts: number }>();
  let start: number | undefined;
  const { record, history } = await dryRun('provision', exampleConfiguration, {}, async (request) => {
    start ??= request.clock.now();
    const state = states.get(request.stateName) ?? { begin: request.clock.now(), end: 0, attempts: 0 };
    states.set(request.stateName, state);
    state.attempts += 1;
    await request.clock.sleep((builds[request.stateName] ?? call)[which] * 1000);
    refuseUntilReady(steps, request, which, states);
    state.end = request.clock.now();
  });
  if (record.status !== 'SUCCEEDED' || start === undefined || record.stopDate === undefined)
    throw new Error(
      `the ${which} provisioning ended with ${record.status}: ${JSON.stringify(record.failure)}`,
    );
  const begin = start;
  const since = (ms: number): number => (ms - begin) / 1000;
  const graph: GraphStep[] = [...steps, ...ending(steps)];
  const ideal = criticalPath(graph, which, gates);
  const seconds = since(record.stopDate);
  return {
    seconds,
    history,
    states: [...states].map(([name, state]) => ({
      name,
      begin: since(state.begin),
      end: since(state.end),
      attempts: state.attempts,
    })),
    ideal,
    ratio: seconds / ideal.seconds,
  };
}

/** What a provisioning does about itself when all is done. */
function ending(steps: readonly StepDefinition[]): GraphStep[] {
  return [
    { name: 'Release lock', after: steps.map(({ name }) => name) },
    { name: 'Publish event', after: ['Release lock'] },
  ];
}

/** @throws TaskError by the name that the state polls for, while what it asks for is not there. */
function refuseUntilReady(
  steps: readonly StepDefinition[],
  { stateName, clock }: TaskRequest,
  which: Case,
  states: ReadonlyMap<string, { begin: number; end: number }>,
): void {
  const wait = awaited[stateName];
  if (wait === undefined) return;
  const began = wait.since.map((name) => states.get(name)?.end ?? 0);
  const from = began.length > 0 ? Math.max(...began) : (states.get(stateName)?.begin ?? 0);
  if (clock.now() >= from + wait[which] * 1000) return;
  const step = steps.find(({ name }) => name === stateName);
  const error = step !== undefined && 'polling' in step ? step.polling.at(0)?.errors[0] : undefined;
  if (error === undefined) throw new Error(`${stateName} waits, and has no policy for that`);
  throw new TaskError(error, 'not yet');
}
