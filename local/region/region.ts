import { Route53Client } from '@aws-sdk/client-route-53';
import { PublishCommand } from '@aws-sdk/client-sns';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createClients } from '../../adapters/aws/clients';
import { roleCreatedAt } from '../../adapters/aws/iam';
import { synthesizeOnce, type Synthesis } from '../stack/synthesis-cache';
import { assembleDistribution } from '../codebuild/distribution/assemble';
import { packCharts } from '../codebuild/charts';
import { builtForBuilds, installPrograms } from '../codebuild/installed-programs';
import type { CodeBuild } from '../codebuild/service';
import { ensurePrograms, locatePrograms } from '../kubernetes/control-plane-programs';
import { ensureProgram, requireProgram } from '../programs';
import type { CognitoFront } from '../cognito-front';
import { startMoto, type Moto } from '../moto/moto';
import { CredentialStore } from '../sts/credentials';
import { createSts } from '../sts/sts';
import { createApiHandler, type StepFunctions } from 'step-functions-local';
import { createRegionClients, ownCredentials, type RegionClients } from './account/clients';
import { prepareAccount, type Preparation } from './account/prepare';
import { startControllers } from './controllers';
import { controlApi } from './control';
import { entrance } from './entrance';
import { deploy } from './deploy';
import { EventBus } from './events/bus';
import { madeRules, sendToQueue } from './events/made-rules';
import { Alarms, refusalOf } from './events/notices';
import type { Faults } from './faults';
import { invokeApi } from './functions/api';
import { invokeAsynchronously } from './functions/asynchronous';
import { runtimeEnvironment, withinTheNetwork } from './functions/runtime-environment';
import { FunctionRunner } from './functions/function-runner';
import { forwardTo } from './gateway/forward';
import { openGateway, type Gateway } from './gateway/gateway';
import { RequestJournal } from './gateway/journal';
import { AccessControl, lateTags, policiesOfPods, readResourceTags } from './iam';
import { logsFolder } from './log-files';
import { Logs } from './logs';
import { nodeTooOld } from './node-version';
import { createAuthority } from './network/authority';
import { openNetwork, type Network } from './network/network';
import { Directories } from './network/directories';
import { Sites } from './network/sites';
import type { RegionOptions } from './region-options';
import { openNameServer } from './network/name-server';
import { instanceMetadataDefaults, serviceQuotas } from './overlays/account-facts';
import { lambdaConfiguration } from './overlays/lambda-configuration';
import { newBuckets } from './overlays/new-buckets';
import { priceList } from './overlays/price-list';
import { autoscalerOf, karpenterAhead } from './services/autoscalers';
import { efsDriverOf } from './services/efs-drivers';
import { Meshes } from './services/meshes';
import { BuildLogs } from './services/build-logs';
import { BackupApi } from './services/backup-api';
import { startBuilds } from './services/builds';
import { clientsOfCallers } from './services/callers';
import { clusterServices } from './services/cluster-services';
import { Clusters } from './services/clusters';
import { eventsApi } from './services/events-api';
import { jsonApi } from './services/json-api';
import { lateDescriptions } from './services/late-descriptions';
import { startWorkflows } from './services/workflows';
import { stsApi } from './services/sts-api';
import { defined } from '../../core/defined';

/** A local AWS region with the stack deployed in it. */
export interface Region {
  readonly options: RegionOptions;
  readonly faults: Faults;
  readonly synthesis: Synthesis;
  readonly gateway: Gateway;
  readonly network: Network;
  /** The directories, with the people in them. */
  readonly directories: Directories;
  /** Web servers that somebody puts behind host names, in the place of what the region would have there. */
  readonly published: Sites['published'];
  /** The pages and endpoints of Cognito. */
  readonly cognitoFront: CognitoFront;
  readonly bus: EventBus;
  /** The alarms on what functions count. */
  readonly alarms: Alarms;
  readonly functions: FunctionRunner;
  readonly stepFunctions: StepFunctions;
  readonly builds: CodeBuild;
  readonly clusters: Clusters;
  /** What requests to a cluster go through, on demand. */
  readonly meshes: Meshes;
  /** What a client must trust of the region's web servers, as PEM. */
  readonly caPem: string;
  readonly credentials: CredentialStore;
  /** What the stack's roles may do, did, and were refused. */
  readonly access: AccessControl;
  readonly moto: Moto;
  readonly logs: Logs;
  /** Clients of the account's owner; they talk to moto past the gateway's log. */
  readonly clients: RegionClients;
  /** The IAM actions that each of the stack's roles has used, by the role's name. */
  usedActions(): ReadonlyMap<string, ReadonlySet<string>>;
  /** Makes what a configuration expects of its account. */
  prepare(document: unknown): Promise<Preparation>;
  stop(): Promise<void>;
}

