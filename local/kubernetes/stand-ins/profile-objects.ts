import type { KubeObject } from '../kube-client';
import { defined } from '../../../core/defined';

/** A Profile as its controller reads it. */
export interface Profile extends KubeObject {
  spec?: {
    owner?: { apiGroup?: string; kind: string; name: string; namespace?: string };
    resourceQuotaSpec?: { hard?: Record<string, string | number> };
  };
}

type Owner = NonNullable<NonNullable<Profile['spec']>['owner']>;

const rbac = 'rbac.authorization.k8s.io';
/** Labels that Kubeflow's components look for on a tenant's namespace. */
const namespaceLabels = {
  'istio-injection': 'enabled',
  'app.kubernetes.io/part-of': 'kubeflow-profile',
  'katib.kubeflow.org/metrics-collector-injection': 'enabled',
  'pipelines.kubeflow.org/enabled': 'true',
  'serving.kubeflow.org/inferenceservice': 'enabled',
};
const ingressGateway = 'cluster.local/ns/istio-system/sa/istio-ingressgateway-service-account';
const pipelinesUi = 'cluster.local/ns/kubeflow/sa/ml-pipeline-ui';
const notebookController = 'cluster.local/ns/kubeflow/sa/notebook-controller-service-account';

export const profileApiVersion = 'kubeflow.org/v1';
export const finalizer = 'profile-finalizer';
export const ownerAnnotation = 'owner';

/** The namespace of a Profile. Its labels are set only where they are missing: a tenant's own choice stays. */
export function namespaceOf(profile: Profile, owner: Owner, existing: KubeObject | undefined): KubeObject {
  const present = existing?.metadata.labels ?? {};
  const labels = Object.fromEntries(
    Object.entries(namespaceLabels).map(([name, value]) => [name, present[name] ?? value]),
  );
  return {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: {
      name: profile.metadata.name,
      annotations: { [ownerAnnotation]: owner.name },
      labels,
      ownerReferences: [ownerReference(profile)],
    },
  };
}

/** What a Profile has in its namespace, as Kubeflow's profile controller makes it. */
export function objectsOf(profile: Profile, owner: Owner): KubeObject[] {
  const { name: namespace } = profile.metadata;
  const quota = profile.spec?.resourceQuotaSpec;
  const metadata = (name: string, annotations?: Record<string, string>): KubeObject['metadata'] => ({
    name,
    namespace,
    ...defined({ annotations }),
    ownerReferences: [ownerReference(profile)],
  });
  const asAdmin = { user: owner.name, role: 'admin' };
  const account = (name: string, role: string): KubeObject[] => [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: metadata(name) },
    roleBinding(metadata(name), role, { kind: 'ServiceAccount', name, namespace }),
  ];
  return [
    ...account('default-editor', 'kubeflow-edit'),
    ...account('default-viewer', 'kubeflow-view'),
    roleBinding(metadata('namespaceAdmin', asAdmin), 'kubeflow-admin', owner),
    {
      apiVersion: 'security.istio.io/v1',
      kind: 'AuthorizationPolicy',
      metadata: metadata('ns-owner-access-istio', asAdmin),
      spec: { action: 'ALLOW', rules: rules(namespace, owner.name) },
    },
    ...(Object.keys(quota?.hard ?? {}).length > 0
      ? [{ apiVersion: 'v1', kind: 'ResourceQuota', metadata: metadata('kf-resource-quota'), spec: quota }]
      : []),
  ];
}

function rules(namespace: string, owner: string): object[] {
  return [
    {
      from: [{ source: { principals: [ingressGateway, pipelinesUi] } }],
      when: [{ key: 'request.headers[kubeflow-userid]', values: [owner] }],
    },
    { when: [{ key: 'source.namespace', values: [namespace] }] },
    // Knative's probes.
    { to: [{ operation: { paths: ['/healthz', '/metrics', '/wait-for-drain'] } }] },
    {
      from: [{ source: { principals: [notebookController] } }],
      to: [{ operation: { methods: ['GET'], paths: ['*/api/kernels'] } }],
    },
  ];
}

function roleBinding(metadata: KubeObject['metadata'], role: string, subject: Owner): KubeObject {
  return {
    apiVersion: `${rbac}/v1`,
    kind: 'RoleBinding',
    metadata,
    roleRef: { apiGroup: rbac, kind: 'ClusterRole', name: role },
    subjects: [
      subject.kind === 'ServiceAccount' ? subject : { ...subject, apiGroup: subject.apiGroup ?? rbac },
    ],
  };
}

function ownerReference({ metadata }: Profile): object {
  return {
    apiVersion: profileApiVersion,
    kind: 'Profile',
    name: metadata.name,
    uid: metadata.uid,
    controller: true,
    blockOwnerDeletion: true,
  };
}
