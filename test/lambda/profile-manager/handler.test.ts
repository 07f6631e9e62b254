import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { createKubernetesClient, type KubernetesClient } from '../../../adapters/kubernetes/client';
import { accessCluster } from '../../../isolation/reconcile-user';
import type { DirectoryUser } from '../../../core/access/directory';
import type { AccessRules } from '../../../core/access/rules';
import { Clusters, type RegisteredPool } from '../../../lambda/profile-manager/clusters';
import type { PreTokenEvent } from '../../../lambda/profile-manager/event';
import { handleLogin, type ProfileManagerParts } from '../../../lambda/profile-manager/handler';
import { startFaultProxy, type FaultProxy } from '../../isolation/fault-proxy';
import { eventually, makeTenant, prepareCluster, profileManager, rulesWith } from '../../isolation/support';
import { useControlPlane } from '../../support/control-plane';

const kubernetes = useControlPlane();
const userPoolId = 'eu-central-1_pool';
let proxy: FaultProxy;
let lines: string[];
let resyncs: string[];
let users: DirectoryUser[];
const opened: Clusters[] = [];

beforeAll(async () => {
  await prepareCluster(kubernetes());
  for (const name of ['team-a', 'team-b']) await makeTenant(kubernetes().client, name);
  proxy = await startFaultProxy(kubernetes());
});
afterAll(async () => {
  await proxy.close();
});
beforeEach(() => {
  proxy.fault = () => undefined;
  lines = [];
  resyncs = [];
  users = [];
  const record = (...parts: unknown[]) => {
    lines.push(parts.map(String).join(' '));
  };
  for (const method of ['log', 'info', 'warn', 'error', 'debug'] as const)
    jest.spyOn(console, method).mockImplementation(record);
});
afterEach(() => {
  for (const clusters of opened.splice(0)) clusters.close();
  jest.restoreAllMocks();
});

/** The profile manager with these rules, in front of the misbehaving API server. */
function manager(changes: Partial<AccessRules> = {}): ProfileManagerParts {
  const logger = new Logger({ serviceName: 'test' });
  const metrics = new Metrics({ namespace: 'KubeflowEks', serviceName: 'test' });
  for (const sink of [logger, metrics]) {
    // Powertools writes to a console of its own; the tests read what goes there.
    Object.defineProperty(sink, 'console', { value: console });
  }
  const registered: RegisteredPool = {
    deployment: 'acme',
    cluster: { name: 'acme', endpoint: proxy.endpoint, certificateAuthority: '', region: 'eu-central-1' },
    rules: rulesWith(changes),
  };
  const clusters = new Clusters({
    read: (id) => Promise.resolve(id === userPoolId ? registered : undefined),
    connect: () =>
      accessCluster(
        createKubernetesClient({
          endpoint: proxy.endpoint,
          caPem: proxy.caPem,
          token: () => Promise.resolve(kubernetes().adminToken),
          impersonate: profileManager,
          timeoutMs: 400,
        }),
      ),
  });
  opened.push(clusters);
  return {
    clusters,
    logger,
    metrics,
    findUsers: (_pool, email) => Promise.resolve(users.filter((user) => user.email === email)),
    requestResync: ({ deployment }) => {
      resyncs.push(deployment);
      return Promise.resolve();
    },
  };
}

function loginOf(attributes: Record<string, string>, pool = userPoolId): PreTokenEvent {
  return {
    version: '2',
    triggerSource: 'TokenGeneration_HostedAuth',
    userPoolId: pool,
    userName: 'ADFS_someone',
    request: { userAttributes: attributes },
    response: {},
  };
}

const groupsIn = (answer: PreTokenEvent) =>
  (
    answer.response as {
      claimsAndScopeOverrideDetails: { groupOverrideDetails: { groupsToOverride: string[] } };
    }
  ).claimsAndScopeOverrideDetails.groupOverrideDetails.groupsToOverride;

const expectEdit = (user: string, namespace: string, allowed: boolean) =>
  eventually(async () => {
    expect(await kubernetes().client.allowed({ user, namespace, verb: 'create', resource: 'pods' })).toBe(
      allowed,
    );
  });

test('a login grants what the groups say, and the token carries the groups as the directory has them', async () => {
  const answer = await handleLogin(
    manager(),
    loginOf({ email: 'alice@example.com', 'custom:groups': '[team-a,Other+Group,kube-system]' }),
    4_000,
  );
  expect(groupsIn(answer)).toEqual(['team-a', 'Other Group', 'kube-system']);
  await expectEdit('alice@example.com', 'team-a', true);
  await expectEdit('alice@example.com', 'kube-system', false);
  expect(resyncs).toEqual(['acme']);
});

test.each([
  ['the owner of the groups’ Profiles', 'profiles@kubeflow-eks.invalid'],
  ['an e-mail of another company', 'eve@example.org'],
])('%s gets no token, whatever the groups and on_sync_failure', async (_, email) => {
  const rules = { allowed_email_domains: ['example.com'], on_sync_failure: 'allow' as const };
  await expect(
    handleLogin(manager(rules), loginOf({ email, 'custom:groups': '[team-a]' }), 4_000),
  ).rejects.toThrow(/may not be used with Kubeflow/);
  await expectEdit(email, 'team-a', false);
});

