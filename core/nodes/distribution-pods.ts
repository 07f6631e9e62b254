import type { PodRequests } from './requests';

/**
 * What the workloads of each component of the pinned distribution ask of nodes, Istio's sidecars included, as
 * `check:upstream --json` prints them, which says where this differs from a checkout.
 */
export const componentPods: Readonly<Record<string, readonly PodRequests[]>> = {
  'cert-manager': [
    { name: 'cert-manager', replicas: 1, cpuMillis: 0, memoryMiB: 0 },
    { name: 'cert-manager-cainjector', replicas: 1, cpuMillis: 0, memoryMiB: 0 },
    { name: 'cert-manager-webhook', replicas: 1, cpuMillis: 0, memoryMiB: 0 },
  ],
  istio: [
    { name: 'istio-ingressgateway', replicas: 1, cpuMillis: 100, memoryMiB: 128 },
    { name: 'istiod', replicas: 1, cpuMillis: 500, memoryMiB: 2048 },
    { name: 'istio-cni-node', cpuMillis: 100, memoryMiB: 100 },
  ],
  login: [{ name: 'oauth2-proxy', replicas: 2, cpuMillis: 0, memoryMiB: 0 }],
  dashboard: [
    { name: 'dashboard', replicas: 1, cpuMillis: 10, memoryMiB: 40 },
    { name: 'poddefaults-webhook-deployment', replicas: 1, cpuMillis: 0, memoryMiB: 0 },
    { name: 'profiles-deployment', replicas: 1, cpuMillis: 10, memoryMiB: 40 },
  ],
  knative: [
    { name: 'activator', replicas: 1, cpuMillis: 310, memoryMiB: 100 },
    { name: 'autoscaler', replicas: 1, cpuMillis: 110, memoryMiB: 140 },
    { name: 'controller', replicas: 1, cpuMillis: 110, memoryMiB: 140 },
    { name: 'net-istio-controller', replicas: 1, cpuMillis: 40, memoryMiB: 80 },
    { name: 'net-istio-webhook', replicas: 1, cpuMillis: 30, memoryMiB: 60 },
    { name: 'webhook', replicas: 1, cpuMillis: 110, memoryMiB: 140 },
  ],
  'cluster-local-gateway': [{ name: 'cluster-local-gateway', replicas: 1, cpuMillis: 100, memoryMiB: 128 }],
  // Of KServe's sources (config/manager, config/localmodels, config/llmisvc), with the sidecar.
  kserve: [
    { name: 'kserve-controller-manager', replicas: 1, cpuMillis: 100, memoryMiB: 200 },
    { name: 'kserve-localmodel-controller-manager', replicas: 1, cpuMillis: 110, memoryMiB: 240 },
    { name: 'llmisvc-controller-manager', replicas: 1, cpuMillis: 110, memoryMiB: 340 },
  ],
  'kserve-models': [{ name: 'kserve-models-web-application', replicas: 1, cpuMillis: 10, memoryMiB: 40 }],
  pipelines: [
    { name: 'cache-server', replicas: 1, cpuMillis: 10, memoryMiB: 40, isX86Only: true },
    { name: 'kubeflow-pipelines-profile-controller', replicas: 1, cpuMillis: 0, memoryMiB: 0 },
    { name: 'metadata-envoy-deployment', replicas: 1, cpuMillis: 0, memoryMiB: 0, isX86Only: true },
    { name: 'metadata-grpc-deployment', replicas: 1, cpuMillis: 10, memoryMiB: 40, isX86Only: true },
    { name: 'metadata-writer', replicas: 1, cpuMillis: 10, memoryMiB: 40, isX86Only: true },
    { name: 'ml-pipeline', replicas: 1, cpuMillis: 260, memoryMiB: 540, isX86Only: true },
    { name: 'ml-pipeline-persistenceagent', replicas: 1, cpuMillis: 130, memoryMiB: 540, isX86Only: true },
    { name: 'ml-pipeline-scheduledworkflow', replicas: 1, cpuMillis: 10, memoryMiB: 40, isX86Only: true },
    { name: 'ml-pipeline-ui', replicas: 1, cpuMillis: 20, memoryMiB: 110, isX86Only: true },
    { name: 'ml-pipeline-viewer-crd', replicas: 1, cpuMillis: 10, memoryMiB: 40, isX86Only: true },
    { name: 'ml-pipeline-visualizationserver', replicas: 1, cpuMillis: 40, memoryMiB: 540, isX86Only: true },
    { name: 'mysql', replicas: 1, cpuMillis: 110, memoryMiB: 840 },
    { name: 'seaweedfs', replicas: 1, cpuMillis: 42, memoryMiB: 168 },
    { name: 'workflow-controller', replicas: 1, cpuMillis: 110, memoryMiB: 540 },
    { name: 'metacontroller', replicas: 1, cpuMillis: 100, memoryMiB: 256 },
  ],
  notebooks: [
    { name: 'jupyter-web-app-deployment', replicas: 1, cpuMillis: 10, memoryMiB: 40 },
    { name: 'notebook-controller-deployment', replicas: 1, cpuMillis: 10, memoryMiB: 40 },
    { name: 'pvcviewer-controller-manager', replicas: 1, cpuMillis: 25, memoryMiB: 168 },
    { name: 'tensorboard-controller-deployment', replicas: 1, cpuMillis: 25, memoryMiB: 168 },
    { name: 'tensorboards-web-app-deployment', replicas: 1, cpuMillis: 10, memoryMiB: 40 },
    { name: 'volumes-web-app-deployment', replicas: 1, cpuMillis: 10, memoryMiB: 40 },
  ],
  katib: [
    { name: 'katib-controller', replicas: 1, cpuMillis: 0, memoryMiB: 0 },
    { name: 'katib-db-manager', replicas: 1, cpuMillis: 0, memoryMiB: 0 },
    { name: 'katib-mysql', replicas: 1, cpuMillis: 0, memoryMiB: 0 },
    { name: 'katib-ui', replicas: 1, cpuMillis: 10, memoryMiB: 40 },
  ],
  trainer: [
    { name: 'jobset-controller-manager', replicas: 1, cpuMillis: 510, memoryMiB: 168 },
    { name: 'kubeflow-trainer-controller-manager', replicas: 1, cpuMillis: 10, memoryMiB: 40 },
  ],
  // With the registry of one namespace; others ask what `further-registry` says.
  'model-registry': [
    { name: 'model-registry-ui', replicas: 1, cpuMillis: 510, memoryMiB: 2088 },
    { name: 'model-registry-db', replicas: 1, cpuMillis: 50, memoryMiB: 256 },
    { name: 'model-registry-deployment', replicas: 1, cpuMillis: 60, memoryMiB: 296 },
  ],
  // The driver of EFS, by the defaults of its chart (aws-efs-csi-driver, `values.yaml`): none of its containers asks for anything.
  'shared-volumes': [
    { name: 'efs-csi-node', cpuMillis: 0, memoryMiB: 0 },
    { name: 'efs-csi-controller', replicas: 2, cpuMillis: 0, memoryMiB: 0 },
  ],
  // EKS' add-on for CloudWatch, by the defaults of its chart (aws-observability/helm-charts 6.4, `values.yaml`). On nodes with GPUs it has one
  // more pod each, which is not counted.
  'container-insights': [
    { name: 'cloudwatch-agent', cpuMillis: 250, memoryMiB: 128 },
    {
      name: 'amazon-cloudwatch-observability-controller-manager',
      replicas: 1,
      cpuMillis: 100,
      memoryMiB: 64,
    },
  ],
  'container-logs': [{ name: 'fluent-bit', cpuMillis: 50, memoryMiB: 25 }],
  // The page's own pod in each Profile, with the sidecar (`builds/kubeflow/hooks/artifacts.py`).
  'artifacts-of-a-profile': [
    { name: 'ml-pipeline-ui-artifact', replicas: 1, cpuMillis: 20, memoryMiB: 110, isX86Only: true },
  ],
  'further-registry': [
    { name: 'model-registry-db', replicas: 1, cpuMillis: 50, memoryMiB: 256 },
    { name: 'model-registry-deployment', replicas: 1, cpuMillis: 60, memoryMiB: 296 },
  ],
  spark: [
    { name: 'spark-operator-controller', replicas: 1, cpuMillis: 0, memoryMiB: 0 },
    { name: 'spark-operator-webhook', replicas: 1, cpuMillis: 0, memoryMiB: 0 },
  ],
};

