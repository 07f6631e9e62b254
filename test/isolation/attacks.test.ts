import type { KubernetesClient } from '../../adapters/kubernetes/client';
import { defined } from '../../core/defined';
import { reconcileAll } from '../../isolation/reconcile-all';
import { accessCluster } from '../../isolation/reconcile-user';
import { grantsFor } from '../../core/access/grants';
import type { DirectoryUser } from '../../core/access/directory';
import { kubernetesGroups } from '../../core/naming';
import { startProfileController } from '../../local/kubernetes/stand-ins/profile-controller';
import { useControlPlane } from '../support/control-plane';
import {
  accessManagement,
  eventually,
  identity,
  login,
  makeTenant,
  prepareCluster,
  profileManagerClient,
  rulesWith,
  pagesOf,
} from './support';

/**
 * What somebody tries who is in no group, who administers a namespace of his own, or who does not know better, on a real
 * API server with the admission policies that the build applies.
 */
const kubernetes = useControlPlane();
let client: KubernetesClient;

beforeAll(async () => {
  await prepareCluster(kubernetes());
  client = profileManagerClient(kubernetes());
  // Mallory's own: by self-service of former days, or as an administrator of a group.
  await makeTenant(kubernetes().client, 'evil', 'mallory@example.com');
  await kubernetes().client.apply(
    bindingOf('evil', 'namespaceAdmin', 'mallory@example.com', {}, 'kubeflow-admin'),
  );
  for (const name of ['red', 'green']) await makeTenant(kubernetes().client, name);
});
afterAll(() => {
  client.close();
});

const rbac = 'rbac.authorization.k8s.io';
const bindings = (namespace: string, name = '') =>
  `/apis/${rbac}/v1/namespaces/${namespace}/rolebindings${name === '' ? '' : `/${name}`}`;

function bindingOf(
  namespace: string,
  name: string,
  user: string,
  labels: Record<string, string> = {},
  role = 'kubeflow-view',
) {
  return {
    apiVersion: `${rbac}/v1`,
    kind: 'RoleBinding',
    metadata: { namespace, name, labels },
    roleRef: { apiGroup: rbac, kind: 'ClusterRole', name: role },
    subjects: [{ apiGroup: rbac, kind: 'User', name: user }],
  };
}

interface Actor {
  readonly user: string;
  readonly groups?: readonly string[];
}
const mallory: Actor = { user: 'mallory@example.com' };
const administrator: Actor = { user: 'somebody-careful', groups: ['system:masters'] };

async function attempt(as: Actor, method: 'POST' | 'PATCH' | 'DELETE', path: string, body?: object) {
  const { status } = await kubernetes().client.raw({
    path,
    method,
    as: { user: as.user, groups: [...(as.groups ?? [])] },
    ...defined({ body }),
    ...(method === 'PATCH' && { contentType: 'application/merge-patch+json' }),
  });
  return status;
}

const mayCreatePods = (user: string, namespace: string, allowed: boolean) =>
  eventually(async () => {
    const question = { user, namespace, verb: 'create', resource: 'pods' };
    expect([user, namespace, await kubernetes().client.allowed(question)]).toEqual([
      user,
      namespace,
      allowed,
    ]);
  });

const userOf = (email: string, groups: string, changes: Partial<DirectoryUser> = {}): DirectoryUser => ({
  userName: `ADFS_${email}`,
  enabled: true,
  email,
  groupsAttribute: groups,
  ...changes,
});
const resync = (users: readonly DirectoryUser[], rules = rulesWith()) =>
  reconcileAll(
    accessCluster(client),
    {
      pages: () => pagesOf(users),
      find: (userName) => Promise.resolve(users.find((user) => user.userName === userName)),
    },
    rules,
  );

