import type { DirectoryUser } from '../../core/access/directory';
import { isApiError } from '../../adapters/kubernetes/api-error';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { createKubernetesClient, type KubernetesClient } from '../../adapters/kubernetes/client';
import {
  accessCluster,
  reconcileUser,
  type ReconcileOptions,
  type UserReport,
} from '../../isolation/reconcile-user';
import { defaultRules } from '../../core/access/default-rules';
import { grantsFor } from '../../core/access/grants';
import { identityOf, type UserIdentity } from '../../core/access/user-identity';
import { accessRulesSchema, type AccessRules } from '../../core/access/rules';
import { defined } from '../../core/defined';
import { kubernetesGroups, managedByLabel } from '../../core/naming';
import type { KubeClient } from '../../local/kubernetes/kube-client';
import type { ControlPlane } from '../../local/kubernetes/control-plane';
import { installKubeflowApi, type KubeflowApiOptions } from '../../local/kubernetes/kubeflow-api';
import { waitFor } from '../../local/processes/wait-for';

const rbacFolder = join(__dirname, '../../builds/kubeflow/rbac');

/** Whom the profile manager is in the tests' clusters: an ordinary user in the group of its access entry. */
export const profileManager = { user: 'test:profile-manager', groups: [kubernetesGroups.profileManager] };

/** Somebody whom neither RBAC nor the policies keep from the profile manager's objects: what was edited before they came. */
export const unfencedEditor = {
  user: 'test:editor',
  groups: [kubernetesGroups.profileManager, 'system:masters'],
};

/** Whom the dashboard's access management (KFAM) is: the profile controller's account, an administrator. */
export const accessManagement = {
  user: 'system:serviceaccount:kubeflow:profiles-controller-service-account',
  groups: [
    'system:masters',
    'system:serviceaccounts',
    'system:serviceaccounts:kubeflow',
    'system:authenticated',
  ],
};

/** Kubeflow's API and roles, and our RBAC objects as the build applies them. */
export async function prepareCluster(
  { client }: ControlPlane,
  options: KubeflowApiOptions = {},
): Promise<void> {
  await installKubeflowApi(client, options);
  for (const file of await readdir(rbacFolder)) {
    const documents = parseAllDocuments(await readFile(join(rbacFolder, file), 'utf8'));
    await client.applyAll(documents.map((document) => document.toJS() as object));
  }
  await waitFor(() => isFenced(client), { what: 'the admission policies to be in force', timeoutMs: 60_000 });
}

/**
 * Whether the API server enforces the admission policies already: it takes them up some time after they are made. Asked
 * as those whom RBAC allows everything, for what a policy refuses each of them, without making it.
 */
async function isFenced(client: KubeClient): Promise<boolean> {
  const binding = (labels: Record<string, string>) => ({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: { name: 'probe', namespace: 'default', labels },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'kubeflow-edit' },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'probe@example.com' }],
  });
  const profile = (owner: string) => ({
    apiVersion: 'kubeflow.org/v1',
    kind: 'Profile',
    metadata: { name: 'probe' },
    spec: { owner: { kind: 'User', name: owner } },
  });
  const bindings = '/apis/rbac.authorization.k8s.io/v1/namespaces/default/rolebindings';
  const profiles = '/apis/kubeflow.org/v1/profiles';
  const manager = { user: 'test:probe', groups: [kubernetesGroups.profileManager, 'system:masters'] };
  const probes = [
    { path: bindings, body: binding({ [managedByLabel.key]: managedByLabel.value }), as: manager },
    { path: bindings, body: binding({ 'kubeflow-eks/user': 'probe' }), as: undefined },
    { path: profiles, body: profile('system:anonymous'), as: manager },
    { path: profiles, body: profile('probe@example.com'), as: accessManagement },
    {
      path: '/api/v1/namespaces/default/secrets',
      body: { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'probe' } },
      as: manager,
    },
  ];
  const answers = await Promise.all(
    probes.map(({ path, body, as }) =>
      client.raw({ path: `${path}?dryRun=All`, method: 'POST', body, ...defined({ as }) }),
    ),
  );
  return answers.every(({ status }) => status === 403);
}

/** The product's client with the profile manager's rights and no others. */
export function profileManagerClient(cluster: ControlPlane, endpoint = cluster.endpoint): KubernetesClient {
  return createKubernetesClient({
    endpoint,
    caPem: cluster.caPem,
    token: () => Promise.resolve(cluster.adminToken),
    impersonate: profileManager,
    timeoutMs: 5_000,
  });
}

/** A namespace as the profile controller leaves it for a group, without waiting for a controller. */
export async function makeTenant(
  client: KubeClient,
  name: string,
  owner: string = defaultRules.profile_owner,
): Promise<void> {
  await client.apply({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: {
      name,
      annotations: { owner },
      labels: { 'app.kubernetes.io/part-of': 'kubeflow-profile', 'istio-injection': 'enabled' },
    },
  });
}

/** Rules with all defaults but those given. */
export function rulesWith(changes: Partial<AccessRules> = {}): AccessRules {
  return accessRulesSchema.parse(changes);
}

/** The identity of an e-mail that can have one. */
export function identity(email: string): UserIdentity {
  const result = identityOf(email);
  if (!result.ok) throw new Error(result.problem);
  return result.identity;
}

/** One reconciliation as the profile manager does it, with the requests that it took. */
export async function login(
  client: KubernetesClient,
  email: string,
  groups: readonly string[],
  rules: AccessRules = rulesWith(),
  options: ReconcileOptions = {},
): Promise<{ report: UserReport; requests: { read: number; write: number } }> {
  const scoped = client.scope();
  const desired = grantsFor(groups, rules);
  const report = await reconcileUser(accessCluster(scoped), identity(email), desired, rules, options);
  return { report, requests: { ...scoped.requests } };
}

/**
 * Repeats an expectation until it holds: the API server's authorizer learns of a changed binding a few milliseconds
 * after the change was answered.
 */
export async function eventually(expectation: () => Promise<void>, timeoutMs = 3_000): Promise<void> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    try {
      await expectation();
      return;
    } catch (error) {
      if (Date.now() > end) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** The status with which the API server answers, 200 for whatever it does; anything else that goes wrong is thrown. */
export async function statusOf(attempt: Promise<unknown>): Promise<number> {
  try {
    await attempt;
    return 200;
  } catch (error) {
    if (isApiError(error)) return error.status;
    throw error;
  }
}

/** A directory's users as pages of one, so that whatever goes over a page does; `before` comes first. */
export async function* pagesOf(
  users: readonly DirectoryUser[],
  before: () => Promise<unknown> = () => Promise.resolve(),
): AsyncGenerator<readonly DirectoryUser[]> {
  await before();
  for (const user of users) yield [user];
}
