import path from 'node:path';
import { z } from 'zod';
import { parseConfiguration } from '../../core/configuration';
import { stateMachineName, type Workflow } from '../../core/naming';
import { repositoryRoot } from '../../infra/bundle';
import { functionSpec, type FunctionFile } from '../../infra/functions';
import {
  createStepFunctions,
  createVirtualClock,
  TaskError,
  type ExecutionRecord,
  type HistoryEvent,
  type TaskRequest,
} from 'step-functions-local';
import type { Task } from '../../tasks/support/task';
import { definitionOf, taskOf } from './definition';
import { results } from './samples';

/** One call of a task, as the workflow made it. */
export interface Call {
  readonly state: string;
  readonly file: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** What a run without AWS gives. */
export interface DryRun {
  readonly record: ExecutionRecord;
  readonly history: readonly HistoryEvent[];
  readonly output: unknown;
  readonly calls: readonly Call[];
  /** The environment of each build, by state. */
  readonly builds: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** The events published, by state. */
  readonly events: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** What the workflow sent and the task's input schema does not take. */
  readonly problems: readonly string[];
}

/** A result in the place of the sample, or an error. */
export type Answers = Readonly<Record<string, unknown>>;

/** The task of a file. */
export async function loadTask(file: string): Promise<Task<unknown, unknown>> {
  const module = (await import(path.resolve(repositoryRoot, functionSpec(file as FunctionFile).entry))) as {
    task: Task<unknown, unknown>;
  };
  return module.task;
}

/**
 * Runs a workflow's definition in the interpreter. Tasks answer with their samples, or with what the test says for a
 * state; every payload is held against the input schema of the task that gets it.
 */
export async function dryRun(
  workflow: Workflow,
  input: unknown,
  answers: Answers = {},
  /** Comes before each answer: to let time pass, or to throw what the state is answered with. */
  before: (request: TaskRequest) => Promise<void> = () => Promise.resolve(),
): Promise<DryRun> {
  const calls: Call[] = [];
  const builds: Record<string, Record<string, string>> = {};
  const events: Record<string, Record<string, unknown>> = {};
  const problems: string[] = [];

  const answer = (request: TaskRequest, file: string, payload: Call['payload']): unknown => {
    const said = answers[request.stateName];
    if (said instanceof Error) throw new TaskError(said.name, said.message);
    if (said !== undefined) return said;
    const result = file === 'validate-configuration' ? validated(payload['input']) : results[file];
    return 'mode' in payload ? planned(payload, result) : result;
  };
  const call = async (request: TaskRequest): Promise<unknown> => {
    await before(request);
    if (request.service === 'lambda') {
      const task = taskOf({ Type: 'Task', Arguments: request.arguments });
      if (!task) throw new Error(`${request.stateName} calls no function`);
      calls.push({ state: request.stateName, ...task });
      problems.push(...(await problemsOfPayload(request.stateName, task.file, task.payload)));
      return { Payload: answer(request, task.file, task.payload) };
    }
    if (request.service === 'codebuild') {
      const { EnvironmentVariablesOverride: variables } = request.arguments as {
        EnvironmentVariablesOverride: { Name: string; Value: string }[];
      };
      builds[request.stateName] = Object.fromEntries(variables.map(({ Name, Value }) => [Name, Value]));
      // A list is what a teardown has left; anything else a plan.
      const said = answers[request.stateName] ?? { changes: [], more: 0 };
      return {
        Build: {
          Arn: 'arn:aws:codebuild:eu-central-1:111122223333:build/one',
          ExportedEnvironmentVariables: [
            { Name: Array.isArray(said) ? 'LEFT' : 'PLAN', Value: JSON.stringify(said) },
          ],
        },
      };
    }
    const [entry] = (request.arguments as { Entries: Record<string, unknown>[] }).Entries;
    events[request.stateName] = entry ?? {};
    return { FailedEntryCount: 0, Entries: [{}] };
  };

  const service = createStepFunctions({
    accountId: '111122223333',
    region: 'eu-central-1',
    clock: createVirtualClock(),
    integrations: { call },
  });
  try {
    const { arn } = service.createStateMachine({
      name: stateMachineName(workflow),
      definition: JSON.stringify(definitionOf(workflow)),
      roleArn: 'arn:aws:iam::111122223333:role/workflow',
    });
    const started = service.startExecution({
      stateMachineArn: arn,
      name: 'run',
      input: JSON.stringify(input),
    });
    const record = await service.whenEnded(started.arn);
    const output: unknown = record.output === undefined ? undefined : JSON.parse(record.output);
    return { record, history: service.history(started.arn), output, calls, builds, events, problems };
  } finally {
    service.close();
  }
}

/** As the task framework answers in plan mode. */
function planned({ unknown }: Call['payload'], result: unknown): unknown {
  return (unknown as string[]).length > 0 ? { changes: [], follows: unknown } : { changes: [], result };
}

function validated(input: unknown): unknown {
  const parsed = parseConfiguration(input);
  if (!parsed.ok) throw new TaskError('InvalidConfiguration', JSON.stringify(parsed.problems));
  const { configuration } = parsed;
  const { eks_name: name, region, account_id: accountId } = configuration;
  return {
    configuration,
    deployment: { name, region, accountId, tags: { 'kubeflow-eks:deployment': name } },
  };
}

/** What of a payload a task refuses, or does not know. */
async function problemsOfPayload(state: string, file: string, payload: Call['payload']): Promise<string[]> {
  const { spec } = await loadTask(file);
  const { workflow: _workflow, mode: _mode, unknown = [], pending: _pending, ...input } = payload;
  // The framework says what such a step follows from, and does not look at its arguments.
  if ((unknown as string[]).length > 0) return [];
  const parsed = spec.input.safeParse(input);
  const refused =
    parsed.error?.issues.map(({ path: at, message }) => `${state}: ${at.join('.')}: ${message}`) ?? [];
  const schema = z.toJSONSchema(spec.input, { io: 'input', unrepresentable: 'any' }) as Schema;
  return [...refused, ...unknownKeys(schema, input).map((key) => `${state}: ${file} does not take ${key}`)];
}

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly additionalProperties?: unknown;
}

/** A task takes of these what it needs: they are passed whole. */
const passedWhole = new Set(['configuration', 'found', 'subnets']);

function unknownKeys(schema: Schema, value: unknown, at = ''): string[] {
  if (schema.anyOf) {
    const each = schema.anyOf.map((option) => unknownKeys(option, value, at));
    return each.find((keys) => keys.length === 0) ?? each[0] ?? [];
  }
  if (Array.isArray(value))
    return value.flatMap((item) => (schema.items ? unknownKeys(schema.items, item, at) : []));
  const { properties, additionalProperties } = schema;
  if (typeof value !== 'object' || value === null || !properties || additionalProperties !== undefined)
    return [];
  return Object.entries(value).flatMap(([key, item]) => {
    const inner = properties[key];
    if (!inner) return [`${at}${key}`];
    return passedWhole.has(key) ? [] : unknownKeys(inner, item, `${at}${key}.`);
  });
}
