import { setTimeout as delay } from 'node:timers/promises';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createApiHandler,
  createRealClock,
  TaskError,
  type StepFunctions,
  type TaskRequest,
} from 'step-functions-local';
import { createService, testRole } from 'step-functions-local/testing';
import { deleteItem, readItem, registryKey, writeItem } from '../../adapters/aws/registry';
import { requireLock } from '../../adapters/aws/registry-lock';
import { listRuns, readLatestRun, writeRun } from '../../adapters/aws/registry-runs';
import { KubeflowEksError } from '../../core/errors';
import { lockStates, stackNames, stateMachineName, type Workflow } from '../../core/naming';
import type { ServiceHandler } from '../../local/region/gateway/gateway';
import { jsonApi } from '../../local/region/services/json-api';
import { task as acquire } from '../../tasks/lock/acquire-lock';
import { task as release } from '../../tasks/lock/release-lock';
import { cli, documentOf, type Recording } from '../cli/recording-host';
import { minimalConfiguration } from './minimal-configuration';
import type { MotoInTest } from './moto';
import type { Deed } from './operator-stories';
import { makeRegistry, registryEnvironment } from './registry';
import { shortWorkflows, type Payload } from './short-workflows';
import { testContext, testDeployment } from './task-context';

const { region, account_id: accountId } = minimalConfiguration;
const deployment = testDeployment.name;
const table = stackNames.table;

/** What happened to the deployment. */
export interface RecordedEvent {
  what: 'provisioned' | 'destroyed';
  /** Of a destroy: whether somebody has confirmed one since the deployment was last provisioned. */
  confirmed: boolean;
}

/** Two operators at one account, with the workflows' real lock and registry. */
export class Operators {
  static readonly place = { region, accountId };
  readonly handler: ServiceHandler;
  private readonly service: StepFunctions;
  private readonly folder = mkdtempSync(join(tmpdir(), 'kubeflow-eks-operators-'));
  private readonly file = join(this.folder, 'acme.yaml');
  private readonly held = new Map<string, (error?: string) => void>();
  private readonly holding = new Set<string>();
  /** The ends that are recorded. */
  private readonly known = new Set<string>();
  private failing: string | undefined;
  private registered = false;
  private confirmed = false;
  private recorded: RecordedEvent[] = [];
  private moto: MotoInTest | undefined;
  private started = 0;

  constructor() {
    const states = Object.values(shortWorkflows).flatMap((one) =>
      Object.keys((one as { States: object }).States),
    );
    this.service = createService(
      Object.fromEntries(states.map((name) => [name, (request: TaskRequest) => this.work(request)])),
      { accountId, region, clock: createRealClock() },
    );
    this.handler = jsonApi(createApiHandler(this.service));
  }

  get events(): readonly RecordedEvent[] {
    return this.recorded;
  }

  /** Makes the registry and the workflows, and points the command line at them. */
  async prepare(moto: MotoInTest): Promise<void> {
    this.moto = moto;
    await makeRegistry(moto.lookingClients);
    for (const [workflow, definition] of Object.entries(shortWorkflows)) {
      this.service.createStateMachine({
        name: stateMachineName(workflow as Workflow),
        definition: JSON.stringify(definition),
        roleArn: testRole,
      });
    }
    writeFileSync(this.file, JSON.stringify(minimalConfiguration));
    Object.assign(process.env, {
      AWS_ENDPOINT_URL: moto.endpoint,
      AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'local',
    });
  }

