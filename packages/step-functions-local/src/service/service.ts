import { join } from 'node:path';
import type { Clock } from '../clock/clock';
import { validateDefinition } from '../definition/validate';
import type { HistoryEvent } from '../execution/history';
import { maximumPayloadBytes, exceedsPayload } from '../execution/limits';
import type { ExecutionRecord } from '../execution/records';
import { redriveObstacle } from '../execution/redrive';
import type { BeforeTask, Runtime } from '../execution/run';
import { TaskTokens } from '../execution/task-tokens';
import type { TaskIntegration } from '../integrations/integration';
import type { Failure } from '../language/errors';
import { createExpressions } from '../language/expression';
import { uuidFrom, type Random } from '../language/random';
import { Journal } from '../storage/journal';
import { executionArn, requireName, stateMachineArn, type Place } from './arns';
import { createChildWorkflows } from './child-workflows';
import { ApiError, validationError } from './errors';
import { Executions } from './executions';
import { StateMachines, type StateMachine } from './state-machines';
import { statusChangeEvent, type StatusChangeEvent } from './status-change';
import { defined } from '../defined';

export interface StepFunctionsOptions extends Place {
  /** Where executions and state machines are kept across restarts; in memory only if absent. */
  readonly dataDir?: string;
  readonly clock: Clock;
  /** What Task states call. A function is given the service, for the integration that starts executions in it. */
  readonly integrations: TaskIntegration | ((service: StepFunctions) => TaskIntegration);
  /** Told of every EventBridge event "Step Functions Execution Status Change". */
  readonly onStatusChange?: (event: StatusChangeEvent) => void;
  readonly onHistoryEvent?: (executionArn: string, event: HistoryEvent) => void;
  /** The source of jitter, $random and ids; a seeded one makes runs repeatable. */
  readonly random?: Random;
  /** Fault injection: an error that it gives is the outcome of that attempt. */
  readonly beforeTask?: BeforeTask;
  /** Ended executions kept in memory with their histories. */
  readonly retainedExecutions?: number;
}

export interface CreateStateMachine {
  readonly name: string;
  /** Definition as JSON text. */
  readonly definition: string;
  readonly roleArn: string;
  readonly type?: string;
  readonly loggingConfiguration?: unknown;
  readonly tracingConfiguration?: unknown;
  readonly tags?: Readonly<Record<string, string>>;
}

export interface StartExecution {
  readonly stateMachineArn: string;
  readonly name?: string;
  /** JSON text; `{}` if absent. */
  readonly input?: string;
  readonly traceHeader?: string;
}

const defaultRetained = 1000;

/** Step Functions of one account and region. Methods throw ApiError with the names of AWS. */
export class StepFunctions {
  readonly place: Place;
  readonly machines: StateMachines;
  readonly executions: Executions;
  readonly taskTokens = new TaskTokens();
  private readonly journal: Journal | undefined;
  private readonly random: Random;

  constructor(private readonly options: StepFunctionsOptions) {
    this.place = { accountId: options.accountId, region: options.region };
    this.random = options.random ?? Math.random;
    this.journal =
      options.dataDir === undefined ? undefined : new Journal(join(options.dataDir, 'step-functions'));
    this.machines = new StateMachines((machines) => this.journal?.writeDocument('state-machines', machines));
    const { clock, onStatusChange, onHistoryEvent, beforeTask, integrations } = options;
    const runtime: Runtime = {
      clock,
      random: this.random,
      expressions: createExpressions({ now: () => clock.now(), random: this.random }),
      integrations: typeof integrations === 'function' ? integrations(this) : integrations,
      taskTokens: this.taskTokens,
      childWorkflows: createChildWorkflows(this),
      ...defined({ beforeTask }),
    };
    this.executions = new Executions({
      runtime,
      journal: this.journal,
      retained: options.retainedExecutions ?? defaultRetained,
      parse: (definition) => this.machines.parse(definition),
      onStatus: (record, events) =>
        onStatusChange?.(statusChangeEvent(this.place, record, events, clock.now())),
      onEvent: (record, event) => onHistoryEvent?.(record.arn, event),
    });
    this.machines.load((this.journal?.readDocument('state-machines') ?? []) as StateMachine[]);
    this.executions.load();
  }

  /** Milliseconds since the epoch, by the clock of the region. */
  now(): number {
    return this.options.clock.now();
  }

  newId(): string {
    return uuidFrom(this.random);
  }

  /** Idempotent for an equal definition; a different role or other tags are passed over, as on AWS. */
  createStateMachine(request: CreateStateMachine): StateMachine {
    const name = requireName(request.name);
    requireValidDefinition(request.definition);
    if ((request.type ?? 'STANDARD') !== 'STANDARD') {
      throw new ApiError(
        'ValidationException',
        'The local Step Functions runs workflows of type STANDARD only',
      );
    }
    const arn = stateMachineArn(this.place, name);
    const existing = this.machines.find(arn);
    if (existing !== undefined) {
      if (existing.definition === request.definition) return existing;
      throw new ApiError('StateMachineAlreadyExists', `State Machine Already Exists: '${arn}'`);
    }
    const machine: StateMachine = {
      arn,
      name,
      type: 'STANDARD',
      creationDate: this.now(),
      revisionId: this.newId(),
      roleArn: request.roleArn,
      definition: request.definition,
      loggingConfiguration: request.loggingConfiguration ?? { level: 'OFF', includeExecutionData: false },
      tracingConfiguration: request.tracingConfiguration ?? { enabled: false },
      tags: { ...request.tags },
    };
    this.machines.put(machine);
    return machine;
  }

