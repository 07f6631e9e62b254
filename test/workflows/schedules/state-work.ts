import { TaskError, type TaskRequest } from 'step-functions-local';
import { requireLock } from '../../../adapters/aws/registry-lock';
import { deploymentOf } from '../../../core/execution/deployment-of';
import { KubeflowEksError } from '../../../core/errors';
import { stackNames, stateMachineName } from '../../../core/naming';
import { createContext } from '../../../tasks/support/context';
import { planRequestSchema, planStep } from '../../../tasks/support/plan-step';
import type { Task } from '../../../tasks/support/task';
import { minimalConfiguration } from '../../support/minimal-configuration';
import { registryEnvironment } from '../../support/registry';
import { taskOf } from '../definition';
import { loadTask } from '../dry-run';
import { begins } from './logins';
import { caller } from './model-aws';
import { buildThings, loadedFrom, modelTask, realTasks, type ModelWork } from './model-tasks';
import type { Attempt } from './witness';
import { longestCall, type World } from './world';

const environment = {
  ...registryEnvironment,
  AWS_REGION: minimalConfiguration.region,
  EVENT_BUS_NAME: stackNames.eventBus,
  NOTIFICATION_TOPIC_ARN: `arn:aws:sns:${minimalConfiguration.region}:${minimalConfiguration.account_id}:${stackNames.topic}`,
};

/** What keeps executions apart, and can be switched off to see that it is looked for. */
export type Guard = 'the lock' | 'outdated executions';

/** What states call: tasks, builds and the event bus, with the faults of the story. */
export class StateWork {
  private readonly tasks = new Map<string, Promise<Task<unknown, unknown>>>();
  private attempts = 0;

  /** @param world that of the story which is played; tasks stay from story to story */
  constructor(
    private readonly world: () => World,
    private readonly without?: Guard,
  ) {}

  /** Another story begins. */
  reset(): void {
    this.attempts = 0;
  }

  call(request: TaskRequest): Promise<unknown> {
    const world = this.world();
    const { executionArn, stateName } = request;
    const { record } = world.stage.service.describeExecution(executionArn);
    const deployment = deploymentOf(record.input);
    const attempt: Attempt = {
      ...{ executionArn, stateName, deployment, workflow: record.stateMachineName },
      beganAt: world.stage.clock.now(),
      writerThen: deployment === undefined ? undefined : world.witness.writer(deployment),
    };
    const fault = world.calm ? undefined : world.story.faults.find((one) => one.attempt === this.attempts);
    this.attempts += 1;
    if (fault?.kind === 'denied') return Promise.reject(failure('AccessDenied'));
    if (fault?.kind === 'transient') return Promise.reject(failure('AwsTransient'));
    let calls = 0;
    const killed = Promise.withResolvers<never>();
    const before = async (): Promise<void> => {
      calls += 1;
      if (fault?.kind === 'killed' && calls === fault.call) {
        killed.reject(failure('Runtime.ExitError'));
        await new Promise(() => undefined);
      }
      await world.passUpTo(longestCall);
    };
    const by = { attempt, name: stateName, deployment: deployment ?? targetOf(request), before };
    const work = caller.run(by, () => this.work(request, attempt));
    const isOver = world.begin(work);
    killed.promise.catch(isOver);
    const answer = fault?.kind === 'answer lost' ? work.then(() => Promise.reject(lost(request))) : work;
    return request.clock.idle(Promise.race([answer, killed.promise]));
  }

  private async work(request: TaskRequest, attempt: Attempt): Promise<unknown> {
    try {
      if (request.service === 'lambda') return { Payload: await this.task(request, attempt) };
      if (request.service === 'codebuild') return await this.build(request, attempt);
    } catch (error) {
      if (!(error instanceof KubeflowEksError)) throw error;
      throw failure(error.name, error.message);
    }
    return { FailedEntryCount: 0, Entries: [{}] };
  }

