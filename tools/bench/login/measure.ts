import type { KubernetesClient } from '../../../adapters/kubernetes/client';
import { queryOf } from '../../../adapters/kubernetes/list-options';
import { resourcePath, resources, type ResourceType } from '../../../adapters/kubernetes/resources';
import { userKey } from '../../../core/access/user-identity';
import { userLabel } from '../../../isolation/contributor';
import { currentIstioApi } from '../../../isolation/istio-api';
import { accessCluster, type AccessCluster } from '../../../isolation/reconcile-user';
import { accessRulesSchema } from '../../../core/access/rules';
import { synchronise, type LoginRequests } from '../../../lambda/profile-manager/synchronise';
import { tenantName } from '../support/cluster';
import { median, rounded, timed } from '../support/stats';
import { seedLogin } from './seed-algorithm';

/** Median time of a login, and the requests that each takes. */
export interface Measured {
  readonly ms: number;
  readonly requests: LoginRequests;
}

const rules = accessRulesSchema.parse({});
const heldGrants = 5;

/** Logins of the profile manager: nothing changes. */
export async function measureUnchanged(client: KubernetesClient, rounds: number): Promise<Measured> {
  const access = accessCluster(client);
  const groups = groupsOf(heldGrants);
  await login(access, 'unchanged@example.com', groups);
  return repeated(rounds, () => login(access, 'unchanged@example.com', groups));
}

/**
 * The least that such a login could take: its two reads, at the same time and on the same connection, of which nothing is
 * made. Between them goes a login, so that both meet the same API server.
 */
export async function measureRawReads(
  client: KubernetesClient,
  rounds: number,
): Promise<{ loginMs: number; readsMs: number }> {
  const access = accessCluster(client);
  const groups = groupsOf(heldGrants);
  const email = 'unchanged@example.com';
  await login(access, email, groups);
  const paths = await Promise.all(
    [resources.roleBindings, currentIstioApi.type].map((type) => pathOfRead(client, type, email)),
  );
  const reads: number[] = [];
  const logins: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const raw = await timed(() => Promise.all(paths.map((path) => client.document(path))));
    reads.push(raw.ms);
    logins.push((await timed(() => login(access, email, groups))).ms);
  }
  return { loginMs: rounded(median(logins)), readsMs: rounded(median(reads)) };
}

/** As the login asks: what the API server's cache has, not older than what was seen. */
async function pathOfRead(client: KubernetesClient, type: ResourceType, email: string): Promise<string> {
  const labelSelector = `${userLabel}=${userKey(email)}`;
  const { items, resourceVersion } = await client.list(type, { labelSelector });
  if (items.length !== heldGrants) throw new Error(`${items.length} ${type.plural} are held`);
  return `${resourcePath(type)}${queryOf({ labelSelector, notOlderThan: resourceVersion }, {})}`;
}

/** Logins of the profile manager: `gained` grants are new. Between them they are taken away again, unmeasured. */
export async function measureGain(
  client: KubernetesClient,
  gained: number,
  rounds: number,
): Promise<Measured> {
  const access = accessCluster(client);
  await login(access, 'gains@example.com', groupsOf(0));
  return repeated(
    rounds,
    () => login(access, 'gains@example.com', groupsOf(gained)),
    () => login(access, 'gains@example.com', groupsOf(0)),
  );
}

/** The seed's algorithm: nothing changes. */
export async function measureSeedUnchanged(client: KubernetesClient, rounds: number): Promise<Measured> {
  const attempt = () => seed(client, 'seed-unchanged', heldGrants);
  await attempt();
  return repeated(rounds, attempt);
}

/** The seed's algorithm: `gained` grants are new. */
export async function measureSeedGain(
  client: KubernetesClient,
  gained: number,
  rounds: number,
): Promise<Measured> {
  await seed(client, 'seed-gains', 0);
  return repeated(
    rounds,
    () => seed(client, 'seed-gains', gained),
    () => seed(client, 'seed-gains', 0),
  );
}

function groupsOf(count: number): string {
  return `[${Array.from({ length: count }, (_, index) => tenantName(index)).join(',')}]`;
}

async function login(access: AccessCluster, email: string, groupsAttribute: string): Promise<LoginRequests> {
  const pool = {
    deployment: 'bench',
    cluster: { name: 'bench', endpoint: '', certificateAuthority: '', region: 'eu-central-1' },
    rules,
    access,
  };
  const request = {
    userPoolId: 'bench',
    userName: email,
    source: 'TokenGeneration_HostedAuth',
    email,
    groupsAttribute,
    groupsLeftOut: false,
  };
  const { outcome, requests } = await synchronise(
    request,
    pool,
    () => Promise.resolve([]),
    AbortSignal.timeout(60_000),
  );
  if (outcome.kind !== 'synced' || outcome.report.refusals.length > 0) {
    throw new Error(`a measured login was not synchronised: ${JSON.stringify(outcome)}`);
  }
  return requests;
}

async function seed(client: KubernetesClient, account: string, grants: number): Promise<LoginRequests> {
  const scope = client.scope();
  const groups = Array.from({ length: grants }, (_, index) => tenantName(index)).join(', ');
  await seedLogin(scope, {
    userName: `CORP\\${account}`,
    email: `${account}@example.com`,
    groups: `[${groups}]`,
  });
  return { ...scope.requests };
}

async function repeated(
  rounds: number,
  measured: () => Promise<LoginRequests>,
  between?: () => Promise<unknown>,
): Promise<Measured> {
  const times: number[] = [];
  let requests: LoginRequests = { read: 0, write: 0 };
  for (let round = 0; round < rounds; round += 1) {
    const { ms, result } = await timed(measured);
    times.push(ms);
    requests = {
      read: Math.max(requests.read, result.read),
      write: Math.max(requests.write, result.write),
    };
    await between?.();
  }
  return { ms: rounded(median(times)), requests };
}
