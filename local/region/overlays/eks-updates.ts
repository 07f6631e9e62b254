import { randomUUID } from 'node:crypto';
import type { AwsRequest, HttpParts } from '../gateway/aws-request';
import type { AwsResponse, ServiceHandler } from '../gateway/gateway';
import { answer, bodyOf, refuse } from './rest-json';
import { defined } from '../../../core/defined';
import { minorOf } from '../../../core/kubernetes-version';

interface Update {
  id: string;
  status: 'Successful';
  type: string;
  params: [];
  createdAt: number;
  errors: [];
}

interface ClusterDocument {
  accessConfig?: object;
  version: string;
  encryptionConfig?: unknown[];
  resourcesVpcConfig: Record<string, unknown>;
  logging?: { clusterLogging: { types: string[]; enabled: boolean }[] };
}

/** What was changed in a cluster since it was made. */
interface Changes {
  accessConfig?: object;
  version?: string;
  encryptionConfig?: unknown[];
  nodeGroupVersions: Map<string, string>;
  updates: Map<string, Update>;
}

const path = /^\/clusters\/([^/]+)(?:\/(.+?))?\/?$/;

/**
 * EKS' updates, in front of moto, which knows two of them and replaces where EKS merges: UpdateClusterVersion (one
 * minor at a time), UpdateClusterConfig, AssociateEncryptionConfig, UpdateNodegroupVersion (not past the control
 * plane), DescribeUpdate, ListUpdates. An update is done when it is answered; DescribeCluster and DescribeNodegroup
 * show what came of it. Everything else is passed on.
 *
 * @param moto the handler that passes a request on to moto
 */
export function clusterUpdates(moto: ServiceHandler): ServiceHandler {
  const changes = new Map<string, Changes>();
  return async (request, http) => {
    const { pathname } = new URL(http.url, 'http://localhost');
    const match = path.exec(decodeURIComponent(pathname));
    const changesOf = (cluster: string): Changes => {
      const changed: Changes = changes.get(cluster) ?? {
        nodeGroupVersions: new Map<string, string>(),
        updates: new Map<string, Update>(),
      };
      changes.set(cluster, changed);
      return changed;
    };
    if (match?.[1] === undefined) {
      const response = await moto(request, http);
      const { name: made, accessConfig = {} } = bodyOf(http) as { name?: string; accessConfig?: object };
      // moto keeps no access configuration. The default is EKS' (API reference, type CreateAccessConfigRequest).
      if (http.method === 'POST' && response?.status === 200 && made !== undefined)
        changesOf(made).accessConfig = { authenticationMode: 'CONFIG_MAP', ...accessConfig };
      return response;
    }
    const [, name, rest = ''] = match;
    const changed = changesOf(name);
    if (http.method === 'DELETE' && rest === '') changes.delete(name);
    const nodeGroup = /^node-groups\/([^/]+)(\/update-version)?$/.exec(rest);
    if (http.method === 'GET' && rest === '')
      return patched(await moto(request, http), 'cluster', shown(changed));
    if (http.method === 'GET' && nodeGroup?.[1] !== undefined) {
      const version = changed.nodeGroupVersions.get(nodeGroup[1]);
      return patched(await moto(request, http), 'nodegroup', version === undefined ? {} : { version });
    }
    if (http.method === 'DELETE' && nodeGroup?.[1] !== undefined)
      changed.nodeGroupVersions.delete(nodeGroup[1]);
    if (http.method === 'GET' && /^updates(\/|$)/.test(rest))
      return readUpdates(http, changed, rest.split('/')[1]);
    if (http.method === 'POST' && rest === 'node-groups') {
      const response = await moto(request, http);
      const { nodegroupName, version } = bodyOf(http);
      const cluster = await read<ClusterDocument>(moto, request, http, `/clusters/${name}`, 'cluster');
      // Without a version, nodes have the control plane's (EKS API reference, CreateNodegroup).
      const own = typeof version === 'string' ? version : (changed.version ?? cluster?.version);
      if (response?.status === 200 && own !== undefined)
        changed.nodeGroupVersions.set(String(nodegroupName), own);
      return response;
    }
    const perform = updating(rest);
    if (http.method !== 'POST' || perform === undefined) return moto(request, http);
    const cluster = await read<ClusterDocument>(moto, request, http, `/clusters/${name}`, 'cluster');
    if (cluster === undefined)
      return refuse(http, 404, 'ResourceNotFoundException', `No cluster found for name: ${name}.`);
    return perform({ request, http, moto, name, rest, changed, cluster: { ...cluster, ...shown(changed) } });
  };
}

interface Updating {
  request: AwsRequest;
  http: HttpParts;
  moto: ServiceHandler;
  name: string;
  /** The path below the cluster. */
  rest: string;
  changed: Changes;
  cluster: ClusterDocument;
}

function updating(rest: string): ((update: Updating) => Promise<AwsResponse | undefined>) | undefined {
  if (rest === 'updates') return updateVersion;
  if (rest === 'update-config') return updateConfig;
  if (rest === 'encryption-config/associate') return associateEncryption;
  return /^node-groups\/[^/]+\/update-version$/.test(rest) ? updateNodeGroupVersion : undefined;
}