describe('the namespace of a group', () => {
  const profile = (name: string, owner: string) => ({
    apiVersion: 'kubeflow.org/v1',
    kind: 'Profile',
    metadata: { name },
    spec: { owner: { kind: 'User', name: owner } },
  });
  const profiles = '/apis/kubeflow.org/v1/profiles';

  test('someone in no group makes the namespace of a group through the dashboard: the API server refuses', async () => {
    expect(await attempt(accessManagement, 'POST', profiles, profile('finance', 'mallory@example.com'))).toBe(
      403,
    );
    // Whom it is done for does not matter, nor under which account of Kubeflow.
    const another = { ...accessManagement, user: 'system:serviceaccount:kubeflow:another' };
    expect(await attempt(another, 'POST', profiles, profile('finance', 'cfo@example.com'))).toBe(403);
    expect(await attempt(administrator, 'POST', profiles, profile('by-hand', 'lead@example.com'))).toBe(201);
  });

  test('someone had made it before: its members are not let into the namespace of somebody else, and it is told', async () => {
    await makeTenant(kubernetes().client, 'finance-ml', 'mallory@example.com');
    const { report } = await login(client, 'cfo@example.com', ['finance-ml']);
    expect(report.refusals).toMatchObject([{ reason: 'ProfileOwnedByAnother', namespace: 'finance-ml' }]);
    await mayCreatePods('cfo@example.com', 'finance-ml', false);
    const summary = await resync([userOf('cfo@example.com', 'finance-ml')]);
    expect(summary.refusals).toEqual({ ProfileOwnedByAnother: 1 });
    await mayCreatePods('cfo@example.com', 'finance-ml', false);
  });

  test('unless the rules list its owner', async () => {
    await makeTenant(kubernetes().client, 'listed', 'lead@example.com');
    const rules = rulesWith({ accepted_profile_owners: ['Lead@example.com'] });
    expect((await login(client, 'cfo@example.com', ['listed'], rules)).report.refusals).toEqual([]);
    await mayCreatePods('cfo@example.com', 'listed', true);
  });

  test('someone is faster than the profile manager: nobody is let in who waited for the namespace', async () => {
    const rules = rulesWith();
    const make = async () => {
      await new Promise((resolve) => setTimeout(resolve, 300));
      await makeTenant(kubernetes().client, 'race', 'mallory@example.com');
    };
    const [{ report }] = await Promise.all([login(client, 'cfo@example.com', ['race'], rules), make()]);
    expect(report).toMatchObject({ grants: [], pending: [{ namespace: 'race' }] });
    await mayCreatePods('cfo@example.com', 'race', false);
  });

  test.each<[string, object]>([
    ['no annotation', { labels: { 'app.kubernetes.io/part-of': 'kubeflow-profile' } }],
    [
      'an empty annotation',
      { annotations: { owner: '' }, labels: { 'app.kubernetes.io/part-of': 'kubeflow-profile' } },
    ],
    ['no label', { annotations: { owner: 'x@example.com' } }],
    [
      'another label',
      { annotations: { owner: 'x@example.com' }, labels: { 'app.kubernetes.io/part-of': 'wiki' } },
    ],
  ])('a namespace with %s is no tenant’s, neither to the code nor to the fence', async (what, metadata) => {
    const name = `half-${what.replaceAll(' ', '-')}`;
    await kubernetes().client.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, ...metadata } });
    const { report } = await login(client, 'cfo@example.com', [name]);
    expect(report.refusals).toMatchObject([{ reason: 'NotATenant' }]);
    const path = `${bindings(name, 'kubeflow-eks-profile-manager')}?fieldManager=x`;
    const { status } = await kubernetes().client.raw({
      path,
      method: 'PATCH',
      contentType: 'application/apply-patch+yaml',
      body: admissionBinding(name),
      as: { user: 'manager', groups: [kubernetesGroups.profileManager] },
    });
    expect(status).toBe(403);
  });

  test('the profile manager’s own role makes no Profile of a name of Kubernetes, and changes no owner', async () => {
    const manager = { user: 'manager', groups: [kubernetesGroups.profileManager] };
    expect(await attempt(manager, 'POST', profiles, profile('anybody', 'system:anonymous'))).toBe(403);
    expect(await attempt(manager, 'POST', profiles, profile('fine', 'owner@example.com'))).toBe(201);
    const owner = { spec: { owner: { kind: 'User', name: 'mallory@example.com' } } };
    expect(await attempt(manager, 'PATCH', `${profiles}/fine`, owner)).toBe(403);
    const quota = (cpu: string) => ({ spec: { resourceQuotaSpec: { hard: { cpu } } } });
    expect(await attempt(manager, 'PATCH', `${profiles}/fine`, quota('8'))).toBe(200);
    expect(await attempt(manager, 'PATCH', `${profiles}/fine`, quota('80'))).toBe(403);
    // On Profiles that it made itself it may, but where an administrator has set one apart.
    const labelled = (labels: object) => ({ metadata: { labels } });
    const ours = labelled({ 'app.kubernetes.io/managed-by': 'kubeflow-eks' });
    expect(await attempt(manager, 'PATCH', `${profiles}/fine`, ours)).toBe(403);
    expect(await attempt(administrator, 'PATCH', `${profiles}/fine`, ours)).toBe(200);
    expect(await attempt(manager, 'PATCH', `${profiles}/fine`, quota('80'))).toBe(200);
    const apart = labelled({ 'kubeflow-eks/own-quota': 'true' });
    expect(await attempt(administrator, 'PATCH', `${profiles}/fine`, apart)).toBe(200);
    expect(await attempt(manager, 'PATCH', `${profiles}/fine`, quota('8'))).toBe(403);
  });
});

