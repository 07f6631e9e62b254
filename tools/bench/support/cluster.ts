import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { TenantAdmission } from '../../../isolation/admission';
import { bounded } from '../../../isolation/bounded';
import { createKubernetesClient, type KubernetesClient } from '../../../adapters/kubernetes/client';
import { defaultRules } from '../../../core/access/default-rules';
import { kubernetesGroups } from '../../../core/naming';
import {
  startControlPlane,
  type ControlPlane,
  type ControlPlaneOptions,
} from '../../../local/kubernetes/control-plane';
import { installKubeflowApi } from '../../../local/kubernetes/kubeflow-api';
import { say } from './output';

const rbacFolder = join(__dirname, '../../../builds/kubeflow/rbac');

/** A control plane with Kubeflow's API and our RBAC objects, for one run of a bench. */
export interface BenchCluster {
  readonly controlPlane: ControlPlane;
  /** As the administrator. */
  readonly admin: KubernetesClient;
  /** As the profile manager: with its rights and no others. */
  readonly profileManager: KubernetesClient;
  stop(): Promise<void>;
}

/** Starts it. Both of Istio's APIs are served: the seed's algorithm needs the old one. */
export async function startBenchCluster(options: Partial<ControlPlaneOptions> = {}): Promise<BenchCluster> {
  const dir = await mkdtemp(join(tmpdir(), 'kfe-bench-'));
  const controlPlane = await startControlPlane({ clusterName: 'bench', onProgress: say, ...options, dir });
  await installKubeflowApi(controlPlane.client, { istio: 'current' });
  await installKubeflowApi(controlPlane.client, { istio: 'v1alpha1' });
  for (const file of await readdir(rbacFolder)) {
    const documents = parseAllDocuments(await readFile(join(rbacFolder, file), 'utf8'));
    await controlPlane.client.applyAll(documents.map((document) => document.toJS() as object));
  }
  const { endpoint, caPem, adminToken } = controlPlane;
  const connection = { endpoint, caPem, token: () => Promise.resolve(adminToken), timeoutMs: 60_000 };
  const admin = createKubernetesClient(connection);
  const impersonate = { user: 'bench:profile-manager', groups: [kubernetesGroups.profileManager] };
  const profileManager = createKubernetesClient({ ...connection, impersonate });
  return {
    controlPlane,
    admin,
    profileManager,
    async stop() {
      admin.close();
      profileManager.close();
      await controlPlane.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** Name of the bench's n-th tenant. */
export function tenantName(index: number): string {
  return `team-${String(index).padStart(4, '0')}`;
}

const rbacApi = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'RoleBinding', plural: 'rolebindings' };
const istioApi = {
  apiVersion: 'security.istio.io/v1',
  kind: 'AuthorizationPolicy',
  plural: 'authorizationpolicies',
};
const namespaceApi = { apiVersion: 'v1', kind: 'Namespace', plural: 'namespaces' };
const profileApi = { apiVersion: 'kubeflow.org/v1', kind: 'Profile', plural: 'profiles' };

/**
 * Makes tenants as the profile controller leaves them (three bindings and a policy), each with two contributors that
 * the dashboard made and the binding that lets the profile manager in, as a re-sync leaves it.
 */
export async function makeTenants(
  cluster: Pick<BenchCluster, 'admin' | 'profileManager'>,
  from: number,
  to: number,
): Promise<void> {
  const jobs = Array.from({ length: to - from }, (_, offset) => () => makeTenant(cluster, from + offset));
  await bounded(12, jobs);
}

async function makeTenant(
  { admin, profileManager }: Pick<BenchCluster, 'admin' | 'profileManager'>,
  index: number,
): Promise<void> {
  const namespace = tenantName(index);
  const owner = defaultRules.profile_owner;
  await admin.create(profileApi, {
    ...profileApi,
    metadata: { name: namespace },
    spec: { owner: { apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: owner } },
  });
  await admin.create(namespaceApi, {
    ...namespaceApi,
    metadata: {
      name: namespace,
      annotations: { owner },
      labels: { 'app.kubernetes.io/part-of': 'kubeflow-profile', 'istio-injection': 'enabled' },
    },
  });
  const users = [`first-${index}@example.com`, `second-${index}@example.com`];
  const account = (name: string) => ({ kind: 'ServiceAccount', name, namespace });
  await Promise.all([
    admin.create(rbacApi, binding(namespace, 'default-editor', 'kubeflow-edit', account('default-editor'))),
    admin.create(rbacApi, binding(namespace, 'default-viewer', 'kubeflow-view', account('default-viewer'))),
    admin.create(rbacApi, binding(namespace, 'namespaceAdmin', 'kubeflow-admin', user(owner), owner)),
    new TenantAdmission().enter(profileManager, namespace),
    admin.create(istioApi, policy(namespace, 'ns-owner-access-istio', owner)),
    ...users.flatMap((email) => {
      const name = `user-${email.replaceAll(/[^a-z0-9]+/g, '-')}-clusterrole-edit`;
      return [
        admin.create(rbacApi, binding(namespace, name, 'kubeflow-edit', user(email), email)),
        admin.create(istioApi, policy(namespace, name, email)),
      ];
    }),
  ]);
}

function user(name: string) {
  return { apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name };
}

function binding(namespace: string, name: string, role: string, subject: object, email?: string): object {
  const annotations = email === undefined ? {} : { user: email, role: role.replace('kubeflow-', '') };
  return {
    ...rbacApi,
    metadata: { namespace, name, annotations },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role },
    subjects: [subject],
  };
}

function policy(namespace: string, name: string, email: string): object {
  return {
    ...istioApi,
    metadata: { namespace, name, annotations: { user: email, role: 'edit' } },
    spec: { rules: [{ when: [{ key: 'request.headers[kubeflow-userid]', values: [email] }] }] },
  };
}