function updateVersion({ http, changed, cluster }: Updating): Promise<AwsResponse> {
  const version = String(bodyOf(http)['version']);
  if (minorOf(version) !== minorOf(cluster.version) + 1) {
    const message = `Unsupported Kubernetes minor version update from ${cluster.version} to ${version}`;
    return Promise.resolve(refuse(http, 400, 'InvalidParameterException', message));
  }
  changed.version = version;
  return Promise.resolve(done(changed, 'VersionUpdate'));
}

function associateEncryption({ http, changed, cluster }: Updating): Promise<AwsResponse> {
  if ((cluster.encryptionConfig ?? []).length > 0) {
    return Promise.resolve(
      refuse(http, 400, 'InvalidParameterException', 'Encryption is already enabled for the cluster'),
    );
  }
  changed.encryptionConfig = bodyOf(http)['encryptionConfig'] as unknown[];
  return Promise.resolve(done(changed, 'AssociateEncryptionConfig'));
}

async function updateConfig({
  request,
  http,
  moto,
  changed,
  cluster,
}: Updating): Promise<AwsResponse | undefined> {
  const body = bodyOf(http) as Partial<Pick<ClusterDocument, 'resourcesVpcConfig' | 'logging'>>;
  if (body.resourcesVpcConfig !== undefined && body.logging !== undefined) {
    return refuse(http, 400, 'InvalidParameterException', 'Only one type of update can be allowed.');
  }
  const merged = {
    ...(body.resourcesVpcConfig !== undefined && {
      resourcesVpcConfig: { ...cluster.resourcesVpcConfig, ...body.resourcesVpcConfig },
    }),
    ...(body.logging !== undefined && { logging: mergedLogging(cluster.logging, body.logging) }),
  };
  const response = await moto(request, { ...http, body: Buffer.from(JSON.stringify(merged)) });
  if (response?.status !== 200) return response;
  return done(changed, body.logging === undefined ? 'EndpointAccessUpdate' : 'LoggingUpdate');
}

/** A log type that an update does not name stays as it is. */
function mergedLogging(
  before: ClusterDocument['logging'],
  update: NonNullable<ClusterDocument['logging']>,
): NonNullable<ClusterDocument['logging']> {
  const enabled = new Set(
    (before?.clusterLogging ?? []).flatMap((setup) => (setup.enabled ? setup.types : [])),
  );
  for (const setup of update.clusterLogging)
    for (const type of setup.types) {
      if (setup.enabled) enabled.add(type);
      else enabled.delete(type);
    }
  return { clusterLogging: [{ types: [...enabled].sort(), enabled: true }] };
}

async function updateNodeGroupVersion(update: Updating): Promise<AwsResponse> {
  const { request, http, moto, name, rest, changed, cluster } = update;
  const group = rest.split('/')[1] ?? '';
  const found = await read(moto, request, http, `/clusters/${name}/node-groups/${group}`, 'nodegroup');
  if (found === undefined)
    return refuse(http, 404, 'ResourceNotFoundException', `No node group found for name: ${group}.`);
  const { version: wanted } = bodyOf(http);
  const version = typeof wanted === 'string' ? wanted : cluster.version;
  if (minorOf(version) > minorOf(cluster.version)) {
    const message = `Requested Nodegroup version ${version} is newer than the cluster's ${cluster.version}`;
    return refuse(http, 400, 'InvalidParameterException', message);
  }
  changed.nodeGroupVersions.set(group, version);
  return done(changed, 'VersionUpdate');
}

function readUpdates(http: HttpParts, { updates }: Changes, id: string | undefined): AwsResponse {
  if (id === undefined) return answer({ updateIds: [...updates.keys()] });
  const update = updates.get(id);
  return update === undefined
    ? refuse(http, 404, 'ResourceNotFoundException', `No update found for id: ${id}`)
    : answer({ update });
}

function done({ updates }: Changes, type: string): AwsResponse {
  const update: Update = {
    id: randomUUID(),
    status: 'Successful',
    type,
    params: [],
    createdAt: Date.now() / 1000,
    errors: [],
  };
  updates.set(update.id, update);
  return answer({ update });
}

/** What the changes make of the cluster's own document. */
function shown({ accessConfig, version, encryptionConfig }: Changes): Partial<ClusterDocument> {
  return defined({ accessConfig, version, encryptionConfig });
}

function patched(
  response: AwsResponse | undefined,
  kind: 'cluster' | 'nodegroup',
  change: object,
): AwsResponse | undefined {
  if (response?.status !== 200 || Object.keys(change).length === 0) return response;
  const document = JSON.parse(response.body.toString()) as Record<string, object>;
  return { ...response, body: JSON.stringify({ [kind]: { ...document[kind], ...change } }) };
}

async function read<T>(
  moto: ServiceHandler,
  request: AwsRequest,
  http: HttpParts,
  url: string,
  kind: string,
): Promise<T | undefined> {
  const response = await moto(request, { ...http, method: 'GET', url, body: Buffer.alloc(0) });
  if (response?.status !== 200) return undefined;
  return (JSON.parse(response.body.toString()) as Record<string, T>)[kind];
}