function admissionBinding(namespace: string) {
  return {
    ...bindingOf(namespace, 'kubeflow-eks-profile-manager', '', {}, 'kubeflow-eks-tenant-access'),
    metadata: {
      namespace,
      name: 'kubeflow-eks-profile-manager',
      labels: { 'app.kubernetes.io/managed-by': 'kubeflow-eks' },
    },
    subjects: [{ apiGroup: rbac, kind: 'Group', name: kubernetesGroups.profileManager }],
  };
}

describe('the mark of the profile manager', () => {
  const victim = identity('victim@example.com');
  const marked = { 'kubeflow-eks/user': victim.key };

  test('the administrator of a namespace puts the victim’s label on a binding: refused, and the login goes through', async () => {
    expect((await login(client, victim.email, ['red'])).report.failures).toEqual([]);
    for (const labels of [marked, { ...marked, 'app.kubernetes.io/managed-by': 'kubeflow-eks' }]) {
      expect(
        await attempt(
          mallory,
          'POST',
          bindings('evil'),
          bindingOf('evil', 'forged', 'x@example.com', labels),
        ),
      ).toBe(403);
    }
    expect(
      await attempt(mallory, 'POST', bindings('evil'), bindingOf('evil', 'plain', 'x@example.com')),
    ).toBe(201);
    expect(await attempt(mallory, 'PATCH', bindings('evil', 'plain'), { metadata: { labels: marked } })).toBe(
      403,
    );
    const { report, requests } = await login(client, victim.email, ['red']);
    expect(report.failures).toEqual([]);
    expect(requests).toEqual({ read: 2, write: 0 });
  });

  test('a careless administrator takes a label off, or changes what carries it: refused; deleting is free', async () => {
    const [name] = await namesOf('red', victim.key);
    const path = bindings('red', name);
    for (const labels of [
      { 'app.kubernetes.io/managed-by': 'helm' },
      { 'kubeflow-eks/user': null },
      { team: 'red' },
    ]) {
      expect(await attempt(administrator, 'PATCH', path, { metadata: { labels } })).toBe(403);
    }
    expect(await attempt(administrator, 'DELETE', path)).toBe(200);
    await login(client, victim.email, ['red']);
    await mayCreatePods(victim.email, 'red', true);
  });

  test('somebody takes the name by which the profile manager enters a namespace: refused', async () => {
    const taken = bindingOf('evil', 'kubeflow-eks-profile-manager', 'x@example.com');
    expect(await attempt(mallory, 'POST', bindings('evil'), taken)).toBe(403);
  });
});

async function namesOf(namespace: string, key: string): Promise<string[]> {
  const found = await kubernetes().client.list<{ metadata: { name: string } }>(
    `${bindings(namespace)}?labelSelector=kubeflow-eks/user=${key}`,
  );
  return found.map(({ metadata }) => metadata.name);
}

