import { Logger } from '@aws-lambda-powertools/logger';
import {
  createStepFunctions,
  createVirtualClock,
  type ExecutionRecord,
  type TaskRequest,
} from 'step-functions-local';
import { readExecutionEvents } from '../../../adapters/aws/executions';
import { continuationOf } from '../../../core/execution/advice';
import { hadLock } from '../../../core/execution/had-lock';
import { viewExecution } from '../../../core/execution/view';
import { stateMachineName, workflowOf, type Workflow } from '../../../core/naming';
import { minimalConfiguration } from '../../support/minimal-configuration';
import { definitionOf, workflows } from '../definition';
import { heldIn, inPlaceOfTheNetwork, meddle } from './clusters-in-memory';
import { Logins } from './logins';
import { caller, modelClients } from './model-aws';
import { accessRules, grantedTo, personAt, type Held } from './people';
import { StateWork, type Guard } from './state-work';
import type { Deed, Story } from './stories';
import { goBy } from './virtual-time';
import { World, type Stage } from './world';

const { region, account_id: accountId } = minimalConfiguration;
const names = ['acme', 'globex'] as const;
const configurations = names.map((eks_name) => ({
  ...minimalConfiguration,
  eks_name,
  route53_domain: `ml.${eks_name}.example`,
  notification_email: `ml@${eks_name}.example`,
  access: accessRules(eks_name),
}));

/** A story whose end does not come within so many milliseconds of real time waits for what never happens. */
const longestStory = 600_000;
/** Of real time, whatever the product's own waits go by. */
const { setTimeout: later, clearTimeout: notLater } = globalThis;

/** Longest that EventBridge takes to hand on an event, in milliseconds. */
const longestDelivery = 10_000;

/**
 * Two deployments in one account, on a virtual clock. Real are the definitions, the interpreter with its retries, stops and
 * redrives, the tasks of lock, registry and access on the SDK, the profile manager, the framework of all tasks with its
 * question for the lock, and the rules by which an operator goes on. A model are the registry's table, user pools, the
 * Kubernetes API, what the other tasks change and the builds. Every call takes some of the clock's time, in which others
 * go on.
 */
export class TwoDeployments {
  private world: World;
  private logins: Logins;
  private started = 0;
  private readonly stage: Stage;
  private readonly work: StateWork;
  private readonly ends: (() => void)[];

  /** @param options `without`: a guard that is switched off */
  constructor({ without }: { without?: Guard } = {}) {
    this.work = new StateWork(() => this.world, without);
    const clock = createVirtualClock();
    const service = createStepFunctions({
      accountId,
      region,
      clock,
      random: () => this.world.chance(),
      retainedExecutions: 100,
      integrations: { call: (request: TaskRequest) => this.work.call(request) },
    });
    const clients = modelClients(
      () => ({
        registry: this.world.registry,
        pools: this.world.pools,
        onWrite: (pk) => {
          const attempt = caller.getStore()?.attempt;
          if (attempt !== undefined) this.world.witness.write(attempt, pk);
        },
        onEvent: (detail) => {
          this.world.begin(this.deliver(detail as { deployment: string }));
        },
      }),
      () => service,
    );
    this.stage = { clock, service, clients, logger: new Logger({ logLevel: 'SILENT' }) };
    this.world = new World(this.stage, {
      ...{ deeds: [], members: [], faults: [], clusterFaults: [] },
      seed: 0,
    });
    this.logins = new Logins(this.world);
    this.ends = [goBy(clock), inPlaceOfTheNetwork(() => this.world.clusters)];
    for (const workflow of workflows)
      service.createStateMachine({
        name: stateMachineName(workflow),
        definition: JSON.stringify(definitionOf(workflow)),
        roleArn: `arn:aws:iam::${accountId}:role/workflow`,
      });
  }

  close(): void {
    this.stage.service.close();
    for (const end of this.ends) end();
  }

  /**
   * Plays a story in an account with nothing in it, until nothing runs any more, and then has both deployments provisioned
   * and brought in line.
   *
   * @returns what must not have been
   */
  async play(story: Story): Promise<readonly string[]> {
    const stuck = Promise.withResolvers<readonly string[]>();
    const timer = later(() => {
      stuck.resolve(['the story does not end']);
    }, longestStory);
    try {
      return await Promise.race([this.playToItsEnd(story), stuck.promise]);
    } finally {
      notLater(timer);
    }
  }

  private async playToItsEnd(story: Story): Promise<readonly string[]> {
    const world = new World(this.stage, story);
    this.world = world;
    this.logins = new Logins(world);
    this.work.reset();
    for (const { after, ...deed } of story.deeds) {
      await world.pass(after * 1_000);
      await this.do(deed);
    }
    await world.rest();
    this.lookAtRest();
    world.calm = true;
    for (const index of [0, 1] as const)
      if (!this.isProvisioned(names[index]))
        await this.mustSucceed('provision', configurations[index], `${names[index]} cannot be provisioned`);
    await this.mustSucceed('resync', {}, 'the deployments cannot be brought in line');
    this.lookAtRest();
    for (const name of names) this.lookAtAccess(name);
    return world.witness.violations;
  }

  private async mustSucceed(workflow: Workflow, input: unknown, otherwise: string): Promise<void> {
    const arn = this.start(workflow, input);
    await this.world.rest();
    const { status, failure } = this.record(arn);
    if (status !== 'SUCCEEDED')
      this.world.witness.violations.push(`${otherwise}: ${failure?.error ?? status} ${failure?.cause ?? ''}`);
  }