test('groups that the directory has left out: no token, whatever on_sync_failure says, and nothing is given or taken', async () => {
  const parts = manager({ on_sync_failure: 'allow' });
  const email = 'many@example.com';
  await handleLogin(parts, loginOf({ email, 'custom:groups': 'team-a' }), 4_000);
  await expectEdit(email, 'team-a', true);
  resyncs = [];
  // The former groups stand there still, and others that are as old.
  const attributes = {
    email,
    'custom:groups': 'team-b',
    'custom:groups_link': 'https://graph.example/groups',
  };
  await expect(handleLogin(parts, loginOf(attributes), 4_000)).rejects.toThrow(
    /did not say which groups you are in, because they are too many/,
  );
  await expectEdit(email, 'team-a', true);
  await expectEdit(email, 'team-b', false);
  expect(lines.filter((line) => line.includes('groups-left-out'))).toHaveLength(1);
  expect(resyncs).toEqual([]);
});

test('a user whose groups claim is missing can log in, and has nothing', async () => {
  const parts = manager();
  await handleLogin(parts, loginOf({ email: 'bob@example.com', 'custom:groups': 'team-a' }), 4_000);
  await expectEdit('bob@example.com', 'team-a', true);
  const answer = await handleLogin(parts, loginOf({ email: 'bob@example.com' }), 4_000);
  expect(groupsIn(answer)).toEqual([]);
  await expectEdit('bob@example.com', 'team-a', false);
});

test('a user without an e-mail logs in without access', async () => {
  const answer = await handleLogin(manager(), loginOf({ 'custom:groups': '[team-a,team-b]' }), 4_000);
  expect(groupsIn(answer)).toEqual(['team-a', 'team-b']);
});

test('a pool that no deployment registered lets nobody in: a cluster may hold grants of its users', async () => {
  const login = handleLogin(
    manager(),
    loginOf({ email: 'a@x.org', 'custom:groups': 'team-a' }, 'other'),
    4_000,
  );
  await expect(login).rejects.toThrow('not ready for logins yet');
});

describe('when the cluster cannot be brought in line', () => {
  test('the login is refused, in words that a user understands, and a re-sync is asked for', async () => {
    proxy.fault = () => ({ kind: 'status', status: 500 });
    const login = handleLogin(manager(), loginOf({ email: 'a@x.org', 'custom:groups': 'team-a' }), 4_000);
    await expect(login).rejects.toThrow(
      'Your access could not be brought up to date. Please sign in again in a minute.',
    );
    expect(resyncs).toEqual(['acme']);
  });

  test('or let through, where the rules say so', async () => {
    proxy.fault = () => ({ kind: 'status', status: 500 });
    const answer = await handleLogin(
      manager({ on_sync_failure: 'allow' }),
      loginOf({ email: 'a@x.org', 'custom:groups': 'team-a' }),
      4_000,
    );
    expect(groupsIn(answer)).toEqual(['team-a']);
    expect(resyncs).toEqual(['acme']);
  });

  test('within the budget, however the API server hangs', async () => {
    proxy.fault = () => ({ kind: 'hang' });
    const startedAt = Date.now();
    const login = handleLogin(manager(), loginOf({ email: 'a@x.org', 'custom:groups': 'team-a' }), 1_200);
    await expect(login).rejects.toThrow(/brought up to date/);
    expect(Date.now() - startedAt).toBeLessThan(2_000);
  });

  test('a registry that does not answer refuses the login within the budget', async () => {
    const read = () => new Promise<never>(() => undefined);
    const clusters = new Clusters({ read, connect: () => accessCluster({} as KubernetesClient) });
    const login = handleLogin({ ...manager(), clusters }, loginOf({ email: 'a@x.org' }), 200);
    await expect(login).rejects.toThrow(/brought up to date/);
  });

  test('a list of groups without an end changes nothing', async () => {
    const parts = manager();
    await handleLogin(
      parts,
      loginOf({ email: 'cut@example.com', 'custom:groups': '[team-a,team-b]' }),
      4_000,
    );
    const login = handleLogin(
      parts,
      loginOf({ email: 'cut@example.com', 'custom:groups': '[team-a,te' }),
      4_000,
    );
    await expect(login).rejects.toThrow(/brought up to date/);
    await expectEdit('cut@example.com', 'team-b', true);
  });
});

describe('the log', () => {
  const attributes = {
    email: 'secret.person@example.com',
    'custom:groups': '[team-a,kube-system,profile-secret-person]',
  };

  test('names no person, not even where the API server’s messages do', async () => {
    proxy.fault = ({ method }) => (method === 'POST' ? { kind: 'status', status: 422 } : undefined);
    await handleLogin(manager({ personal_profiles: true }), loginOf(attributes), 4_000).catch(
      () => undefined,
    );
    expect(lines.join('\n')).not.toMatch(/secret[.-]person/);
    const line = lines.find((candidate) => candidate.includes('"login'));
    expect(line).toMatch(/"user":"u-[a-z2-7]{16}"/);
    expect(line).toMatch(/"reason":"ReservedNamespace","namespace":"kube-system"/);
  });

  test('names them where that is switched on', async () => {
    await handleLogin(manager({ log_identities: true }), loginOf(attributes), 4_000);
    expect(lines.join('\n')).toContain('secret.person@example.com');
  });

  test('comes with metrics in the embedded format', async () => {
    await handleLogin(manager(), loginOf({ email: 'metric@example.com', 'custom:groups': 'team-a' }), 4_000);
    const metrics = lines.map((line) => tryJson(line)).find((line) => line?.['_aws'] !== undefined);
    expect(metrics).toMatchObject({
      Deployment: 'acme',
      LoginsDenied: 0,
      Grants: 1,
      Changes: 2,
      Failures: 0,
    });
    expect(metrics?.['LoginDuration']).toBeGreaterThan(0);
  });
});

function tryJson(line: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}
