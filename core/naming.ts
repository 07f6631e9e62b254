import { createHash } from 'node:crypto';

/** The single source of every name that more than one part of the system must agree on. */

/** Prefix of everything that is deployed once per account and region. */
export const product = 'kubeflow-eks';

/** The tag that marks a resource as made for a deployment; its value is the deployment's `eks_name`. */
export const ownerTag = 'kubeflow-eks:deployment';

/** The tag of a file system that had volumes when its deployment was taken away: it stays. */
export const keptFileSystemTag = `${product}:had-volumes`;

/** With it eksctl says for which cluster it made something. */
export const eksctlClusterTag = 'alpha.eksctl.io/cluster-name';

/** The tag with the region of the deployment: a name may be used once in each region, and IAM has no regions. */
export const regionTag = `${product}:region`;

/**
 * Tags that everything made for a deployment carries: the configured ones, the environment and the owner marks. A
 * configured tag that is `env` but for case stands for the environment's: IAM refuses the two beside each other.
 */
export function deploymentTags(configuration: {
  readonly eks_name: string;
  readonly region: string;
  readonly env: string;
  readonly tags: Readonly<Record<string, string>>;
}): Record<string, string> {
  const { eks_name: name, region, env, tags } = configuration;
  const named = Object.keys(tags).some((key) => key.toLowerCase() === 'env');
  return { ...tags, ...(!named && { env }), [ownerTag]: name, [regionTag]: region };
}

/** Names of what the stack deploys. */
export const stackNames = {
  stack: 'KubeflowEks',
  table: `${product}-registry`,
  topic: `${product}-notifications`,
  keyAlias: `alias/${product}`,
  failureRecorderQueue: `${product}-failure-recorder-dlq`,
  driftQueue: `${product}-drift-dlq`,
  eventSource: product,
  eventBus: 'default',
  dashboard: product,
  profileManagerAlias: 'live',
} as const;

/** The output of the stack that has its version. */
export const versionOutput = 'Version';

const workflows = ['provision', 'plan', 'resync', 'destroy'] as const;

/** The workflows. */
export type Workflow = (typeof workflows)[number];

/** Name of a workflow's state machine. */
export function stateMachineName(workflow: Workflow): string {
  return `${product}-${workflow}`;
}

/** The workflow of an execution, by its ARN; `undefined` for an execution of another's state machine. */
export function workflowOf(executionArn: string): Workflow | undefined {
  const stateMachine = executionArn.split(':')[6];
  return workflows.find((workflow) => stateMachineName(workflow) === stateMachine);
}

/** The states between which an execution has the lock of its deployment. */
export const lockStates = { acquire: 'Acquire lock', release: 'Release lock' } as const;

/** The CodeBuild projects. */
export type BuildProject = 'cluster' | 'kubeflow' | 'teardown';

/** Name of a CodeBuild project. */
export function buildProjectName(project: BuildProject): string {
  return `${product}-${project}`;
}

/** Name of the function of a task or trigger: the file's name with the product before it. */
export function functionName(file: string): string {
  return `${product}-${file}`;
}

/** Name of the role of a function. Fixed, so that an access entry can name it before the function exists. */
export function functionRoleName(file: string, region: string): string {
  return `${product}-${file}-${region}`;
}

/** With it begin the names of what tells a deployment's Karpenter of machines that end. */
export const interruptionPrefix = `${product}-interruption`;

/**
 * Of a vault or a plan (AWS Backup API reference, CreateBackupVault, CreateBackupPlan), in characters; a creation token of EFS may
 * have 64.
 */
const longestShortName = 50;

/** The name as it is, or cut to AWS Backup's length with a digest of the whole at its end. */
function shortName(deployment: string): string {
  const name = `${product}-${deployment}`;
  if (name.length <= longestShortName) return name;
  const digest = createHash('sha256').update(name).digest('hex').slice(0, 8);
  return `${name.slice(0, longestShortName - digest.length - 1)}-${digest}`;
}

/** Of an instance of RDS (API reference, CreateDBInstance), in characters. */
const longestDatabaseName = 63;

/**
 * Name of the database of a deployment, and of what belongs to it: RDS takes small letters, no two hyphens in a row and none at the
 * end. A name that is not the deployment's own then has a digest of that at its end.
 */
function databaseName(deployment: string): string {
  const name = `${product}-${deployment}`;
  const fitting = name.toLowerCase().replaceAll(/-{2,}/g, '-').replace(/-$/, '');
  if (fitting === name && name.length <= longestDatabaseName) return name;
  const digest = createHash('sha256').update(name).digest('hex').slice(0, 8);
  return `${fitting.slice(0, longestDatabaseName - digest.length - 1).replace(/-$/, '')}-${digest}`;
}

