import { Duration } from 'aws-cdk-lib';
import type { Node } from 'constructs';
import { defined } from '../core/defined';
import type { TemplateVariables } from '../core/handover/build-environment';

/** What the CDK's context may say about the stack: name → what it is for. `docs/operate/stack.md` has this table. */
export const stackOptionNames = {
  vpcId: 'VPC of what talks to a cluster, for clusters whose endpoint answers inside it only',
  subnetIds: 'its subnets for that, private ones with a way to the APIs of AWS',
  securityGroupIds: 'security groups that the clusters let in at port 443',
  httpsProxy: 'proxy through which what is in the VPC reaches what has no endpoint there',
  noProxy: 'hosts that it reaches without the proxy, beside clusters and this machine',
  notificationEmail: 'address that is told of failures and alarms',
  runbookUrl: 'where `docs/operate/alarms.md` can be read, for the links in alarms and mails',
  resyncMinutes: 'how often all deployments are brought back in line; 60 by default',
  driftHours:
    'how often every deployment is compared with what it was provisioned with; 24 by default, 0 for never',
  componentTimeoutMinutes: 'how long each component of Kubeflow may take to become ready',
  toolsMirror: 'folder with the files that builds download',
  archiveBuckets: 'buckets of the account from which builds may fetch archives of Kubeflow',
  hostedZoneIds: 'hosted zones in which records may be made; all of the account by default',
  clusterKeyArns:
    "keys that clusters' secrets may be encrypted with; all of the account and region by default",
  namespaceRolePaths: 'paths of the IAM roles that namespaces may have, such as /kubeflow-teams/',
  permissionsBoundaryArn: 'the builds make roles with this permissions boundary only',
  encryptLogs: "`true`: the stack's key encrypts the log groups of functions, builds and workflows",
} as const;

/** Name of an option. */
export type StackOptionName = keyof typeof stackOptionNames;

/** Subnets and security groups for what must reach a cluster whose endpoint answers inside its VPC only. */
export interface ClusterNetwork {
  readonly vpcId: string;
  readonly subnetIds: readonly string[];
  readonly securityGroupIds: readonly string[];
  /** How what is in there reaches what has no endpoint there; `except`: hosts that it reaches without. */
  readonly proxy?: { readonly url: string; readonly except: readonly string[] };
}

/** The options, read. */
export interface StackOptions {
  /** `vpcId`, `subnetIds`, `securityGroupIds`, and how what is in there reaches the world outside. */
  readonly network?: ClusterNetwork;
  readonly notificationEmail?: string;
  readonly permissionsBoundaryArn?: string;
  readonly runbookUrl?: string;
  readonly resyncInterval: Duration;
  /** How often drift is looked for; without it never. */
  readonly driftInterval?: Duration;
  /** Instead of each component's own bound (10 minutes for most). */
  readonly componentTimeout?: Duration;
  /** `s3://bucket/folder` or https. */
  readonly toolsMirror?: string;
  readonly encryptLogs: boolean;
  readonly bounds: Bounds;
}

/** What of the account's own the roles of the stack may use. */
export interface Bounds {
  /** Ids; `undefined` for every zone of the account. */
  readonly hostedZoneIds?: readonly string[];
  /** ARNs; `undefined` for every key of the account in the region. */
  readonly clusterKeyArns?: readonly string[];
  /** Buckets that builds read: of the mirror and of the archives. Without any, they read none. */
  readonly buckets: readonly string[];
  /** Paths of the roles that tenants' pods may have, each with `/` at both ends. Without any, they have none. */
  readonly rolePaths: readonly string[];
}

/** The build has 90 minutes for all of them. */
const longestComponentMinutes = 80;

/** The alarm for missing resyncs looks at a day, which must hold more than one of them. */
const longestResyncMinutes = 720;

/** The alarms on drift keep what a look found for 26 hours, which must not end before the next. */
const longestDriftHours = 24;