  close(): void {
    this.service.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Runs a command of the command line, with nobody at the terminal, and waits for what it started. */
  async run(command: string, ...args: string[]): Promise<Recording> {
    const given = command === 'start' ? [this.file, '--name', `run-${++this.started}`] : args;
    const follows = ['retry', 'destroy', 'resync'].includes(command) ? ['--no-watch'] : [];
    if (args.includes('--yes') && (command === 'destroy' || (await this.isDestroy(args[0]))))
      this.confirmed = true;
    const recording = await cli([command, ...given, ...follows], { env: { AWS_REGION: region } });
    if (this.holding.size === 0) await this.settled();
    return recording;
  }

  /** Starts an execution as the console does. */
  startBeside(workflow: Workflow, input: object = minimalConfiguration): Promise<string> {
    return Promise.resolve(
      this.service.startExecution({
        stateMachineArn: machineArn(workflow),
        name: `beside-${++this.started}`,
        input: JSON.stringify(input),
      }).arn,
    );
  }

  /** Redrives an execution as the console does; one that cannot be is left. */
  async redriveBeside(executionArn: string): Promise<void> {
    try {
      this.service.redriveExecution(executionArn);
    } catch {
      return;
    }
    await this.ended(executionArn);
  }

  statusOf(executionArn: string): { status: string; error?: string; cause?: string } {
    const { status, failure } = this.service.describeExecution(executionArn).record;
    return { status, ...failure };
  }

  executions(): readonly string[] {
    return this.service.executions.all().map(({ arn }) => arn);
  }

  isRegistered(): boolean {
    return this.registered;
  }

  async ended(executionArn: string): Promise<void> {
    await this.service.whenEnded(executionArn);
  }

  /** Until every execution has ended, and what failed is recorded as the failure recorder does. */
  async settled(): Promise<void> {
    for (const arn of this.executions()) await this.ended(arn);
    await this.recordFailures();
  }

  /** From now on a step waits to be let go. */
  hold(state: string, on = true): void {
    if (on) this.holding.add(state);
    else this.holding.delete(state);
  }

  async reached(state: string): Promise<void> {
    while (!this.held.has(state)) await delay(10);
  }

  /** Lets a step go, with success or an error. */
  release(state: string, error?: string): void {
    this.held.get(state)?.(error);
    this.held.delete(state);
  }

  /** From now on a step fails; none without a name. */
  fail(state?: string): void {
    this.failing = state;
  }

  forget(): void {
    this.recorded = [];
    this.registered = false;
    this.confirmed = false;
    this.failing = undefined;
  }

  async clearRegistry({ lookingClients }: MotoInTest): Promise<void> {
    for (const key of [registryKey.lock, registryKey.registration, registryKey.latestRun])
      await deleteItem(lookingClients, table, key(deployment));
    for (const { executionArn } of await listRuns(lookingClients, table, deployment)) {
      const name = executionArn.slice(executionArn.lastIndexOf(':') + 1);
      await deleteItem(lookingClients, table, registryKey.run(deployment, name));
    }
  }

  /** Does what a story says, one deed after the other. */
  async tell(story: readonly Deed[]): Promise<void> {
    const first = this.executions().length;
    for (const deed of story) {
      const old = this.executions().slice(first);
      const fails = 'fails' in deed && deed.fails;
      this.fail(!fails ? undefined : deed.do === 'destroy' ? 'Take away' : 'Install');
      const yes = 'yes' in deed && deed.yes ? ['--yes'] : [];
      if (deed.do === 'start') await this.run('start');
      else if (deed.do === 'resync') await this.run('resync', deployment);
      else if (deed.do === 'retry') await this.run('retry', deployment, ...yes);
      else if (deed.do === 'destroy') await this.destroy(deed.by);
      else if ('which' in deed && old.length > 0) {
        const arn = old[deed.which % old.length] ?? '';
        if (deed.do === 'retry an old one') await this.run('retry', arn, ...yes);
        else await this.redriveBeside(arn);
      }
      await this.settled();
    }
  }

  /** The run that the name means: as `status` says, or as the registry has it. */
  async meantBy(whom: 'status' | 'registry'): Promise<string | undefined> {
    if (whom === 'registry') {
      const latest = await readLatestRun(this.clients, table, deployment);
      return latest?.executionArn;
    }
    const recording = await this.run('status', deployment, '--json');
    return documentOf(recording)['executionArn'] as string | undefined;
  }

  /** Whether what is retried is a destroy: by an ARN, or by the name as the registry has it. */
  private async isDestroy(nameOrArn = ''): Promise<boolean> {
    const arn = nameOrArn.startsWith('arn:') ? nameOrArn : await this.meantBy('registry');
    return arn?.includes(':kubeflow-eks-destroy:') === true;
  }

  private get clients(): MotoInTest['lookingClients'] {
    if (this.moto === undefined) throw new Error('prepare first');
    return this.moto.lookingClients;
  }

  private async destroy(by: 'name' | 'configuration' | 'console'): Promise<void> {
    if (by === 'name') await this.run('destroy', deployment, '--yes');
    else if (by === 'configuration') await this.run('destroy', this.file, '--yes');
    else {
      this.confirmed = true;
      await this.ended(await this.startBeside('destroy', { deployment }));
    }
  }

  private async work({ stateName, arguments: given }: TaskRequest): Promise<unknown> {
    const asked = (given as { Payload: Payload }).Payload;
    if (this.holding.has(stateName)) {
      const error = await new Promise<string | undefined>((go) => this.held.set(stateName, go));
      if (error !== undefined)
        throw new TaskError(error, JSON.stringify({ errorMessage: 'as the test says' }));
    }
    try {
      return await this.step(stateName, asked);
    } catch (error) {
      if (!(error instanceof KubeflowEksError)) throw error;
      throw new TaskError(error.name, JSON.stringify({ errorMessage: error.message }));
    }
  }

  private async step(stateName: string, asked: Payload): Promise<unknown> {
    const { execution: executionArn, startedAt, stateMachine, input } = asked;
    if (this.moto === undefined) throw new Error('prepare first');
    const context = testContext(this.moto, { environment: registryEnvironment });
    const named = { ...testDeployment, name: input.deployment ?? input.eks_name ?? deployment };
    if (stateName === lockStates.acquire)
      return acquire.run({ deployment: named, executionArn, stateMachine, startedAt }, context);
    if (stateName === lockStates.release) return release.run({ deployment: named, executionArn }, context);
    if (stateName === 'Load registration') {
      const known = await readItem(this.clients, table, registryKey.registration(named.name));
      if (input.deployment !== undefined && known === undefined)
        throw new TaskError('DeploymentMissing', JSON.stringify({ errorMessage: 'none is registered' }));
      return {};
    }
    if (stateName === 'Validate configuration' || stateName === 'Reconcile') return {};
    // Every step that changes something asks for the lock after a redrive (`tasks/support/lock-check.ts`).
    await requireLock(this.clients, table, named.name, executionArn);
    if (stateName === this.failing)
      throw new TaskError('AccessDenied', JSON.stringify({ errorMessage: 'as the test says' }));
    if (stateName === 'Take away') this.recorded.push({ what: 'destroyed', confirmed: this.confirmed });
    const key = registryKey.registration(named.name);
    if (stateName === 'Register deployment') {
      await writeItem(this.clients, table, key, { deployment: named });
      this.registered = true;
      this.confirmed = false;
      this.recorded.push({ what: 'provisioned', confirmed: false });
    }
    if (stateName === 'Unregister deployment') {
      await deleteItem(this.clients, table, key);
      this.registered = false;
    }
    return {};
  }

  /** As the failure recorder does: every execution that failed has a record, whether it ever had the lock or not. */
  private async recordFailures(): Promise<void> {
    for (const arn of this.executions()) {
      const { status, error = '' } = this.statusOf(arn);
      const { input: given, redriveCount } = this.service.describeExecution(arn).record;
      const end = `${arn} ${redriveCount}`;
      if (status !== 'FAILED' || arn.includes(':kubeflow-eks-resync:') || this.known.has(end)) continue;
      this.known.add(end);
      const input = JSON.parse(given) as Payload['input'];
      const failure = { error, cause: '', advice: '', stoppedAt: new Date().toISOString() };
      const stateMachine = arn.split(':')[6] ?? '';
      const run = { executionArn: arn, stateMachine, status: 'FAILED' as const, failure };
      await writeRun(this.clients, table, input.deployment ?? input.eks_name ?? '-', run, new Date());
    }
  }
}

const machineArn = (workflow: Workflow): string =>
  `arn:aws:states:${region}:${accountId}:stateMachine:${stateMachineName(workflow)}`;