  private async task(request: TaskRequest, attempt: Attempt): Promise<unknown> {
    const asked = taskOf({ Type: 'Task', Arguments: request.arguments });
    if (asked === undefined) throw new Error('a call of no task');
    const { file, payload } = asked;
    const byDocument = file === 'load-registration' && 'eks_name' in Object(payload['input']);
    if (byDocument) return loadedFrom(payload['input']);
    const task = await this.taskOf(file);
    const { stage, witness, clusters } = this.world();
    const { clients, logger, clock } = stage;
    const readOnly = payload['mode'] === 'plan';
    const now = (): Date => new Date(clock.now());
    const context = createContext({ clients, logger, now, readOnly, environment });
    if (readOnly)
      return planStep(planRequestSchema.parse(payload), context, () => task.run(payload, context));
    if (file === 'reconcile-access') {
      const cluster = clusters.of(caller.getStore()?.deployment ?? '');
      if (cluster === undefined) return task.run(payload, context);
      begins(cluster);
      return task.run(payload, context).finally(() => (cluster.writers.now -= 1));
    }
    const result = await task.run(this.unguarded(file, payload), context);
    if (file === 'acquire-lock' && attempt.deployment !== undefined)
      witness.hasLock(attempt.deployment, attempt.executionArn);
    return result;
  }

  /** The arguments with which a guard lets everything through. */
  private unguarded(file: string, payload: Readonly<Record<string, unknown>>): object {
    if (file !== 'acquire-lock' || this.without === undefined) return payload;
    if (this.without === 'the lock')
      this.world().registry.forget(`deployment#${nameIn(payload) ?? ''}`, 'lock');
    return { ...payload, startedAt: new Date(this.world().stage.clock.now()).toISOString() };
  }

  private taskOf(file: string): Promise<Task<unknown, unknown>> {
    const work = (): ModelWork => ({
      change: (deployment, action, thing) => this.change(deployment, action, thing),
      known: (deployment, file) => this.known(deployment, file),
    });
    const task = this.tasks.get(file) ?? (realTasks.includes(file) ? loadTask(file) : modelTask(file, work));
    this.tasks.set(file, task);
    return task;
  }

  /** Ids that are others each time that a thing is made. */
  private known(deployment: string, file: string): object {
    const { pools, clusters } = this.world();
    const endpoint = clusters.of(deployment)?.endpoint;
    if (file === 'ensure-user-pool') return { userPoolId: pools.idOf(deployment) };
    return file === 'describe-cluster' && endpoint !== undefined ? { endpoint } : {};
  }

  private async build({ stateName, arguments: given }: TaskRequest, attempt: Attempt): Promise<unknown> {
    const { EnvironmentVariablesOverride: list } = given as {
      EnvironmentVariablesOverride: { Name: string; Value: string }[];
    };
    const isPlan = list.some(({ Name, Value }) => Name === 'MODE' && Value === 'plan');
    const deployment = attempt.deployment ?? '';
    const { action, things } = buildThings[stateName] ?? { action: 'make', things: [] };
    if (!isPlan) {
      // As every build does at its start (builds/support/lock.ts).
      await requireLock(this.world().stage.clients, stackNames.table, deployment, attempt.executionArn);
      for (const thing of things) await this.change(deployment, action, thing);
    }
    const exported = isPlan
      ? { Name: 'PLAN', Value: '{"changes":[],"more":0}' }
      : { Name: 'LEFT', Value: '[]' };
    return { Build: { Arn: 'arn:aws:codebuild:build/one', ExportedEnvironmentVariables: [exported] } };
  }

  /** A change of the model takes effect in the middle of its call. */
  private async change(deployment: string, action: 'make' | 'take', thing: string): Promise<void> {
    const world = this.world();
    const { before, attempt } = caller.getStore() ?? {};
    await before?.();
    // A resync mends records of a deployment that nobody works on; its look at the lock is at its beginning.
    if (attempt !== undefined && attempt.workflow !== stateMachineName('resync')) {
      world.witness.change(attempt, deployment, action, thing);
      world.changed(deployment, action, thing);
    }
    await world.passUpTo(longestCall);
  }
}

function nameIn(payload: unknown): string | undefined {
  return (payload as { deployment?: { name?: string } } | undefined)?.deployment?.name;
}

/** The deployment that a state of a resync of all is about. */
function targetOf({ arguments: given }: TaskRequest): string | undefined {
  return nameIn((given as { Payload?: unknown }).Payload);
}

function failure(error: string, message = 'as the story says'): TaskError {
  return new TaskError(error, JSON.stringify({ errorMessage: message }));
}

const lost = ({ service }: TaskRequest): TaskError =>
  failure(
    { lambda: 'Lambda.SdkClientException', codebuild: 'CodeBuild.SdkClientException' }[service] ??
      'EventBridge.SdkClientException',
  );