/** Who uses the region from outside, with the rights of an administrator. */
export const operator = {
  accessKeyId: 'AKIALOCALOPERATOR000',
  secretAccessKey: 'local-region-operator',
} as const;

const operatorArn = (accountId: string): string => `arn:aws:iam::${accountId}:user/operator`;

/**
 * Brings the region up: the stack synthesised and deployed, moto, the runners, one gateway before all of them.
 * Nothing listens but on loopback. Whatever was started is stopped again when a part of it fails.
 *
 * @throws Error on a Node.js that is too old
 */
export async function startRegion(options: RegionOptions): Promise<Region> {
  const tooOld = nodeTooOld();
  if (tooOld !== undefined) throw new Error(tooOld);
  const started: (() => Promise<void> | void)[] = [];
  const stop = async (): Promise<void> => {
    for (const end of started.splice(0).reverse()) await end();
  };
  try {
    return await start(options, started, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(
  options: RegionOptions,
  started: (() => Promise<void> | void)[],
  stop: () => Promise<void>,
): Promise<Region> {
  const { dir, accountId, region, onProgress } = options;
  const faults: Faults = options.faults ?? {};
  await mkdir(dir, { recursive: true });
  const logs = new Logs(join(dir, logsFolder));
  started.push(() => logs.close());

  for (const program of ['control-plane', ...builtForBuilds] as const) await requireProgram(program);
  onProgress('synthesising the stack and starting the AWS APIs');
  const [kubernetes, synthesis, moto] = await Promise.all([
    locatePrograms(),
    synthesizeOnce(join(dir, 'stack'), {
      account: accountId,
      region,
      ...defined({ context: options.context }),
    }),
    options.moto ?? startOwnMoto(accountId, logs, started),
  ]);
  const { deployed } = synthesis;
  const distribution = options.distribution ?? join(dir, 'distribution');
  const bin = join(dir, 'builds', 'bin');
  const charts = join(dir, 'builds', 'charts');
  const { kubectl } = kubernetes;
  const [onNotBuilt] = await Promise.all([
    installPrograms(bin, [kubectl.path, ...kubectl.prefix]),
    packCharts(charts),
    options.distribution === undefined ? assembleDistribution(distribution) : undefined,
  ]);
  buildAhead(onProgress, started, onNotBuilt);
  const toMoto = forwardTo(moto.endpoint);
  started.push(() => {
    toMoto.close();
  });

  const authority = await createAuthority();
  const caFile = join(dir, 'web-ca.pem');
  await writeFile(caFile, authority.caPem);
  const credentials = new CredentialStore([
    {
      ...operator,
      arn: operatorArn(accountId),
      accountId,
      userId: 'AIDALOCALOPERATOR000',
    },
  ]);

  // The gateway's address is known only once it listens; what needs it is asked later.
  let endpoint = '';
  const { promise: opened, resolve: open } = Promise.withResolvers<string>();
  const clients = createRegionClients(opened, region);
  const ownClients = createClients({
    region,
    endpoint: moto.endpoint,
    credentials: ownCredentials,
  });
  started.push(() => {
    ownClients.destroy();
  });
  const access = new AccessControl({
    roles: deployed.roles,
    inUse: [
      ...deployed.functions.map(({ roleArn }) => roleArn),
      ...deployed.stateMachines.map(({ roleArn }) => roleArn),
      ...deployed.buildProjects.map(({ serviceRoleArn }) => serviceRoleArn),
    ],
    accountId,
    partition: 'aws',
    partitionKey: deployed.table.keySchema.find(({ KeyType: type }) => type === 'HASH')?.AttributeName ?? '',
    tagsOf: async (arn) =>
      arn.startsWith('arn:aws:backup:') ? backups.tagsOf(arn) : readResourceTags(ownClients)(arn),
    isLate: lateTags(ownClients),
    statementsOf: policiesOfPods(ownClients),
  });
  const asPods = {
    region,
    endpoint: () => endpoint,
    clients,
    credentials,
    onLine: (component: string, line: string) => {
      logs.write(`kubernetes/${component}`, line);
    },
    onProgress,
  };
  const autoscaler = autoscalerOf({ ...asPods, dir: join(dir, 'karpenter') });
  const efsDriver = efsDriverOf({ ...asPods, dir: join(dir, 'efs-driver') });
  const clusters = new Clusters({
    dir: join(dir, 'clusters'),
    region,
    stsUrl: () => endpoint,
    startControllers: (cluster) =>
      startControllers(cluster, { clients, logs, region, autoscaler, efsDriver }),
    onLine: (component, line) => {
      logs.write(`kubernetes/${component}`, line);
    },
    onProgress,
  });
  started.push(() => clusters.stop());
  const backups: BackupApi = new BackupApi({
    accountId,
    region,
    dir: join(dir, 'backups'),
    findCluster: (name) => clusters.find(name),
    roleCreatedAt: (roleArn) => roleCreatedAt(ownClients, roleArn),
  });
  const directories = new Directories({
    cognito: clients.cognito,
    authority,
    file: join(dir, 'directories.json'),
  });
  await directories.restore();
  const meshes = new Meshes({
    dir: join(dir, 'meshes'),
    findCluster: (name) => clusters.find(name),
    proxyUrl: () => network.proxyUrl,
    caFile,
    onLine: (component, line) => {
      logs.write(`mesh/${component}`, line);
    },
    onProgress,
  });
  const sites = new Sites({
    clients,
    region,
    directories,
    clusters: () => clusters.all(),
    meshOf: async (name) => (options.realWayIn === true ? meshes.start(name) : meshes.find(name)),
    invoke: (functionArn, event) => functions.invoke(functionArn, event),
  });
  const network: Network = await openNetwork(authority, async (host) => {
    const refused = faults.host?.(host);
    return refused === undefined ? sites.resolve(host) : { refused };
  });
  started.push(() => network.close());
  started.push(() => meshes.stop());
  const nameServer = await openNameServer(ownClients.get(Route53Client));
  started.push(() => nameServer.close());
  const reach = () => ({
    region,
    endpoint,
    proxyUrl: network.proxyUrl,
    caFile,
    nameServer: nameServer.address,
  });

  const alarms = new Alarms(deployed.alarms, deployed.topic, (topicArn, message) => {
    notify(clients, topicArn, message).catch((error: unknown) => {
      logs.write('alarms', String(error));
    });
  });
  const functions: FunctionRunner = new FunctionRunner({
    functions: deployed.functions.map(withinTheNetwork),
    runtimeEnvironment: (deployedFunction) =>
      runtimeEnvironment(deployedFunction, { ...reach(), credentials }),
    fault: ({ name }, event) => faults.function?.(name, event),
    delay: ({ name }, event) => faults.delay?.(name, event),
    answer: ({ name }, event, outcome) => faults.answer?.(name, event, outcome),
    onLine: (name, line) => {
      logs.write(`functions/${name}`, line);
      alarms.observe(line);
    },
  });
  started.push(() => functions.stop());
  const bus: EventBus = new EventBus({
    accountId,
    region,
    rules: deployed.rules,
    madeRules: () => madeRules(ownClients),
    deliver: async (arn, input, ruleArn) => {
      if (arn.startsWith(`arn:aws:sqs:`)) await sendToQueue(ownClients, { queueArn: arn, ruleArn, input });
      else if (functions.find(arn) !== undefined) await invokeAsynchronously(functions, arn, input);
      else if (arn === deployed.topic.arn) {
        const refusal = refusalOf(deployed.topic, { service: 'events.amazonaws.com' });
        if (refusal !== undefined) throw new Error(refusal);
        await notify(clients, arn, input);
      } else {
        await access.require(roleOfTarget(deployed.rules, arn), 'states:StartExecution', arn);
        stepFunctions.startExecution({ stateMachineArn: arn, input: JSON.stringify(input) });
      }
    },
    onFailure: (rule, error) => {
      logs.write('events', `${rule}: ${String(error)}`);
    },
  });
  const stepFunctions: StepFunctions = startWorkflows({
    options,
    faults,
    endpoint: opened,
    bus,
    onFailure: (executionArn) => {
      descriptions.ended(executionArn);
    },
    credentials,
  });
  const descriptions = lateDescriptions(createApiHandler(stepFunctions));
  started.push(() => {
    stepFunctions.close();
  });
  const { clientsOf, close: closeCallers } = clientsOfCallers(credentials, region, () => endpoint);
  started.push(closeCallers);
  const karpenter = karpenterAhead(charts, onProgress);
  started.push(() => karpenter.stop());
  const buildLogs = new BuildLogs();
  const builds = startBuilds({
    options,
    faults,
    projects: deployed.buildProjects,
    credentials,
    logs,
    buildLogs,
    bin,
    charts,
    distribution,
    onAutoscaling: karpenter.begin,
    reach,
  });
  started.push(() => builds.stop());

  const lambda = lambdaConfiguration({
    accountId,
    functionExists: (name) => functions.find(name) !== undefined,
  });
  const prepare = async (document: unknown): Promise<Preparation> => {
    const preparation = await prepareAccount(clients, document, distribution);
    const { directory } = preparation;
    if (directory !== undefined) {
      await Promise.all(directory.hosts.map((host) => directories.add(host, directory.settings)));
      await directories.trust(directory.deployment, directory.groupPrefix);
    }
    return preparation;
  };
  await deploy(deployed, { endpoint: moto.endpoint, region }, stepFunctions);
  // moto keeps some resources by their ids alone: the regions of an account must not make up the same ones.
  const firstSeed = options.moto === undefined ? 0 : sharedSeeds;
  const requests = new RequestJournal({
    file: join(dir, 'changes.jsonl'),
    seed: (seed) => moto.seed(firstSeed + seed),
  });
  if (requests.size > 0) onProgress(`restoring what an earlier run left: ${requests.size} changes`);
  const ofClusters = clusterServices({
    accountId,
    region,
    clusters,
    moto: toMoto.handler,
    clientsOf: (accessKeyId) => clientsOf(accessKeyId),
    stacksFile: join(dir, 'stacks.json'),
    ownClients,
    roleCreatedAt: (roleArn) => roleCreatedAt(ownClients, roleArn),
    permits: (caller, authorization) => access.permits(caller, authorization),
    administrators: [operatorArn(accountId)],
  });
  const callers = callersByRole(deployed);
  const gateway = await openGateway({
    ...defined({ port: options.port }),
    services: {
      states: [jsonApi(descriptions.handle)],
      lambda: [invokeApi(functions), lambda.handler],
      codebuild: [jsonApi(builds.handle, 'application/x-amz-json-1.1')],
      sts: [stsApi(createSts({ credentials }))],
      ...ofClusters,
      backup: [...ofClusters.backup, backups.handler],
      ec2: [instanceMetadataDefaults(), ...ofClusters.ec2],
      servicequotas: [serviceQuotas()],
      pricing: [priceList],
      s3: [newBuckets()],
      events: [eventsApi(bus)],
      logs: [buildLogs.handler],
      '*': [toMoto.handler],
    },
    fault: (request) => {
      const role = /:assumed-role\/([^/]+)\//.exec(credentials.find(request.accessKeyId)?.arn ?? '')?.[1];
      const caller = role === undefined ? undefined : callers.get(role);
      if (caller !== undefined && functions.find(caller) !== undefined && faults.kill?.(caller, request)) {
        void functions.coolDown(caller);
        return { cut: 'after' };
      }
      return faults.request?.(request, caller);
    },
    uncounted: [ownCredentials.accessKeyId],
    authorize: (caller, request, http) => access.check(caller, request, http),
    callerOf: (accessKeyId) => credentials.find(accessKeyId)?.arn,
    journal: {
      requests,
      // What the others keep, they keep themselves. Messages are not kept: who asks for one waits for it, and others would
      // wait with him.
      covers: ({ service, operation }) =>
        !['states', 'codebuild', 'sts', 'events', 'cloudformation'].includes(service) &&
        !/^(?:Receive|Delete)Message$/.test(operation),
    },
    control: controlApi({
      prepare,
      putPeople: (people) => people.map((person) => directories.people.admit(person)),
      enter: async (deployment, as) => {
        const urls = await entrance(await meshes.start(deployment), clusters.find(deployment));
        const start = directories.signedIn(as, urls[0] ?? '');
        return { urls, ...defined({ start }), proxyUrl: network.proxyUrl, caPem: authority.caPem };
      },
      status: () => ({ clusters: clusters.all().map(({ clusterName }) => clusterName) }),
    }),
  });
  endpoint = gateway.endpoint;
  open(endpoint);
  started.push(() => gateway.close());
  onProgress(`the local region is up at ${gateway.endpoint}`);

  return {
    options,
    faults,
    synthesis,
    gateway,
    network,
    directories,
    published: sites.published,
    cognitoFront: sites.front,
    bus,
    alarms,
    functions,
    stepFunctions,
    builds,
    clusters,
    meshes,
    caPem: authority.caPem,
    credentials,
    access,
    moto,
    logs,
    clients,
    usedActions: () => access.usedActions(),
    prepare,
    stop,
  };
}

/** One that is still starting when something beside it fails is waited for and stopped, too. */
function startOwnMoto(accountId: string, logs: Logs, started: (() => Promise<void> | void)[]): Promise<Moto> {
  const starting = startMoto({
    accountId,
    // As long as it takes to be seen that it is waited for.
    databaseSeconds: 1,
    progress: (line) => {
      logs.write('moto', line);
    },
  });
  started.push(async () => {
    const running = await starting.catch(() => undefined);
    await running?.stop();
  });
  return starting;
}

/**
 * Builds what the cluster's step needs, if it is not there, while the steps before it are at work. That step waits for the
 * rest, and says what is wrong where it fails.
 */
function buildAhead(
  onProgress: RegionOptions['onProgress'],
  started: (() => Promise<void> | void)[],
  onNotBuilt: Awaited<ReturnType<typeof installPrograms>>,
): void {
  const stopping = new AbortController();
  const options = { onProgress, signal: stopping.signal };
  const build = async (): Promise<void> => {
    await ensurePrograms(options).catch(() => undefined);
    for (const program of builtForBuilds) {
      await ensureProgram(program, options).catch((error: unknown) =>
        onNotBuilt(program, error instanceof Error ? error.message : String(error)),
      );
    }
  };
  const building = build();
  started.push(async () => {
    stopping.abort();
    await building;
  });
}

/** The ids of a second region of the account are made up by numbers from here on. */
const sharedSeeds = 1_000_000;

/** Names of the functions, build projects and state machines, by the name of the role with which they call AWS. */
function callersByRole({
  functions,
  buildProjects,
  stateMachines,
}: Synthesis['deployed']): ReadonlyMap<string, string> {
  const nameOf = (roleArn: string): string => roleArn.slice(roleArn.lastIndexOf('/') + 1);
  return new Map([
    ...stateMachines.map(({ roleArn, name }) => [nameOf(roleArn), name] as const),
    ...buildProjects.map(({ serviceRoleArn, name }) => [nameOf(serviceRoleArn), name] as const),
    ...functions.map(({ roleArn, name }) => [nameOf(roleArn), name] as const),
  ]);
}

/** The role with which a rule reaches a state machine. */
function roleOfTarget(rules: Synthesis['deployed']['rules'], arn: string): string {
  return rules.flatMap(({ targets }) => targets).find((target) => target.arn === arn)?.roleArn ?? '';
}

/** Tells a topic: text as it is, anything else as JSON. */
async function notify({ sns }: RegionClients, TopicArn: string, input: unknown): Promise<void> {
  await sns.send(
    new PublishCommand({ TopicArn, Message: typeof input === 'string' ? input : JSON.stringify(input) }),
  );
}
