import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { createKubernetesClient, type KubernetesClient } from '../../adapters/kubernetes/client';
import { accessCluster, reconcileUser, type UserReport } from '../../isolation/reconcile-user';
import { grantsFor } from '../../core/access/grants';
import { identityOf, type Identity } from '../../core/access/identity';
import { accessRulesSchema, type AccessRules } from '../../core/access/rules';
import { kubernetesGroups } from '../../core/naming';
import type { KubeClient } from '../../local/kubernetes/client';
import type { ControlPlane } from '../../local/kubernetes/control-plane';
import { installKubeflowApi, type KubeflowApiOptions } from '../../local/kubernetes/kubeflow-api';
import { waitFor } from '../../local/processes/wait-for';

const rbacFolder = join(__dirname, '../../builds/kubeflow/rbac');

/** Whom the profile manager is in the tests' clusters: an ordinary user in the group of its access entry. */
export const profileManager = { user: 'test:profile-manager', groups: [kubernetesGroups.profileManager] };

/** Kubeflow's API and roles, and our RBAC objects as the build applies them. */
export async function prepareCluster(
  { client }: ControlPlane,
  options: KubeflowApiOptions = {},
): Promise<void> {
  await installKubeflowApi(client, options);
  for (const file of ['profile-manager.yaml', 'observer.yaml', 'admission-policies.yaml']) {
    const documents = parseAllDocuments(await readFile(join(rbacFolder, file), 'utf8'));
    await client.applyAll(documents.map((document) => document.toJS() as object));
  }
  await waitFor(() => isFenced(client), { what: 'the admission policies to be in force', timeoutMs: 60_000 });
}

/**
 * Whether the API server enforces the admission policies already: it takes them up some time after they are made. Asked
 * as somebody whom RBAC allows everything, for a binding where none may be, without making it.
 */
async function isFenced(client: KubeClient): Promise<boolean> {
  const { status } = await client.raw({
    path: '/apis/rbac.authorization.k8s.io/v1/namespaces/default/rolebindings?dryRun=All',
    method: 'POST',
    body: {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata: {
        name: 'probe',
        namespace: 'default',
        labels: { 'app.kubernetes.io/managed-by': 'kubeflow-eks' },
      },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'kubeflow-edit' },
      subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'probe@example.com' }],
    },
    as: { user: 'test:probe', groups: [kubernetesGroups.profileManager, 'system:masters'] },
  });
  return status === 403;
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

/** A namespace as the profile controller leaves it, without waiting for a controller. */
export async function makeTenant(
  client: KubeClient,
  name: string,
  owner = 'owner@example.com',
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
export function identity(email: string): Identity {
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
): Promise<{ report: UserReport; requests: { read: number; write: number } }> {
  const scoped = client.scope();
  const report = await reconcileUser(accessCluster(scoped), identity(email), grantsFor(groups, rules), rules);
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