  /** Executions that have been started keep the definition that they were started with. */
  updateStateMachine(arn: string, change: Partial<Omit<CreateStateMachine, 'name'>>): StateMachine {
    const machine = this.machines.get(arn);
    if (Object.keys(change).length === 0) {
      throw new ApiError(
        'MissingRequiredParameter',
        'Either the definition, the role ARN or a configuration must be specified',
      );
    }
    if (change.definition !== undefined) requireValidDefinition(change.definition);
    machine.definition = change.definition ?? machine.definition;
    machine.roleArn = change.roleArn ?? machine.roleArn;
    machine.loggingConfiguration = change.loggingConfiguration ?? machine.loggingConfiguration;
    machine.tracingConfiguration = change.tracingConfiguration ?? machine.tracingConfiguration;
    machine.updateDate = this.now();
    machine.revisionId = this.newId();
    this.machines.put(machine);
    return machine;
  }

  /** Idempotent by name while the execution of that name runs with an equal input, as on AWS. */
  startExecution(request: StartExecution): ExecutionRecord {
    const machine = this.machines.get(request.stateMachineArn);
    const name = request.name === undefined ? this.newId() : requireName(request.name);
    const input = requireInput(request.input ?? '{}');
    const arn = executionArn(this.place, machine.name, name);
    const existing = this.executions.find(arn)?.record;
    if (existing !== undefined) {
      if (existing.status === 'RUNNING' && existing.input === input) return existing;
      throw new ApiError('ExecutionAlreadyExists', `Execution Already Exists: '${arn}'`);
    }
    const record: ExecutionRecord = {
      arn,
      name,
      stateMachineArn: machine.arn,
      stateMachineName: machine.name,
      roleArn: machine.roleArn,
      definition: machine.definition,
      input,
      startDate: this.now(),
      ...defined({ traceHeader: request.traceHeader }),
      status: 'RUNNING',
      redriveCount: 0,
    };
    this.executions.start(record);
    return record;
  }

  /** @throws ApiError ExecutionDoesNotExist */
  describeExecution(arn: string): { readonly record: ExecutionRecord; readonly events: number } {
    const found = this.executions.find(arn);
    if (found === undefined)
      throw new ApiError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`);
    return found;
  }

  history(arn: string): readonly HistoryEvent[] {
    this.describeExecution(arn);
    return this.executions.history(arn) ?? [];
  }

  /** Stopping an execution that has ended changes nothing. */
  stopExecution(arn: string, failure: Failure = {}): ExecutionRecord {
    const { record } = this.describeExecution(arn);
    this.executions.stop(arn, failure);
    return record;
  }

  /** @param clientToken a call with the token of an earlier one is that call again, and changes nothing. */
  redriveExecution(arn: string, clientToken?: string): ExecutionRecord {
    const { record, events } = this.describeExecution(arn);
    if (clientToken !== undefined && record.redriveToken === clientToken) return record;
    const obstacle = redriveObstacle(record, events, this.now());
    if (record.mapRunArn !== undefined) {
      throw new ApiError('ExecutionNotRedrivable', 'A child workflow is redriven by redriving its parent');
    }
    if (obstacle !== undefined) throw new ApiError('ExecutionNotRedrivable', obstacle);
    if (clientToken !== undefined) record.redriveToken = clientToken;
    this.executions.redrive(arn);
    return record;
  }

  /** Resolves when the execution is no longer running. */
  async whenEnded(arn: string): Promise<ExecutionRecord> {
    this.describeExecution(arn);
    return await this.executions.whenEnded(arn);
  }

  /** Lets go of everything as a killed process would: what runs is taken up by the next service on this directory. */
  close(): void {
    this.journal?.close();
    this.executions.abandon();
    this.options.clock.close();
  }
}

function requireValidDefinition(text: string): void {
  const problems = validateDefinition(text).filter((problem) => problem.severity === 'ERROR');
  if (problems.length === 0) return;
  const list = problems
    .map(({ code, message, location }) => `${code}: ${message} at ${location ?? 'null'}`)
    .join(', ');
  throw new ApiError('InvalidDefinition', `Invalid State Machine Definition: '${list}'`);
}

function requireInput(text: string): string {
  if (exceedsPayload(text)) {
    throw validationError(
      'input',
      '…',
      `Member must have length less than or equal to ${maximumPayloadBytes}`,
    );
  }
  try {
    JSON.parse(text);
  } catch (error) {
    throw new ApiError('InvalidExecutionInput', `Invalid State Machine Execution Input: '${String(error)}'`);
  }
  return text;
}
