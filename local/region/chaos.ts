import { createHash } from 'node:crypto';
import type { Faults } from './faults';
import type { AwsRequest } from './gateway/aws-request';
import type { RequestFault } from './gateway/gateway';
import type { FunctionError, Outcome } from './functions/instance';

/** What a fault of the chaos was, in words. */
export type ChaosKind =
  | 'throttled'
  | 'service error'
  | 'connection cut'
  | 'answer lost'
  | 'registry unreachable'
  | 'function not started'
  | 'function killed'
  | 'function out of time'
  | 'build refused'
  | 'build killed';

/** What was done about a fault before the work went on. */
export type Recovery = 'the call was repeated' | 'the step was retried' | 'the execution was redriven';

/** A fault that was met. */
export interface MetFault {
  kind: ChaosKind;
  /** The call, function, or phase of a build that it struck. */
  call: string;
  /** The step during which it struck, as far as that is known. */
  step?: string;
  /** Missing where nothing has recovered it. */
  recovery?: Recovery;
}

/** A fault that was met, and how the run of the function ended that it struck. */
interface Struck extends MetFault {
  /** Missing while it is not known how the function ended. */
  ended?: 'well' | 'badly';
}

/** How often each fault strikes where it could, between 0 and 1. */
const rates: Readonly<Record<Exclude<ChaosKind, 'registry unreachable'>, number>> = {
  throttled: 0.06,
  'service error': 0.04,
  'connection cut': 0.04,
  'answer lost': 0.04,
  'function not started': 0.1,
  'function killed': 0.06,
  'function out of time': 0.08,
  'build refused': 0.5,
  'build killed': 0.5,
};

/** What Step Functions itself was refused: its retry policy asks again. */
const ofState: readonly ChaosKind[] = ['function not started', 'build refused'];
/** A call meets a fault at its first occurrence at most, so that a poll's length does not decide what is met. */
const attemptsStruck = 1;
/** Requests to the registry that are cut while it is unreachable: more than the SDK repeats one call (5 times). */
const registryOutage = { least: 6, span: 4, within: 30 };
/** A killed build has printed fewer lines than this in its phase. */
const longestPhase = 12;

/**
 * Passing faults of a whole region, drawn from a seed: whether one strikes is a function of the seed and of what it would
 * strike, and not of the order in which things happen, so that a seed means the same faults in every run. Each passes:
 * what is asked again, retried or redriven gets through.
 */
export class Chaos {
  private readonly struck: Struck[] = [];
  private readonly counts = new Map<string, number>();
  private resting = false;
  private readonly steps = new Map<string, string>();

  constructor(
    readonly seed: number,
    private readonly onMet: (fault: MetFault) => void = () => undefined,
  ) {}

  /** What was met until now, in that order. */
  get met(): MetFault[] {
    return this.struck.map(({ ended: _, ...fault }) => fault);
  }

  /** To be given to a region, or put into the faults of one. */
  readonly faults: Required<Pick<Faults, 'request' | 'function' | 'answer' | 'kill' | 'machine'>> = {
    function: (name, event) => this.beginning(name, event),
    answer: (name, event, outcome) => this.ending(name, event, outcome),
    kill: (name, request) => this.killing(name, request),
    request: (request, caller) => this.requesting(request, caller),
    machine: (project, phase, line) => this.building(project, phase, line),
  };

  /** The execution failed and goes on: what struck until now has been recovered by that. */
  redriven(): void {
    this.settle();
    for (const fault of this.struck) {
      if (fault.recovery !== undefined) continue;
      if (fault.kind === 'build killed' || fault.ended === 'badly')
        fault.recovery = 'the execution was redriven';
    }
  }

  /** Nothing strikes any more. */
  rest(): void {
    this.resting = true;
  }

  /** The execution has succeeded: whatever struck is behind it. */
  ended(): void {
    this.settle();
    for (const fault of this.struck) {
      if (fault.recovery === undefined)
        fault.recovery = ofState.includes(fault.kind) ? 'the step was retried' : 'the call was repeated';
    }
  }

  /** A number between 0 and 1 that the seed gives to a text. */
  draw(...text: readonly (string | number)[]): number {
    const digest = createHash('sha256')
      .update([this.seed, ...text].join('\n'))
      .digest();
    return digest.readUIntBE(0, 6) / 2 ** 48;
  }

  private settle(): void {
    for (const fault of this.struck) {
      if (fault.ended === 'well' && fault.recovery === undefined) fault.recovery = 'the call was repeated';
    }
  }

  private beginning(name: string, event: unknown): FunctionError | undefined {
    const step = stepOf(event);
    if (step === undefined) return undefined;
    // A run that went badly is followed by this one: the step is being retried.
    for (const fault of this.struck) {
      if (fault.step === step && fault.ended === 'badly' && fault.recovery === undefined)
        fault.recovery = 'the step was retried';
    }
    this.steps.set(name, step);
    return undefined;
  }

  private ending(name: string, event: unknown, outcome: Outcome): FunctionError | undefined {
    const step = stepOf(event);
    if (step === undefined) return undefined;
    const lost = outcome.error === undefined && this.strikes('function out of time', step);
    if (lost) this.meet({ kind: 'function out of time', call: name, step });
    for (const fault of this.struck) {
      if (fault.step === step) fault.ended ??= lost || outcome.error !== undefined ? 'badly' : 'well';
    }
    return lost
      ? { errorType: 'Sandbox.Timedout', errorMessage: `Error: Task timed out (chaos ${this.seed})` }
      : undefined;
  }