  private async do(deed: Deed): Promise<void> {
    const { world } = this;
    switch (deed.do) {
      case 'provision':
      case 'plan':
        this.start(deed.do, configurations[deed.deployment]);
        return;
      case 'resync':
        this.start('resync', { deployment: names[deed.deployment], requested: true });
        return;
      case 'resync all':
        this.start('resync', {});
        return;
      case 'destroy': {
        const input =
          deed.by === 'name' ? { deployment: names[deed.deployment] } : configurations[deed.deployment];
        world.witness.confirm(this.start('destroy', input));
        return;
      }
      case 'retry':
        await this.retry(names[deed.deployment]);
        return;
      case 'log in':
        world.begin(this.logins.logIn(names[deed.deployment], deed));
        return;
      case 'move':
        world.directory.move(deed.person, deed.groups);
        return;
      case 'set user': {
        const pool = world.pools.idOf(names[deed.deployment]) ?? '';
        world.pools.set(pool, personAt(deed.person).userName, deed.is);
        return;
      }
      case 'meddle': {
        const cluster = world.clusters.of(names[deed.deployment]);
        if (cluster !== undefined) meddle(cluster, deed.which, deed.how);
        return;
      }
      case 'stop':
      case 'redrive': {
        const arn = world.executions[deed.which % Math.max(1, world.executions.length)];
        if (arn === undefined) return;
        if (deed.do === 'stop') this.stage.service.stopExecution(arn);
        else this.redrive(arn);
      }
    }
  }

  private start(workflow: Workflow, input: unknown): string {
    const { arn } = this.stage.service.startExecution({
      stateMachineArn: `arn:aws:states:${region}:${accountId}:stateMachine:${stateMachineName(workflow)}`,
      name: `run-${++this.started}`,
      input: JSON.stringify(input),
    });
    this.world.executions.push(arn);
    return arn;
  }

  /** As the rule on requests does it (`infra/constructs/event-rules.ts`). */
  private async deliver({ deployment }: { deployment: string }): Promise<void> {
    await this.world.passUpTo(longestDelivery);
    this.start('resync', { deployment, requested: true });
  }

  /** As the console does it: without a question, and not where it cannot be. */
  private redrive(arn: string): void {
    try {
      this.stage.service.redriveExecution(arn);
    } catch {
      return;
    }
  }

  /** As the command line does it: the run that the name means, by its advice; a destroy is confirmed. */
  private async retry(deployment: string): Promise<void> {
    const arn = this.latestRun(deployment);
    if (arn === undefined) return;
    const { status, failure } = this.record(arn);
    if (status !== 'FAILED' && status !== 'ABORTED') return;
    const view = viewExecution(await readExecutionEvents(this.stage.clients, arn));
    const failed = { executionArn: arn, status, error: failure?.error ?? '', hadLock: hadLock(view) };
    if (continuationOf(failed) === 'start') return;
    this.world.witness.confirm(arn);
    this.redrive(arn);
  }

  private record(arn: string): ExecutionRecord {
    return this.stage.service.describeExecution(arn).record;
  }

  private latestRun(deployment: string): string | undefined {
    return this.world.registry.text(`deployment#${deployment}`, 'latest-run', 'executionArn');
  }

  /** Whether the last that was done for a deployment was a provisioning, which succeeded. */
  private isProvisioned(name: string): boolean {
    const writer = this.world.witness.writer(name);
    if (writer === undefined || workflowOf(writer) !== 'provision') return false;
    return this.record(writer).status === 'SUCCEEDED';
  }

  /** What is so whenever nothing runs. */
  private lookAtRest(): void {
    const { witness, registry } = this.world;
    const { violations } = witness;
    for (const name of names) {
      const writer = witness.writer(name);
      const holder = registry.text(`deployment#${name}`, 'lock', 'executionArn');
      if (writer === undefined) continue;
      const { status } = this.record(writer);
      const latest = this.latestRun(name);
      if (latest !== writer)
        violations.push(`${latest ?? 'nothing'} is the latest run, and ${writer} had the lock`);
      if (status !== 'SUCCEEDED') continue;
      if (holder !== undefined) violations.push(`${holder} has the lock of ${name} at rest`);
      const isMade = workflowOf(writer) === 'provision';
      const things = witness.thingsOf(name);
      if ((isMade && !things.includes('kubeflow')) || (!isMade && things.length > 0))
        violations.push(`after ${writer} there is of ${name}: ${things.join(', ')}`);
      const isRegistered = registry.text(`deployment#${name}`, 'registration', 'sk') !== undefined;
      if (isRegistered !== isMade) violations.push(`${name} is registered: ${isRegistered.toString()}`);
    }
  }

  /** After a resync that nobody came in between: what stands in the cluster is what the directory says. */
  private lookAtAccess(name: string): void {
    const { clusters, pools, witness } = this.world;
    const cluster = clusters.of(name);
    if (cluster === undefined) return;
    const told = (held: readonly Held[]): string =>
      held
        .map(({ email, namespace, role }) => `${email} ${role} ${namespace}`)
        .sort()
        .join(', ');
    const wanted = told(grantedTo(pools, name));
    for (const [part, held] of Object.entries(heldIn(cluster)))
      if (told(held) !== wanted)
        witness.violations.push(`${part} of ${name}: ${told(held)}; and the directory says: ${wanted}`);
  }
}
