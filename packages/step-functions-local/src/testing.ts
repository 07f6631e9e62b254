import {
  createStepFunctions,
  createVirtualClock,
  seededRandom,
  type ExecutionRecord,
  type HistoryEvent,
  type StepFunctions,
  type StepFunctionsOptions,
  type TaskIntegration,
  type TaskRequest,
} from './index';

export const testRole = 'arn:aws:iam::111122223333:role/states';

/** What a task does, by the name of its state. A state that is not named must not be called. */
export type Tasks = Readonly<Record<string, (request: TaskRequest) => unknown>>;

export function integration(tasks: Tasks): TaskIntegration {
  return {
    call(request) {
      const task = tasks[request.stateName];
      if (task === undefined)
        return Promise.reject(new Error(`the test says nothing about '${request.stateName}'`));
      return Promise.resolve().then(() => task(request));
    },
  };
}

export function createService(tasks: Tasks, options: Partial<StepFunctionsOptions> = {}): StepFunctions {
  return createStepFunctions({
    accountId: '111122223333',
    region: 'eu-central-1',
    clock: createVirtualClock(),
    random: seededRandom(7),
    integrations: integration(tasks),
    ...options,
  });
}

export type States = Readonly<Record<string, unknown>>;

/** A machine of these states that starts at the first of them. */
export function machine(
  states: States,
  more: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
  return { QueryLanguage: 'JSONata', StartAt: Object.keys(states)[0], States: states, ...more };
}

/** A task that calls the integration of the test. */
export function task(more: Readonly<Record<string, unknown>> = { End: true }): Record<string, unknown> {
  return {
    Type: 'Task',
    Resource: 'arn:aws:states:::lambda:invoke',
    Arguments: { FunctionName: 'f' },
    ...more,
  };
}

export interface Ran {
  readonly service: StepFunctions;
  readonly arn: string;
  readonly record: ExecutionRecord;
  readonly events: readonly HistoryEvent[];
  /** The parsed output. */
  readonly output: unknown;
}

let count = 0;

export function start(service: StepFunctions, definition: unknown, input: unknown = {}): string {
  const { arn } = service.createStateMachine({
    name: `machine-${++count}`,
    definition: JSON.stringify(definition),
    roleArn: testRole,
  });
  return service.startExecution({ stateMachineArn: arn, name: 'run', input: JSON.stringify(input) }).arn;
}

export async function ended(service: StepFunctions, arn: string): Promise<Ran> {
  const record = await service.whenEnded(arn);
  return {
    service,
    arn,
    record,
    events: service.history(arn),
    output: record.output === undefined ? undefined : (JSON.parse(record.output) as unknown),
  };
}

/** Runs states to their end on a service of their own. */
export async function run(
  states: States,
  {
    input = {},
    tasks = {},
    machineFields = {},
    ...options
  }: {
    input?: unknown;
    tasks?: Tasks;
    machineFields?: Readonly<Record<string, unknown>>;
  } & Partial<StepFunctionsOptions> = {},
): Promise<Ran> {
  const service = createService(tasks, options);
  return await ended(service, start(service, machine(states, machineFields), input));
}

/** `type previousEventId` of each event, for a look at a whole history. */
export function outline(events: readonly HistoryEvent[]): string[] {
  return events.map((event) => {
    const name = event.details?.['name'];
    return `${event.id} ${event.type}${typeof name === 'string' ? ` ${name}` : ''} <- ${event.previousEventId}`;
  });
}

export function types(events: readonly HistoryEvent[]): string[] {
  return events.map((event) => event.type);
}
