import { either, errorAdvice, retry, type Continuation, type ErrorAdvice } from '../error-advice';
import { isErrorName } from '../errors';
import { workflowOf, type Workflow } from '../naming';
import { namedAlone } from './deployment-of';
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
  /** What it was started with, as JSON; what Step Functions does not tell is not known. */
  readonly input?: string;
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
  [
    // local/region/faults.ts
    'InjectedFault',
    retry(
      'A rehearsal was told to fail this step (`--fail`); the step has not run.',
      'Nothing has to be mended.',
    ),
  ],
]);

/** The advice for what services report that the workflows call themselves, by how the names begin. */
const integrationAdvice: readonly { readonly begins: RegExp; readonly advice: ErrorAdvice }[] = [
  {
    begins: /^(?:Lambda|Sandbox|Runtime)\./,
    advice: retry(
      'Lambda refused a call, or did not run the function of a step to its end.',
      'Do what the cause says; for a failure of Lambda itself, wait until it is well again.',
    ),
  },
  {
    begins: /^CodeBuild\./,
    advice: retry(
      'CodeBuild did not begin the build of a step.',
      'Do what the cause says; for want of a place, wait until other builds of the account have ended.',
    ),
  },
  {
    begins: /^EventBridge\./,
    advice: retry(
      'EventBridge did not take the event that tells of the end of a workflow; the work itself is done.',
      'Do what the cause says; for a failure of EventBridge itself, wait until it is well again.',
    ),
  },
];

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
  if (isErrorName(name)) return errorAdvice[name];
  const ofService = integrationAdvice.find(({ begins }) => begins.test(name))?.advice;
  return serviceAdvice.get(name) ?? ofService ?? unknownError;
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
 * adviceFor({ executionArn, status: 'FAILED', error: 'VpcMissing' });
 * // 'Correct `vpc_id`. Then start a new execution, which keeps what is there: `kubeflow-eks start CONFIG`.'
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

function startAgain(failed: FailedExecution, flags: string): string {
  const command = `\`kubeflow-eks ${commandAgain(failed)}${flags}\``;
  return workflowOf(failed.executionArn) === 'resync'
    ? `${command} (the next scheduled resync does it, too)`
    : command;
}

/**
 * The command that starts an execution like this one: with the name of the deployment where it was started with that, else
 * with the configuration, which nobody can name for whoever started it.
 */
export function commandAgain({
  executionArn,
  input,
}: Pick<FailedExecution, 'executionArn' | 'input'>): string {
  const workflow = workflowOf(executionArn);
  const name = namedAlone(input);
  switch (workflow) {
    case 'resync':
      return name === undefined ? workflow : `${workflow} ${name}`;
    case 'destroy':
    case 'plan':
      return `${workflow} ${name ?? 'CONFIG'}`;
    default:
      return 'start CONFIG';
  }
}
