import { either, errorAdvice, retry, type Continuation, type ErrorAdvice } from '../error-advice';
import { isErrorName } from '../errors';
import { workflowOf, type Workflow } from '../naming';
import { takesLock } from './had-lock';

/** An execution that ended without success. */
export interface FailedExecution {
  readonly executionArn: string;
  readonly status: 'FAILED' | 'TIMED_OUT' | 'ABORTED';
  /** The error's name as Step Functions has it. */
  readonly error: string;
  /** Readable ({@link readableCause}); a build says the name of its own failure at its beginning. */
  readonly cause?: string;
  /** Whether it has had its deployment's lock: one that never had it has done nothing. By default it has. */
  readonly hadLock?: boolean;
  /** The deployment that its input names, if any. */
  readonly deployment?: string;
}

/** The commands that an advice names. */
interface Commands {
  readonly retry: string;
  readonly start: string;
  /** What the new execution makes of what is there, where that is a question. */
  readonly keeps: string;
}

/** The advice for failures that Step Functions names itself. */
const serviceAdvice: ReadonlyMap<string, ErrorAdvice> = new Map([
  [
    'States.TaskFailed',
    either('As a rule a build: CodeBuild ended it as failed.', 'Do what the last lines of its log say.'),
  ],
  [
    'States.Timeout',
    retry(
      'A step, or the whole execution, took longer than it may.',
      'Look at what the step was waiting for.',
    ),
  ],
]);

const unknownError = either(
  'A failure of AWS that has no entry in the runbook.',
  'Do what the cause says; for a build, what its log says.',
);
const stopped = retry('Somebody stopped the execution.', 'It was stopped by hand; nothing has to be mended.');

/** What a failure means and what is done about it. */
export function explainError({
  status,
  error,
  cause = '',
}: Pick<FailedExecution, 'status' | 'error' | 'cause'>): ErrorAdvice {
  const [, said = ''] = /^([A-Z]\w+): /.exec(cause) ?? [];
  const name = error === 'States.TaskFailed' && isErrorName(said) ? said : error;
  if (status === 'ABORTED') return stopped;
  return isErrorName(name) ? errorAdvice[name] : (serviceAdvice.get(name) ?? unknownError);
}

/**
 * Whether a failed execution of a workflow is ever taken up again. Resync (docs/adr/0021-resync-collects-failures.md) and
 * plan keep no progress: what they found out before the failure is out of date, so that they are started again.
 */
export function mayBeRetried(workflow: Workflow | undefined): boolean {
  return workflow !== 'resync' && workflow !== 'plan';
}

/**
 * How it goes on after a failure of an execution. One that never had the lock is started again: what it was started for may
 * be out of date by the time that somebody retries it (docs/adr/0090-a-name-means-the-last-run-with-the-lock.md).
 */
export function continuationOf(failed: FailedExecution): Continuation {
  const workflow = workflowOf(failed.executionArn);
  const wasRefused = takesLock(workflow) && failed.hadLock === false;
  return mayBeRetried(workflow) && !wasRefused ? explainError(failed).continuation : 'start';
}

/**
 * What an operator does next, with the command to copy: the same words in the mail, the registry and the command line.
 *
 * @param options.flags what the command line was told, such as ` --local`, and its commands need again
 * @param options.retry the command that takes the execution up again; by default the command line's, by its ARN
 * @example
 * adviceFor({ executionArn, status: 'FAILED', error: 'VpcMissing', deployment: 'acme' });
 * // 'Correct `vpc_id`. Then start a new execution, which keeps what is there: `kubeflow-eks start FILE`.'
 */
export function adviceFor(
  failed: FailedExecution,
  options: { readonly flags?: string; readonly retry?: string } = {},
): string {
  const { flags = '' } = options;
  const commands: Commands = {
    retry: options.retry ?? `\`kubeflow-eks retry ${failed.executionArn}${flags}\``,
    start: startAgain(failed, flags),
    keeps: ['destroy', 'plan', 'resync'].includes(workflowOf(failed.executionArn) ?? '')
      ? ''
      : ', which keeps what is there',
  };
  return `${explainError(failed).remedy} ${furtherOn[continuationOf(failed)](commands)}`;
}

const furtherOn: Readonly<Record<Continuation, (commands: Commands) => string>> = {
  retry: (commands) => `Then ${retried(commands)}.`,
  start: (commands) => `Then start a new execution${commands.keeps}: ${commands.start}.`,
  either: (commands) =>
    `Then ${retried(commands)}. After a change of the configuration, start a new execution instead${commands.keeps}: ${commands.start}.`,
};

/** Step Functions redrives an execution within 14 days (API reference, RedriveExecution). */
function retried({ retry: command }: Commands): string {
  return `go on at the step that failed, within 14 days: ${command}`;
}

function startAgain({ executionArn, deployment }: FailedExecution, flags: string): string {
  switch (workflowOf(executionArn)) {
    case 'resync':
      return `\`kubeflow-eks resync${deployment === undefined ? '' : ` ${deployment}`}${flags}\` (the next scheduled resync does it, too)`;
    case 'destroy':
      return `\`kubeflow-eks destroy ${deployment ?? 'NAME'}${flags}\``;
    case 'plan':
      return `\`kubeflow-eks plan FILE${flags}\``;
    default:
      return `\`kubeflow-eks start FILE${flags}\``;
  }
}