/**
 * Reads the context.
 *
 * @throws Error for a value that cannot be meant
 */
export function readOptions(node: Node): StackOptions {
  const network = readNetwork(node);
  const email = text(node, 'notificationEmail');
  const permissionsBoundaryArn = matching(
    node,
    'permissionsBoundaryArn',
    /^arn:aws[a-z-]*:iam::(?:\d{12}|aws):policy\/\S+$/,
    'the ARN of an IAM policy',
  );
  const runbookUrl = matching(node, 'runbookUrl', /^https:\/\/[^\s#]+$/, 'an https address without a #');
  const resync = minutes(node, 'resyncMinutes', 5, longestResyncMinutes) ?? Duration.minutes(60);
  const driftHours = whole(node, 'driftHours', 0, longestDriftHours) ?? longestDriftHours;
  const componentTimeout = minutes(node, 'componentTimeoutMinutes', 1, longestComponentMinutes);
  const toolsMirror = matching(
    node,
    'toolsMirror',
    /^(?:s3|https):\/\/[^/]+/,
    's3://bucket/folder or an https address',
  );
  const encryptLogs = matching(node, 'encryptLogs', /^(?:true|false)$/, 'true or false');
  return {
    ...(network && { network }),
    ...defined({
      notificationEmail: email,
      permissionsBoundaryArn,
      runbookUrl,
      componentTimeout,
      toolsMirror,
    }),
    resyncInterval: resync,
    ...(driftHours > 0 && { driftInterval: Duration.hours(driftHours) }),
    encryptLogs: encryptLogs === 'true',
    bounds: readBounds(node, toolsMirror),
  };
}

/**
 * The options that the context gives, as text: what the stack remembers in its outputs. An option that is given as empty
 * is one that is dropped on purpose; it is not among them.
 */
export function givenOptions(node: Node): Partial<Record<StackOptionName, string>> {
  return Object.fromEntries(
    optionNames.map((name) => [name, list(node, name).join(',')]).filter(([, value]) => value !== ''),
  ) as Partial<Record<StackOptionName, string>>;
}

/** The options that the context names at all, be it as empty. */
export function namedOptions(node: Node): readonly StackOptionName[] {
  return optionNames.filter((name) => node.tryGetContext(name) !== undefined);
}

const optionNames = Object.keys(stackOptionNames) as StackOptionName[];

/** What the context says to the builds, as the variables that they read. */
export function buildSettings({ componentTimeout, toolsMirror }: StackOptions): TemplateVariables {
  return {
    ...(componentTimeout && { COMPONENT_TIMEOUT_SECONDS: String(componentTimeout.toSeconds()) }),
    ...defined({ KUBEFLOW_EKS_TOOLS_MIRROR: toolsMirror }),
  };
}

function minutes(node: Node, name: StackOptionName, least: number, most: number): Duration | undefined {
  const number = whole(node, name, least, most);
  return number === undefined ? undefined : Duration.minutes(number);
}

function whole(node: Node, name: StackOptionName, least: number, most: number): number | undefined {
  const value = text(node, name);
  if (value === undefined) return undefined;
  const number = Number(value);
  if (!Number.isInteger(number) || number < least || number > most) {
    throw new Error(`context ${name} is ${value}; expected a whole number from ${least} to ${most}`);
  }
  return number;
}

function matching(node: Node, name: StackOptionName, pattern: RegExp, expected: string): string | undefined {
  const value = text(node, name);
  if (value === undefined || pattern.test(value)) return value;
  throw new Error(`context ${name} is ${value}; expected ${expected}`);
}

function listMatching(node: Node, name: StackOptionName, pattern: RegExp, expected: string): string[] {
  const values = list(node, name);
  const other = values.find((value) => !pattern.test(value));
  if (other === undefined) return values;
  throw new Error(`context ${name} has ${other}; expected ${expected}`);
}

function readBounds(node: Node, toolsMirror: string | undefined): Bounds {
  const zones = listMatching(node, 'hostedZoneIds', /^Z[A-Z0-9]{5,31}$/, 'ids of hosted zones');
  const keys = listMatching(
    node,
    'clusterKeyArns',
    /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/\S+$/,
    'ARNs of KMS keys',
  );
  const buckets = listMatching(
    node,
    'archiveBuckets',
    /^(?:[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]|\*)$/,
    'names of buckets, or * for all of the account',
  );
  const rolePaths = listMatching(
    node,
    'namespaceRolePaths',
    // Not the root: that would be every role of the account. Service-linked roles can be passed to nobody.
    /^\/(?!aws-service-role\/)(?:[\w+=,.@-]+\/)+$/,
    'paths of IAM roles with a / at both ends, such as /kubeflow-teams/',
  );
  const mirror = /^s3:\/\/([^/]+)/.exec(toolsMirror ?? '')?.[1];
  return {
    ...(zones.length > 0 && { hostedZoneIds: zones }),
    ...(keys.length > 0 && { clusterKeyArns: keys }),
    rolePaths,
    buckets: [...new Set([...buckets, ...(mirror === undefined ? [] : [mirror])])],
  };
}

function readNetwork(node: Node): ClusterNetwork | undefined {
  const vpcId = text(node, 'vpcId');
  const subnetIds = list(node, 'subnetIds');
  const securityGroupIds = list(node, 'securityGroupIds');
  const httpsProxy = readProxy(node);
  const noProxy = list(node, 'noProxy');
  if (vpcId === undefined && subnetIds.length === 0 && securityGroupIds.length === 0) {
    if (httpsProxy !== undefined || noProxy.length > 0) {
      throw new Error(
        'context httpsProxy and noProxy are for what is in a VPC: vpcId, subnetIds and securityGroupIds are missing',
      );
    }
    return undefined;
  }
  if (vpcId === undefined || subnetIds.length === 0 || securityGroupIds.length === 0) {
    throw new Error(
      'context vpcId, subnetIds and securityGroupIds go together: with them the functions and builds that talk to a cluster run in that VPC',
    );
  }
  if (httpsProxy === undefined && noProxy.length > 0)
    throw new Error('context noProxy says what is reached without the proxy, and there is no httpsProxy');
  return {
    vpcId,
    subnetIds,
    securityGroupIds,
    ...(httpsProxy !== undefined && { proxy: { url: httpsProxy, except: noProxy } }),
  };
}

/** The address stands in the environment of functions and builds, which many may read. */
function readProxy(node: Node): string | undefined {
  const value = matching(
    node,
    'httpsProxy',
    /^https?:\/\/[^\s/]+\/?$/,
    'http://host:port, the address of a proxy',
  );
  if (value === undefined) return undefined;
  const { username, password } = new URL(value);
  if (username !== '' || password !== '')
    throw new Error('context httpsProxy has a user or password, which everybody could read in the template');
  return value;
}

function text(node: Node, name: StackOptionName): string | undefined {
  const value: unknown = node.tryGetContext(name);
  if (value === undefined || value === '') return undefined;
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return String(value);
  throw new Error(`context ${name} is ${JSON.stringify(value)}; expected text`);
}

/** A list in cdk.json, or names with commas between them on the command line. */
function list(node: Node, name: StackOptionName): string[] {
  const value: unknown = node.tryGetContext(name);
  if (value === undefined) return [];
  const items: unknown[] =
    typeof value === 'string' ? value.split(',') : Array.isArray(value) ? value : [value];
  return items
    .map((item) => {
      if (typeof item !== 'string' && typeof item !== 'number' && typeof item !== 'boolean')
        throw new Error(`context ${name} has ${JSON.stringify(item)}; expected names`);
      return String(item).trim();
    })
    .filter((item) => item !== '');
}