/** What EKS' add-ons and the load balancer controller ask, by the defaults of their manifests and charts. */
export const clusterPods: readonly PodRequests[] = [
  { name: 'aws-node', cpuMillis: 50, memoryMiB: 0 },
  { name: 'kube-proxy', cpuMillis: 100, memoryMiB: 0 },
  { name: 'eks-pod-identity-agent', cpuMillis: 0, memoryMiB: 0 },
  { name: 'ebs-csi-node', cpuMillis: 30, memoryMiB: 120 },
  { name: 'coredns', replicas: 2, cpuMillis: 100, memoryMiB: 70 },
  { name: 'ebs-csi-controller', replicas: 2, cpuMillis: 60, memoryMiB: 240 },
  { name: 'aws-load-balancer-controller', replicas: 2, cpuMillis: 0, memoryMiB: 0 },
];

/**
 * The pods of the distribution that are left out, by name, where what they would store is outside of the cluster
 * (`builds/kubeflow/overlay/artifact-store.ts`, `external-database.ts`).
 */
export function podsElsewhere(configuration: {
  artifacts?: object | undefined;
  database?: object | undefined;
}): ReadonlySet<string> {
  return new Set([
    ...(configuration.artifacts === undefined ? [] : ['seaweedfs']),
    ...(configuration.database === undefined ? [] : ['mysql', 'katib-mysql']),
  ]);
}

/**
 * The namespaces that a configuration names, each of which is or becomes a Profile: there may be more, which nobody knows before
 * people log in.
 */
export function namedProfiles({
  access,
  kubeflow,
}: {
  access: {
    namespaces: Readonly<Record<string, unknown>>;
    namespace_aliases: Readonly<Record<string, string>>;
  };
  kubeflow: { model_registry?: { namespaces: readonly string[] } | undefined };
}): string[] {
  const names = [
    ...Object.keys(access.namespaces),
    ...Object.values(access.namespace_aliases),
    ...(kubeflow.model_registry?.namespaces ?? []),
  ];
  return [...new Set(names)];
}
