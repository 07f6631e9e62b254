import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { CreateHostedZoneCommand, Route53Client } from '@aws-sdk/client-route-53';
import { CreateTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import {
  createStepFunctions,
  createVirtualClock,
  TaskError,
  type Clock,
  type ExecutionRecord,
  type TaskRequest,
} from 'step-functions-local';
import { changesOf } from '../../builds/cluster/cluster-changes';
import type { ObservedCluster } from '../../builds/cluster/cluster-change';
import { renderCluster } from '../../builds/cluster/cluster-config';
import type { BuildConfiguration } from '../../core/configuration';
import { KubeflowEksError } from '../../core/errors';
import type { Network } from '../../core/handover/found';
import { stackNames, stateMachineName } from '../../core/naming';
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
import { after } from '../builds/cluster/observed';
import { perform } from '../builds/cluster/performed';
import { minimalConfiguration } from '../support/minimal-configuration';
import type { MotoInTest } from '../support/moto';
import { makeNetwork, type TestNetwork } from '../support/network';
import { makeRegistry, registryEnvironment } from '../support/registry';
import { testContext } from '../support/task-context';
import { definitionOf, taskOf } from './definition';
import { loadTask } from './dry-run';
import { results } from './samples';

const { region, account_id: accountId } = minimalConfiguration;
const arn = (service: string, what: string): string => `arn:aws:${service}:${region}:${accountId}:${what}`;
const triggerArn = arn('lambda', 'function:kubeflow-eks-profile-manager:live');
const topicArn = arn('sns', stackNames.topic);

/** Two of each: what a configuration may name, and another. */
export interface Prepared {
  readonly networks: readonly TestNetwork[];
  readonly keys: readonly string[];
  readonly zoneId: string;
}

/** Waits pass at once; what work takes counts, as in the times that tasks write. */
function clockWithoutWaits(): Clock {
  const begun = Date.now();
  const waits = createVirtualClock(begun);
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
 * build is what it asks for: of the cluster the changes that its program plans are carried out on a model, of Kubeflow
 * what it is handed is kept. The two tasks that ask a cluster or an address are answered.
 */
export class AccountInMoto {
  cluster: ObservedCluster | undefined;
  /** What the account is like; a test changes it. */
  facts = newFacts();
  /** What the last build of Kubeflow was handed. */
  installed: Readonly<Record<string, string>> | undefined;
  private entries = accessEntries(accountId);
  private lambda = this.newLambda();
  private readonly service = createStepFunctions({
    accountId,
    region,
    clock: clockWithoutWaits(),
    integrations: { call: (request: TaskRequest) => this.call(request) },
  });
  private started = 0;
  /** What the world is told of the account's zones. */
  private nameServer: NameServer | undefined;

  constructor(private readonly moto: () => MotoInTest) {
    this.service.createStateMachine({
      name: stateMachineName('provision'),
      definition: JSON.stringify(definitionOf('provision')),
      roleArn: `arn:aws:iam::${accountId}:role/workflow`,
    });
  }

  /** What answers in moto's place. */
  readonly services = (): Readonly<Record<string, readonly ServiceHandler[]>> => ({
    eks: [
      clusterVersions,
      (request, http) => this.entries.handler(request, http),
      (_, http) => Promise.resolve(this.describedCluster(http.method, http.url)),
    ],
    ec2: [instanceMetadataDefaults(() => this.facts.showsTags)],
    servicequotas: [serviceQuotas(() => this.facts.quotas)],
    lambda: [(request, http) => this.lambda.handler(request, http)],
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
    this.cluster = undefined;
    this.facts = newFacts();
    this.installed = undefined;
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
  async provision(input: unknown): Promise<ExecutionRecord> {
    const { arn: executionArn } = this.service.startExecution({
      stateMachineArn: arn('states', `stateMachine:${stateMachineName('provision')}`),
      name: `run-${++this.started}`,
      input: JSON.stringify(input),
    });
    return this.service.whenEnded(executionArn);
  }

  /** Goes on with an execution that failed, at the step that failed. */
  async redrive({ arn: executionArn }: Pick<ExecutionRecord, 'arn'>): Promise<ExecutionRecord> {
    this.service.redriveExecution(executionArn);
    return this.service.whenEnded(executionArn);
  }

  /** A cluster with tags of somebody's. */
  makeCluster(tags: Readonly<Record<string, string>>): void {
    const settings = { status: 'ACTIVE', version: '1.35', tags };
    this.cluster = { settings } as unknown as ObservedCluster;
  }

  private newLambda(): ReturnType<typeof lambdaConfiguration> {
    return lambdaConfiguration({ accountId, functionExists: () => true, concurrentExecutions: 1000 });
  }

  private async call(request: TaskRequest): Promise<unknown> {
    try {
      if (request.service === 'lambda') return { Payload: await this.run(request) };
      if (request.service === 'codebuild') return this.build(request);
    } catch (error) {
      if (!(error instanceof KubeflowEksError)) throw error;
      throw new TaskError(error.name, JSON.stringify({ errorMessage: error.message }));
    }
    return { FailedEntryCount: 0, Entries: [{}] };
  }

  private async run({ arguments: given }: TaskRequest): Promise<unknown> {
    const asked = taskOf({ Type: 'Task', Arguments: given });
    if (asked === undefined) throw new Error('a call of no task');
    const { file, payload } = asked;
    if (file === 'await-ingress' || file === 'verify-endpoint') return results[file];
    const environment = {
      ...registryEnvironment,
      AWS_REGION: region,
      DNS_SERVER: this.nameServer?.address,
      PROFILE_MANAGER_ALIAS_ARN: triggerArn,
      NOTIFICATION_TOPIC_ARN: topicArn,
      CLUSTER_VPC: 'none',
      HOSTED_ZONES: '*',
      CLUSTER_KEYS: '*',
      ARCHIVE_BUCKETS: '*',
    };
    return (await loadTask(file)).run(payload, testContext(this.moto(), { environment }));
  }

  private build({ stateName, arguments: given }: TaskRequest): unknown {
    const { EnvironmentVariablesOverride: list } = given as {
      EnvironmentVariablesOverride: { Name: string; Value: string }[];
    };
    const variables = Object.fromEntries(
      list.filter(({ Name }) => Name !== 'EXECUTION_ARN').map(({ Name, Value }) => [Name, Value]),
    );
    if (stateName === 'Create cluster') this.converge(variables);
    else this.installed = variables;
    return { Build: { Arn: arn('codebuild', 'build/one'), ExportedEnvironmentVariables: [] } };
  }

  private converge({ CONFIGURATION = '', FOUND = '' }: Readonly<Record<string, string>>): void {
    const desired = renderCluster(
      JSON.parse(CONFIGURATION) as BuildConfiguration,
      JSON.parse(FOUND) as Network,
    );
    if (this.cluster === undefined) this.cluster = after(desired);
    else
      for (const change of changesOf(desired, this.cluster))
        this.cluster = perform(this.cluster, change, desired);
  }

  /** The cluster as EKS describes it. */
  private describedCluster(method: string, url: string): Awaited<ReturnType<ServiceHandler>> {
    const { pathname } = new URL(url, 'http://localhost');
    const name = /^\/clusters\/([^/]+)$/.exec(pathname)?.[1];
    if (method !== 'GET' || name === undefined || this.cluster === undefined) return undefined;
    const { version, tags } = this.cluster.settings;
    const cluster = {
      ...{ name, version, tags, status: this.facts.clusterStatus, arn: arn('eks', `cluster/${name}`) },
      endpoint: `https://${name}.eks.example`,
      certificateAuthority: { data: 'Y2E=' },
      identity: { oidc: { issuer: `https://oidc.eks.${region}.amazonaws.com/id/${name}` } },
      resourcesVpcConfig: { clusterSecurityGroupId: 'sg-0123456789abcdef0' },
    };
    return {
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ cluster }),
    };
  }
}