describe('what was forged or edited while the policies were not there', () => {
  const marks = '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings/kubeflow-eks-marks';
  const victim = identity('founder@example.com');

  /** Does something as it could be done before the policies came. */
  async function withoutMarks(act: () => Promise<void>): Promise<void> {
    const binding = await kubernetes().client.get<{ spec: object }>(marks);
    const enforced = (spec: object) =>
      kubernetes().client.json({
        path: marks,
        method: 'PATCH',
        contentType: 'application/merge-patch+json',
        body: { spec },
      });
    const probe = bindingOf('evil', 'probe', 'x@example.com', { 'kubeflow-eks/user': 'probe' });
    const answers = (status: number) =>
      eventually(async () => {
        expect(await attempt(administrator, 'POST', `${bindings('evil')}?dryRun=All`, probe)).toBe(status);
      }, 30_000);
    await enforced({ validationActions: ['Audit'] });
    await answers(201);
    await act();
    await enforced(binding.spec);
    await answers(403);
  }

  beforeAll(async () => {
    await login(client, victim.email, ['red', 'green']);
    await login(client, 'leaver@example.com', ['red']);
    // Else each of a login's writes there is refused once before it enters.
    await accessCluster(client).admission.enter(client, 'evil');
    await withoutMarks(async () => {
      const { client: admin } = kubernetes();
      // In a namespace of the attacker's own, with the mark alone; many of them with all marks.
      await admin.apply(bindingOf('evil', 'forged', 'x@example.com', { 'kubeflow-eks/user': victim.key }));
      for (let index = 0; index < 120; index += 1) {
        await admin.apply(
          bindingOf('evil', `flood-${index}`, 'x@example.com', {
            'kubeflow-eks/user': victim.key,
            'app.kubernetes.io/managed-by': 'kubeflow-eks',
          }),
        );
      }
      // One of ours loses one label, another the other.
      const edit = async (namespace: string, key: string, labels: object) => {
        const [name] = await namesOf(namespace, key);
        expect(
          await attempt(administrator, 'PATCH', bindings(namespace, name), { metadata: { labels } }),
        ).toBe(200);
      };
      await edit('red', victim.key, { 'app.kubernetes.io/managed-by': 'kustomize' });
      await edit('red', identity('leaver@example.com').key, { 'kubeflow-eks/user': null });
      // The name by which we enter is taken, with a role that cannot be changed.
      await makeTenant(admin, 'blocked');
      await admin.apply(bindingOf('blocked', 'kubeflow-eks-profile-manager', 'x@example.com'));
    });
  }, 120_000);

  test('a login takes away a bounded number of forged objects, and goes through', async () => {
    const { report, requests } = await login(client, victim.email, ['red', 'green']);
    expect(report.failures.filter(({ leavesAccess }) => leavesAccess)).toEqual([]);
    expect(report.failures.map(({ reason }) => reason)).toEqual(Array(71).fill('TooManyObjects'));
    expect(report.grants.map(({ namespace }) => namespace)).toEqual(['green', 'red']);
    expect(requests.write).toBeLessThan(70);
    // What lost its second label is ours again.
    const [name] = await namesOf('red', victim.key);
    expect(await kubernetes().client.get(bindings('red', name))).toMatchObject({
      metadata: { labels: { 'app.kubernetes.io/managed-by': 'kubeflow-eks' } },
    });
  });

  test('the re-sync takes away the rest, and what nobody could find by a user', async () => {
    const users = [userOf(victim.email, '[red,green]')];
    const summary = await resync(users);
    expect(summary.failures).toEqual({});
    expect(await namesOf('evil', victim.key)).toEqual([]);
    await mayCreatePods('leaver@example.com', 'red', false);
    expect((await resync(users)).requests.write).toBe(0);
    expect((await login(client, victim.email, ['red', 'green'])).requests).toEqual({ read: 2, write: 0 });
  });

  test('a name taken in one namespace keeps nobody out of another, nor out of that one', async () => {
    const { report } = await login(client, 'both@example.com', ['blocked', 'green']);
    expect(report.failures).toEqual([]);
    await mayCreatePods('both@example.com', 'blocked', true);
  });
});

describe('two accounts with one e-mail', () => {
  const rules = rulesWith();
  const besides = (groups: string[]) => ({ others: () => Promise.resolve([grantsFor(groups, rules)]) });

  test('the login of the privileged one gives the other nothing, no matter who comes last, and a re-sync changes nothing', async () => {
    const admin = besides(['green']);
    const normal = besides(['red', 'green']);
    const email = 'twin@example.com';
    const first = await login(client, email, ['red', 'green'], rules, admin);
    expect(first.report.refusals).toMatchObject([{ reason: 'SharedEmail', namespace: 'red' }]);
    await mayCreatePods(email, 'green', true);
    await mayCreatePods(email, 'red', false);
    expect((await login(client, email, ['green'], rules, normal)).requests.write).toBe(0);
    const summary = await resync(
      [
        userOf(email, '[red,green]', { userName: 'D1_twin' }),
        userOf(email, 'green', { userName: 'D2_twin' }),
        userOf('founder@example.com', '[red,green]'),
      ],
      rules,
    );
    expect(summary.directory.sharedEmails).toBe(1);
    expect((await login(client, email, ['red', 'green'], rules, admin)).requests.write).toBe(0);
    await mayCreatePods(email, 'green', true);
  });

  test('where the directory cannot tell who else has the e-mail, nothing is added and nothing refused', async () => {
    const silent = { others: () => Promise.reject(new Error('throttled')) };
    const { report } = await login(client, 'alone@example.com', ['red'], rules, silent);
    expect(report).toMatchObject({
      grants: [],
      failures: [{ leavesAccess: false }, { leavesAccess: false }],
    });
    await mayCreatePods('alone@example.com', 'red', false);
    const unreadable = { others: () => Promise.resolve([undefined]) };
    expect(
      (await login(client, 'alone@example.com', ['red'], rules, unreadable)).report.failures,
    ).toMatchObject([{ reason: 'DirectoryUnreadable' }, { reason: 'DirectoryUnreadable' }]);
  });
});

