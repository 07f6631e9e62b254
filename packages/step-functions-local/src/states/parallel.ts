import type { ParallelState } from '../definition/types';
import type { ScopeRecord } from '../execution/records';
import { childId } from '../execution/run';
import { payloadText } from '../execution/limits';
import { evaluateTemplate } from '../language/template';
import { childSignal, firstFailure, giveUp } from './children';
import { ensureLive, evaluationScope, type RunScope, type StateContext } from './context';
import { performWithErrorHandling } from './error-handling';
import { leaveAfterChildren, type Transition } from './transition';

/**
 * Runs its branches at the same time, each with its own variables; the first that fails fails the state.
 * https://states-language.net/spec.html#parallel-state and
 * https://docs.aws.amazon.com/step-functions/latest/dg/state-parallel.html
 */
export function performParallel(
  context: StateContext<ParallelState>,
  runScope: RunScope,
): Promise<Transition> {
  const { run, scope, progress } = context;
  return performWithErrorHandling(context, {
    failedEvent: 'ParallelStateFailed',
    async attempt() {
      if (progress.result === undefined) {
        if (progress.children === undefined) await start(context);
        await runBranches(context, runScope);
      }
      return await leaveAfterChildren(context);
    },
    clear() {
      delete progress.result;
      run.removeChildren(scope);
    },
  });
}

async function start(context: StateContext<ParallelState>): Promise<void> {
  const { run, scope, state, progress } = context;
  const input =
    'Arguments' in state
      ? await evaluateTemplate(evaluationScope(context), 'Arguments', state.Arguments)
      : scope.input;
  ensureLive(context);
  payloadText(input, `arguments of the state '${progress.name}'`);
  const started = run.append(scope, 'ParallelStateStarted');
  progress.children = state.Branches.length;
  for (const [index, branch] of state.Branches.entries()) {
    run.addScope({
      id: childId(scope, index),
      status: 'running',
      variables: {},
      input,
      next: branch.StartAt,
      lastEventId: started.id,
    });
  }
  run.changed(scope);
}

/** Also after a restart or a redrive: branches that have succeeded stay as they are. */
async function runBranches(context: StateContext<ParallelState>, runScope: RunScope): Promise<void> {
  const { run, scope, state, progress } = context;
  const branches = run.childrenOf(scope);
  const variables = { ...context.outerVariables, ...scope.variables };
  const { controller, release } = childSignal(context.signal);
  let last: ScopeRecord | undefined = branches.reduce<ScopeRecord | undefined>(
    (latest, branch) => (latest === undefined || branch.lastEventId > latest.lastEventId ? branch : latest),
    undefined,
  );
  await firstFailure(
    branches.map(async (branch, index) => {
      const graph = state.Branches[index];
      if (graph === undefined || branch.status === 'succeeded') return;
      try {
        await runScope(run, graph, branch, variables, controller.signal);
        last = branch;
      } catch (error) {
        if (!controller.signal.aborted) giveUp(context, controller, branch, error);
        throw error;
      }
    }),
    release,
  );
  ensureLive(context);
  scope.lastEventId = last?.lastEventId ?? scope.lastEventId;
  const { id } = run.appendAside(scope, 'ParallelStateSucceeded');
  progress.result = { value: branches.map((branch) => branch.output), succeededEventId: id };
  run.changed(scope);
}