  private killing(name: string, request: AwsRequest): boolean {
    const step = this.steps.get(name);
    if (step === undefined || !request.mutating) return false;
    const call = callOf(request);
    if (!this.strikes('function killed', step, call)) return false;
    this.meet({ kind: 'function killed', call, step });
    return true;
  }

  private requesting(request: AwsRequest, caller: string | undefined): RequestFault | undefined {
    if (caller === undefined || ['sts', 'states'].includes(request.service)) return undefined;
    const step = this.steps.get(caller);
    const call = callOf(request);
    if (request.service === 'lambda' && /\/invocations$/.test(request.operation))
      return this.refuse('function not started', call, caller, step);
    if (request.operation === 'StartBuild') return this.refuse('build refused', call, caller, step);
    if (request.service === 'dynamodb' && this.isRegistryOut()) {
      this.meet({ kind: 'registry unreachable', call, ...(step !== undefined && { step }) });
      return { cut: 'before' };
    }
    const where = `${caller} ${step ?? ''} ${call}`;
    for (const kind of ['throttled', 'service error', 'connection cut'] as const) {
      if (this.strikes(kind, where)) return this.refuse(kind, call, caller, step, true);
    }
    if (request.mutating && this.strikes('answer lost', where))
      return this.refuse('answer lost', call, caller, step, true);
    return undefined;
  }

  private refuse(
    kind: ChaosKind,
    call: string,
    caller: string,
    step: string | undefined,
    isDrawn = false,
  ): RequestFault | undefined {
    if (!isDrawn && !this.strikes(kind as keyof typeof rates, caller, call)) return undefined;
    this.meet({ kind, call, ...(step !== undefined && { step }) });
    return answers(this.seed)[kind];
  }

  private building(project: string, phase: string, line: number): boolean {
    const rate = rates['build killed'];
    if (this.resting || this.draw('build killed', project) >= rate) return false;
    const phases = ['INSTALL', 'PRE_BUILD', 'BUILD'];
    const when = phases[Math.floor(this.draw('phase', project) * phases.length)];
    if (phase !== when || line < Math.floor(this.draw('line', project) * longestPhase)) return false;
    if (this.count(`build killed ${project}`) > attemptsStruck) return false;
    this.meet({ kind: 'build killed', call: `${phase} of ${project}` });
    return true;
  }

  /** The registry is away once, for some requests in a row. */
  private isRegistryOut(): boolean {
    if (this.resting) return false;
    const number = this.count('registry');
    const from = Math.floor(this.draw('registry from') * registryOutage.within);
    const length = registryOutage.least + Math.floor(this.draw('registry length') * registryOutage.span);
    return number > from && number <= from + length;
  }

  private strikes(kind: keyof typeof rates, ...where: readonly string[]): boolean {
    if (this.resting || this.draw(kind, ...where) >= rates[kind]) return false;
    return this.count([kind, ...where].join('\n')) <= attemptsStruck;
  }

  private count(what: string): number {
    const count = (this.counts.get(what) ?? 0) + 1;
    this.counts.set(what, count);
    return count;
  }

  private meet(fault: MetFault): void {
    this.struck.push({ ...fault });
    this.onMet(fault);
  }
}

/** What an AWS API says, by the kind of fault. */
function answers(seed: number): Partial<Record<ChaosKind, RequestFault>> {
  const message = `Rate exceeded (chaos ${seed})`;
  return {
    throttled: { status: 400, code: 'ThrottlingException', message },
    'service error': {
      status: 500,
      code: 'InternalFailure',
      message: `An internal error occurred (chaos ${seed})`,
    },
    'connection cut': { cut: 'before' },
    'answer lost': { cut: 'after' },
    'function not started': { status: 429, code: 'TooManyRequestsException', message },
    'build refused': {
      status: 400,
      code: 'AccountLimitExceededException',
      message: `Cannot have more than 1 builds in queue for the account (chaos ${seed})`,
    },
  };
}

/** The call without what is made up in each run: ids in the path of a REST API. */
function callOf({ service, operation }: AwsRequest): string {
  const invoked = /\/functions\/(?:[^/]*(?::|%3A)function(?::|%3A))?([\w-]+)[^/]*\/invocations/.exec(
    operation,
  )?.[1];
  if (invoked !== undefined) return `${service} Invoke ${invoked}`;
  const [method = '', path] = operation.split(' ');
  if (path === undefined) return `${service} ${operation}`;
  const plain = (path.split('?')[0] ?? '')
    .split('/')
    .map((part) => (/%3A|:|^(?=.*\d)[\w-]{8,}$/.test(part) && !/^\d{4}-\d\d-\d\d$/.test(part) ? '*' : part));
  return `${service} ${method} ${plain.join('/')}`;
}

/** The state that called a task: every task is given it for its log. */
function stepOf(event: unknown): string | undefined {
  const { workflow } = (event ?? {}) as { workflow?: { state?: unknown } };
  return typeof workflow?.state === 'string' ? workflow.state : undefined;
}