test('every Profile gets the default quota, no matter who made it, and those without one are counted', async () => {
  const controller = startProfileController({ client: kubernetes().client });
  await controller.ready;
  try {
    await kubernetes().client.apply({
      apiVersion: 'kubeflow.org/v1',
      kind: 'Profile',
      metadata: { name: 'hungry' },
      spec: { owner: { kind: 'User', name: 'lead@example.com' } },
    });
    expect((await resync([])).profilesWithoutQuota).toBeGreaterThan(0);
    const rules = rulesWith({ default_quota: { cpu: '16' } });
    const summary = await resync([], rules);
    expect(summary).toMatchObject({ profilesWithoutQuota: 0, failures: {} });
    expect(summary.quotasGiven).toBeGreaterThan(0);
    await eventually(async () => {
      expect(
        await kubernetes().client.find('/api/v1/namespaces/hungry/resourcequotas/kf-resource-quota'),
      ).toMatchObject({ spec: { hard: { cpu: '16' } } });
    });
    expect((await resync([], rules)).requests.write).toBe(0);
  } finally {
    await controller.stop();
  }
});

test('a changed quota reaches the Profiles that are ours, limit by limit, and no others', async () => {
  const before = rulesWith({ profile_quota: { cpu: '4', pods: '10' } });
  await login(client, 'builder@example.com', ['quota-team', 'quota-apart'], before, { profileTimeoutMs: 1 });
  const profiles = '/apis/kubeflow.org/v1/profiles';
  const hardOf = async (name: string) =>
    (
      await kubernetes().client.get<{ spec: { resourceQuotaSpec?: { hard?: object } } }>(
        `${profiles}/${name}`,
      )
    ).spec.resourceQuotaSpec?.hard;
  const byHand = {
    apiVersion: 'kubeflow.org/v1',
    kind: 'Profile',
    metadata: { name: 'quota-by-hand' },
    spec: { owner: { kind: 'User', name: before.profile_owner }, resourceQuotaSpec: { hard: { cpu: '1' } } },
  };
  await kubernetes().client.apply(byHand);
  const apart = { metadata: { labels: { 'kubeflow-eks/own-quota': 'true' } } };
  expect(await attempt(administrator, 'PATCH', `${profiles}/quota-apart`, apart)).toBe(200);
  const after = rulesWith({ profile_quota: { cpu: '8', memory: '32Gi' }, create_profiles: false });
  const summary = await resync([], after);
  expect(summary.failures).toEqual({});
  expect(summary.quotasGiven).toBeGreaterThan(0);
  expect(await hardOf('quota-team')).toEqual({ cpu: '8', memory: '32Gi' });
  expect(await hardOf('quota-apart')).toEqual({ cpu: '4', pods: '10' });
  expect(await hardOf('quota-by-hand')).toEqual({ cpu: '1' });
  expect((await resync([], after)).requests.write).toBe(0);
  // A namespace's own comes before the rule for all; what is an administrator's stays.
  const own = { quota: { 'requests.nvidia.com/gpu': '4' } };
  const named = rulesWith({
    profile_quota: { cpu: '8', memory: '32Gi' },
    create_profiles: false,
    namespaces: { 'quota-team': own, 'quota-apart': own, 'quota-by-hand': own },
  });
  expect(await resync([], named)).toMatchObject({ quotasGiven: 1, failures: {} });
  expect(await hardOf('quota-team')).toEqual(own.quota);
  expect(await hardOf('quota-apart')).toEqual({ cpu: '4', pods: '10' });
  expect(await hardOf('quota-by-hand')).toEqual({ cpu: '1' });
  expect((await resync([], named)).requests.write).toBe(0);
  expect((await resync([], after)).quotasGiven).toBe(1);
  expect(await hardOf('quota-team')).toEqual({ cpu: '8', memory: '32Gi' });
  // A rule that is taken back takes no quota away.
  expect((await resync([], rulesWith())).quotasGiven).toBe(0);
});
