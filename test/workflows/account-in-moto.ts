import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { CreateHostedZoneCommand, Route53Client } from '@aws-sdk/client-route-53';
import { CreateTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import {
  createApiHandler,
  createStepFunctions,
  createVirtualClock,
  type StepFunctions,
  TaskError,
  type Clock,
  type ExecutionRecord,
  type StatusChangeEvent,
  type TaskRequest,
} from 'step-functions-local';
import type { AwsClients } from '../../adapters/aws/clients';
import type { ObservedCluster } from '../../builds/cluster/cluster-change';
import { defined } from '../../core/defined';
import { functionName, stackNames, stateMachineName, type Workflow } from '../../core/naming';
import { awsError, type ServiceHandler } from '../../local/region/gateway/gateway';
import { accessEntries } from '../../local/region/overlays/eks-access-entries';
import {
  clusterVersions,
  accountQuotas,
  instanceMetadataDefaults,
  serviceQuotas,
} from '../../local/region/overlays/account-facts';
import { openNameServer, type NameServer } from '../../local/region/network/name-server';
import { lambdaConfiguration } from '../../local/region/overlays/lambda-configuration';
import { jsonApi } from '../../local/region/services/json-api';
import { planRequestSchema, planStep } from '../../tasks/support/plan-step';
import { minimalConfiguration } from '../support/minimal-configuration';
import type { MotoInTest } from '../support/moto';
import { makeNetwork, type TestNetwork } from '../support/network';
import { makeRegistry, registryEnvironment } from '../support/registry';
import { testContext } from '../support/task-context';
import { definitionOf, taskOf, workflows } from './definition';
import { loadTask } from './dry-run';
import { describedClusters, ModelBuilds, type BuildPart, type BuildVariables } from './model-builds';
import { results } from './samples';

const { region, account_id: accountId } = minimalConfiguration;
const arn = (service: string, what: string): string => `arn:aws:${service}:${region}:${accountId}:${what}`;
const profileManager = functionName('profile-manager');
const triggerArn = arn('lambda', `function:${profileManager}:${stackNames.profileManagerAlias}`);
const topicArn = arn('sns', stackNames.topic);

/** Two of each: what a configuration may name, and another. */
export interface Prepared {
  readonly networks: readonly TestNetwork[];
  readonly keys: readonly string[];
  readonly zoneId: string;
}

/** What a state does: a task with other clients than the account's, a build as far as it is said. */
export type Work = (how?: { clients?: AwsClients; part?: BuildPart }) => Promise<unknown>;

/** Stands between the interpreter and what a state does. */
export type Around = (request: TaskRequest, work: Work) => Promise<unknown>;

/** What functions are told of the stack. */
export const functionEnvironment = {
  ...registryEnvironment,
  AWS_REGION: region,
  PROFILE_MANAGER_ALIAS_ARN: triggerArn,
  NOTIFICATION_TOPIC_ARN: topicArn,
  EVENT_BUS_NAME: stackNames.eventBus,
  CLUSTER_VPC: 'none',
  HOSTED_ZONES: '*',
  CLUSTER_KEYS: '*',
  ARCHIVE_BUCKETS: '*',
};

/** Tasks whose cluster or address there is none of. */
const answered = ['await-ingress', 'verify-endpoint', 'reconcile-access'];

/** Waits pass at once; what work takes counts, as in the times that tasks write. */
function clockWithoutWaits(start = Date.now()): Clock {
  const begun = Date.now();
  const waits = createVirtualClock(start);
  return { ...waits, now: () => waits.now() + Date.now() - begun };
}

/** What an account is like beside its resources. */
interface Facts {
  /** Whether instances show their tags in their metadata by default. */
  showsTags: boolean;
  quotas: Readonly<Record<string, number>>;
  clusterStatus: string;
  /** What KMS answers every call with. */
  refusal: { status: number; code: string; message: string } | undefined;
}

const newFacts = (): Facts => ({
  showsTags: false,
  quotas: accountQuotas,
  clusterStatus: 'ACTIVE',
  refusal: undefined,
});

/**
 * An account of which moto keeps the state, in which the real definitions run with the real tasks, in this process. A
 * build is a model ({@link ModelBuilds}). The tasks that ask a cluster or an address are answered.
 */
export class AccountInMoto {
  /** What the account is like; a test changes it. */
  facts = newFacts();
  /** What a test puts around the work of states. */
  around: Around = (_, work) => work();
  /** The ends of executions, as EventBridge is told of them. */
  ends: StatusChangeEvent[] = [];
  /** The detail types of the events that were published. */
  published: string[] = [];
  private builds = new ModelBuilds();
  private entries = accessEntries(accountId);
  private lambda = this.newLambda();
  private service = this.newService();
  private restarted = Promise.withResolvers<undefined>();
  private started = 0;
  /** What the world is told of the account's zones. */
  private nameServer: NameServer | undefined;

  constructor(private readonly moto: () => MotoInTest) {}

  get cluster(): ObservedCluster | undefined {
    return this.builds.cluster;
  }

  set cluster(cluster: ObservedCluster | undefined) {
    this.builds.cluster = cluster;
  }

  /** What the last build of Kubeflow was handed. */
  get installed(): BuildVariables | undefined {
    return this.builds.installed;
  }

  /** What answers in moto's place. */
  readonly services = (): Readonly<Record<string, readonly ServiceHandler[]>> => ({
    eks: [
      clusterVersions,
      (request, http) => this.entries.handler(request, http),
      describedClusters(
        () => this.cluster,
        () => this.facts.clusterStatus,
      ),
    ],
    ec2: [instanceMetadataDefaults(() => this.facts.showsTags)],
    servicequotas: [serviceQuotas(() => this.facts.quotas)],
    lambda: [(request, http) => this.lambda.handler(request, http)],
    states: [(request, http) => jsonApi(createApiHandler(this.service))(request, http)],
    kms: [
      (_, http) =>
        Promise.resolve(this.facts.refusal === undefined ? undefined : awsError(http, this.facts.refusal)),
    ],
  });

  async close(): Promise<void> {
    this.service.close();
    await this.nameServer?.close();
  }

  /** Empties the account and gives it what a deployment starts from. */
  async begin(): Promise<Prepared> {
    const { server, lookingClients: clients } = this.moto();
    await server.reset();
    await server.setCertificateWait(0);
    this.builds = new ModelBuilds();
    this.facts = newFacts();
    this.around = (_, work) => work();
    this.ends = [];
    this.published = [];
    this.entries = accessEntries(accountId);
    this.lambda = this.newLambda();
    await this.nameServer?.close();
    this.nameServer = await openNameServer(clients.get(Route53Client));
    await makeRegistry(clients);
    await clients.get(SNSClient).send(new CreateTopicCommand({ Name: stackNames.topic }));
    for (const RoleName of ['platform', 'audit'])
      await clients.get(IAMClient).send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: '{}' }));
    const { HostedZone: zone } = await clients
      .get(Route53Client)
      .send(new CreateHostedZoneCommand({ Name: 'ml.acme.example', CallerReference: 'one' }));
    const key = async (): Promise<string> =>
      (await clients.get(KMSClient).send(new CreateKeyCommand({}))).KeyMetadata?.Arn ?? '';
    return {
      networks: [await makeNetwork(clients), await makeNetwork(clients)],
      keys: [await key(), await key()],
      zoneId: zone?.Id?.replace('/hostedzone/', '') ?? '',
    };
  }

  /** Runs a provisioning to its end. */
  provision(input: unknown): Promise<ExecutionRecord> {
    return this.run('provision', input);
  }

  /** Runs a workflow to its end. */
  async run(workflow: Workflow, input: unknown): Promise<ExecutionRecord> {
    const { arn: executionArn } = this.service.startExecution({
      stateMachineArn: arn('states', `stateMachine:${stateMachineName(workflow)}`),
      name: `run-${++this.started}`,
      input: JSON.stringify(input),
    });
    return this.ended(executionArn);
  }

  /** Goes on with an execution that failed, at the step that failed. */
  async redrive({ arn: executionArn }: Pick<ExecutionRecord, 'arn'>): Promise<ExecutionRecord> {
    this.service.redriveExecution(executionArn);
    return this.ended(executionArn);
  }

  /** Lets executions be kept in a directory from now on, or in memory alone. */
  keepIn(dataDir: string | undefined): void {
    const now = this.service.now();
    this.service.close();
    this.service = this.newService(dataDir, now);
  }

  /** Step Functions ends as a killed process does, and another takes up what the directory has. */
  restart(dataDir: string): void {
    this.keepIn(dataDir);
    const { resolve } = this.restarted;
    this.restarted = Promise.withResolvers();
    resolve(undefined);
  }

  /** What moto does not keep of the account. */
  beside(): object {
    return {
      entries: this.entries
        .list(minimalConfiguration.eks_name)
        .map(({ accessEntryArn: _, createdAt: _made, modifiedAt: _changed, ...entry }) => entry),
      mayCall: this.lambda.statements(profileManager, stackNames.profileManagerAlias),
      warm: this.lambda.provisioned(profileManager, stackNames.profileManagerAlias),
    };
  }

  /** What time it is for the workflows. */
  now(): Date {
    return new Date(this.service.now());
  }

  private async ended(executionArn: string): Promise<ExecutionRecord> {
    for (;;) {
      const record = await Promise.race([this.service.whenEnded(executionArn), this.restarted.promise]);
      if (record !== undefined) return record;
    }
  }

  /** A cluster with tags of somebody's. */
  makeCluster(tags: Readonly<Record<string, string>>): void {
    const settings = { status: 'ACTIVE', version: '1.35', tags };
    this.cluster = { settings } as unknown as ObservedCluster;
  }

  private newLambda(): ReturnType<typeof lambdaConfiguration> {
    return lambdaConfiguration({ accountId, functionExists: () => true, concurrentExecutions: 1000 });
  }

  private newService(dataDir?: string, start?: number): StepFunctions {
    const service = createStepFunctions({
      accountId,
      region,
      clock: clockWithoutWaits(start),
      integrations: { call: (request: TaskRequest) => this.call(request) },
      onStatusChange: (event) => this.ends.push(event),
      ...defined({ dataDir }),
    });
    for (const workflow of workflows)
      service.createStateMachine({
        name: stateMachineName(workflow),
        definition: JSON.stringify(definitionOf(workflow)),
        roleArn: `arn:aws:iam::${accountId}:role/workflow`,
      });
    return service;
  }

  private async call(request: TaskRequest): Promise<unknown> {
    try {
      return await this.around(request, (how) => this.work(request, how));
    } catch (error) {
      if (error instanceof TaskError) throw error;
      // A function's failure has its error's name.
      const { name, message } = error as Error;
      throw new TaskError(name, JSON.stringify({ errorMessage: message }));
    }
  }

  private async work(request: TaskRequest, { clients, part }: Parameters<Work>[0] = {}): Promise<unknown> {
    if (request.service === 'lambda') return { Payload: await this.task(request, clients) };
    if (request.service === 'codebuild') return this.build(request, part);
    const { Entries } = request.arguments as { Entries: { DetailType: string }[] };
    this.published.push(...Entries.map(({ DetailType }) => DetailType));
    return { FailedEntryCount: 0, Entries: [{}] };
  }

  private async task(
    { arguments: given }: TaskRequest,
    clients: AwsClients = this.moto().clients,
  ): Promise<unknown> {
    const asked = taskOf({ Type: 'Task', Arguments: given });
    if (asked === undefined) throw new Error('a call of no task');
    const { file, payload } = asked;
    const task = await loadTask(file);
    const isPlan = payload['mode'] === 'plan';
    const environment = { ...functionEnvironment, DNS_SERVER: this.nameServer?.address };
    const now = (): Date => this.now();
    const context = testContext(this.moto(), { environment, clients, now, readOnly: isPlan });
    const run = (): Promise<unknown> =>
      answered.includes(file) ? Promise.resolve(results[file]) : task.run(payload, context);
    return isPlan ? planStep(planRequestSchema.parse(payload), context, run) : run();
  }

  private build({ stateName, arguments: given }: TaskRequest, part?: BuildPart): unknown {
    const { EnvironmentVariablesOverride: list } = given as {
      EnvironmentVariablesOverride: { Name: string; Value: string }[];
    };
    const variables = Object.fromEntries(
      list.filter(({ Name }) => Name !== 'EXECUTION_ARN').map(({ Name, Value }) => [Name, Value]),
    );
    const exported = this.builds.run(stateName, variables, part);
    if (stateName === 'Tear down cluster' && this.cluster === undefined)
      this.entries = accessEntries(accountId);
    return { Build: { Arn: arn('codebuild', 'build/one'), ExportedEnvironmentVariables: exported } };
  }
}