/** Names of what is made for one deployment. */
export const deploymentNames = {
  /** Secrets Manager secret with the client id, the client secret and the cookie secret, as JSON. */
  secret: (deployment: string) => `${product}/${deployment}/oauth2-proxy`,
  /** Secrets Manager secret with the user of the database that is made, as JSON. */
  databaseSecret: (deployment: string) => `${product}/${deployment}/database`,
  /** The database that is made: its instance, subnet group, parameter group and security group. */
  database: databaseName,
  userPool: (deployment: string) => deployment,
  /** SNS topic for the address of the configuration, if it has one. */
  topic: (deployment: string) => `${stackNames.topic}-${deployment}`,
  appClient: (deployment: string) => deployment,
  nodeGroup: (deployment: string) => `${deployment}-nodegroup`,
  /** SQS queue by which Karpenter learns of machines that end; with the longest name of a deployment 79 of 80 characters. */
  interruptionQueue: (deployment: string) => `${interruptionPrefix}-${deployment}`,
  /** EventBridge rule that fills it with what there is of a kind. */
  interruptionRule: (deployment: string, kind: string) => `${interruptionPrefix}-${kind}-${deployment}`,
  backupVault: shortName,
  backupPlan: shortName,
  /** Creation token and name of the file system for shared volumes. */
  fileSystem: shortName,
  /** Security group of its mount targets; EC2 takes 255 characters. With a hyphen it would be that of another's database. */
  fileSystemGroup: (deployment: string) => `${shortName(deployment)}/nfs`,
} as const;

/** Stands for the deployment where the input of an execution names none; no deployment can have this name. */
export const unknownDeployment = '-';

/** ARN of a deployment's topic, which stands beside the stack's. */
export function deploymentTopicArn(stackTopicArn: string, deployment: string): string {
  return `${stackTopicArn.slice(0, stackTopicArn.lastIndexOf(':') + 1)}${deploymentNames.topic(deployment)}`;
}

/** With it begin the names of the alarms of deployments; those of the stack have nothing but the product before them. */
export const deploymentAlarmPrefix = `${product}-deployment`;

/** Name of an alarm of a deployment. */
export function deploymentAlarmName(deployment: string, kind: string): string {
  return `${deploymentAlarmPrefix}-${deployment}-${kind}`;
}

/** With it begin the names of the log groups of Container Insights of a cluster, which CloudWatch's agent chooses. */
export function insightsLogPrefix(cluster: string): string {
  return `/aws/containerinsights/${cluster}/`;
}

/** Kubernetes groups that access entries map the functions' roles to. */
export const kubernetesGroups = {
  profileManager: 'kubeflow-eks:profile-manager',
  observer: 'kubeflow-eks:observer',
} as const;

/** The label that marks an object of the cluster as ours. */
export const managedByLabel = { key: 'app.kubernetes.io/managed-by', value: product } as const;

/** Field manager of server-side apply. */
export const fieldManager = 'kubeflow-eks';

/** Where the ingress of Kubeflow stands. */
export const ingress = { namespace: 'istio-system', name: 'istio-ingress' } as const;

/** Namespace of the stack's own metrics in CloudWatch. */
export const metricsNamespace = 'KubeflowEks';

/** Metrics that an alarm watches. */
export const metricNames = {
  /** An execution failed or timed out after it had begun to work; dimension `Workflow`. */
  failedExecutions: 'FailedExecutions',
  /** Re-syncs in a row that found a deployment's address not leading to the login; no dimension but `service`. */
  endpointFailures: 'EndpointFailuresInARow',
  /** What a provisioning would change or be stopped by, as the last look at a deployment found; no dimension but `service`. */
  driftChanges: 'DriftChanges',
  /** Looks for drift in a row that came to no plan; no dimension but `service`. */
  driftLookFailures: 'DriftLookFailuresInARow',
} as const;

/** EventBridge detail types, all with source {@link stackNames.eventSource}. */
export const detailTypes = {
  resyncRequested: 'Resync Requested',
  provisioned: 'Deployment Provisioned',
  destroyed: 'Deployment Destroyed',
  resynced: 'Deployment Resynced',
  failed: 'Deployment Failed',
  drifted: 'Deployment Drifted',
  driftGone: 'Deployment Drift Gone',
} as const;
