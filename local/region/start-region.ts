import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createApiHandler, type StepFunctions } from 'step-functions-local';
import { createClients } from '../../adapters/aws/clients';
import { roleCreatedAt } from '../../adapters/aws/iam';
import { defined } from '../../core/defined';
import { prepareBuildMachine } from '../codebuild/build-machine';
import { builtForBuilds } from '../codebuild/installed-programs';
import { StopStack } from '../processes/stop-stack';
import { requireProgram } from '../programs';
import { synthesizeOnce } from '../stack/synthesis-cache';
import { createRegionClients, ownCredentials } from './account/clients';
import { awsServices } from './aws-services';
import { controlApi } from './control-api';
import { startControllers } from './controllers';
import { controlsOf } from './controls';
import { deploy } from './deploy';
import { EventBus } from './events/bus';
import { deliveries, publish } from './events/deliveries';
import { madeRules } from './events/made-rules';
import { Alarms } from './events/notices';
import type { Faults } from './faults';
import { FunctionRunner } from './functions/function-runner';
import { runtimeEnvironment, withinTheNetwork } from './functions/runtime-environment';
import { forwardTo } from './gateway/forward';
import { openGateway } from './gateway/gateway';
import { controlAccess } from './iam';
import { logsFolder } from './log-files';
import { Logs } from './logs';
import { openJournal, startOwnMoto } from './own-moto';
import { openInternet } from './network/internet';
import { nodeTooOld } from './node-version';
import { createCredentials } from './operator';
import type { Region } from './region';
import type { RegionOptions } from './region-options';
import { requestFaults } from './request-faults';
import { karpenterAhead } from './services/autoscalers';
import { BackupApi } from './services/backup-api';
import { BuildLogs } from './services/build-logs';
import { startBuilds } from './services/builds';
import { clientsOfCallers } from './services/callers';
import { Clusters } from './services/clusters';
import { lateDescriptions } from './services/late-descriptions';
import { startWorkflows } from './services/workflows';

/**
 * Brings the region up: the stack synthesised and deployed, moto, the runners, one gateway before all of them.
 * Nothing listens but on loopback. Whatever was started is stopped again when a part of it fails.
 *
 * @throws Error on a Node.js that is too old
 */
export async function startRegion(options: RegionOptions): Promise<Region> {
  const tooOld = nodeTooOld();
  if (tooOld !== undefined) throw new Error(tooOld);
  const stops = new StopStack();
  try {
    return await assemble(options, stops);
  } catch (error) {
    await stops.stop();
    throw error;
  }
}

async function assemble(options: RegionOptions, stops: StopStack): Promise<Region> {
  const { dir, accountId, region, onProgress } = options;
  const faults: Faults = options.faults ?? {};
  await mkdir(dir, { recursive: true });
  const logs = new Logs(join(dir, logsFolder));
  stops.defer(() => logs.close());

  for (const program of ['control-plane', ...builtForBuilds] as const) await requireProgram(program);
  onProgress('synthesising the stack and starting the AWS APIs');
  const [synthesis, moto] = await Promise.all([
    synthesizeOnce(join(dir, 'stack'), {
      account: accountId,
      region,
      ...defined({ context: options.context }),
    }),
    options.moto ?? startOwnMoto(accountId, logs, stops),
  ]);
  const { deployed } = synthesis;
  const machine = await prepareBuildMachine({ dir, distribution: options.distribution, onProgress, stops });
  const toMoto = forwardTo(moto.endpoint);
  stops.defer(() => {
    toMoto.close();
  });

  // The gateway's address is known only once it listens; what needs it is asked later.
  let endpoint = '';
  const { promise: opened, resolve: open } = Promise.withResolvers<string>();
  const credentials = createCredentials(accountId);
  const clients = createRegionClients(opened, region);
  const ownClients = createClients({ region, endpoint: moto.endpoint, credentials: ownCredentials });
  stops.defer(() => {
    ownClients.destroy();
  });
  const clusters = new Clusters({
    dir: join(dir, 'clusters'),
    region,
    stsUrl: () => endpoint,
    startControllers: (cluster) =>
      startControllers(cluster, {
        dir,
        clients,
        credentials,
        endpoint: () => endpoint,
        logs,
        region,
        onProgress,
      }),
    onLine: (component, line) => {
      logs.write(`kubernetes/${component}`, line);
    },
    onProgress,
  });
  stops.defer(() => clusters.stop());
  const madeAt = (roleArn: string): Promise<Date | undefined> => roleCreatedAt(ownClients, roleArn);
  const backups = new BackupApi({
    accountId,
    region,
    dir: join(dir, 'backups'),
    findCluster: (name) => clusters.find(name),
    roleCreatedAt: madeAt,
  });
  const access = controlAccess({
    deployed,
    accountId,
    ownClients,
    tagsOfBackups: (arn) => backups.tagsOf(arn),
  });

  const internet = await openInternet({
    options,
    faults,
    clients,
    ownClients,
    clusters,
    invoke: (functionArn, event) => functions.invoke(functionArn, event),
    logs,
    stops,
  });
  const { directories, meshes, network, sites } = internet;
  const reach = () => ({ ...internet.reach, endpoint });

  const alarms = new Alarms(deployed.alarms, deployed.topic, (topicArn, message) => {
    publish(clients, topicArn, message).catch((error: unknown) => {
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
  stops.defer(() => functions.stop());
  const bus = new EventBus({
    accountId,
    region,
    rules: deployed.rules,
    madeRules: () => madeRules(ownClients),
    deliver: deliveries({
      rules: deployed.rules,
      topic: deployed.topic,
      functions,
      startExecution: (stateMachineArn, input) => {
        stepFunctions.startExecution({ stateMachineArn, input: JSON.stringify(input) });
      },
      access,
      clients,
      ownClients,
    }),
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
  stops.defer(() => {
    stepFunctions.close();
  });
  const { clientsOf, close: closeCallers } = clientsOfCallers(credentials, region, () => endpoint);
  stops.defer(closeCallers);
  const karpenter = karpenterAhead(machine.charts, onProgress);
  stops.defer(() => karpenter.stop());
  const buildLogs = new BuildLogs();
  const builds = startBuilds({
    options,
    faults,
    projects: deployed.buildProjects,
    credentials,
    logs,
    buildLogs,
    machine,
    onAutoscaling: karpenter.begin,
    reach,
  });
  stops.defer(() => builds.stop());

  await deploy(deployed, { endpoint: moto.endpoint, region }, stepFunctions);
  const controls = controlsOf({ clients, internet, clusters, distribution: machine.distribution });
  const gateway = await openGateway({
    ...defined({ port: options.port }),
    services: awsServices({
      options,
      credentials,
      descriptions,
      functions,
      builds,
      buildLogs,
      backups,
      bus,
      clusters,
      access,
      clientsOf,
      ownClients,
      roleCreatedAt: madeAt,
      faults,
      moto: toMoto.handler,
    }),
    onRequest: options.onRequest,
    fault: requestFaults({ faults, deployed, functions, credentials }),
    uncounted: [ownCredentials.accessKeyId],
    authorize: (caller, request, http) => access.check(caller, request, http),
    callerOf: (accessKeyId) => credentials.find(accessKeyId)?.arn,
    journal: openJournal(options, moto),
    control: controlApi(controls),
  });
  endpoint = gateway.endpoint;
  open(endpoint);
  stops.defer(() => gateway.close());
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
    caPem: internet.authority.caPem,
    credentials,
    access,
    moto,
    logs,
    clients,
    usedActions: () => access.usedActions(),
    prepare: (document) => controls.prepare(document),
    stop: () => stops.stop(),
  };
}
