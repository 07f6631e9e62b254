/** One folder of the distribution that the installer renders. */
export interface Part {
  path: string;
  /** Where its workloads are, and whether the folder makes that namespace. */
  namespace?: { name: string; made: boolean };
  /** Names of its workloads. */
  deployments?: readonly string[];
  /** A file of `local/kubernetes/crds` that it brings. */
  definitions?: string;
}

const kubeflow = { name: 'kubeflow', made: false } as const;

/** The folders in the order of an installation, but for those that are written by hand or come from Go modules. */
export const parts: readonly Part[] = [
  { path: 'common/kubeflow-namespace/base', namespace: { name: 'kubeflow', made: true } },
  {
    path: 'common/cert-manager/base',
    namespace: { name: 'cert-manager', made: true },
    deployments: ['cert-manager', 'cert-manager-cainjector', 'cert-manager-webhook'],
  },
  { path: 'common/cert-manager/overlays/kubeflow' },
  { path: 'common/istio/istio-namespace/base', namespace: { name: 'istio-system', made: true } },
  {
    path: 'common/istio/istio-install/overlays/oauth2-proxy',
    namespace: { name: 'istio-system', made: false },
    deployments: ['istiod', 'istio-ingressgateway'],
  },
  { path: 'common/istio/kubeflow-istio-resources/base' },
  {
    path: 'applications/dashboard/overlays/istio',
    namespace: kubeflow,
    deployments: ['dashboard', 'profiles-deployment', 'poddefaults-webhook-deployment'],
    definitions: 'kubeflow.yaml',
  },
  {
    path: 'common/knative/knative-serving/overlays/gateways',
    namespace: { name: 'knative-serving', made: true },
    deployments: ['controller', 'webhook', 'activator', 'autoscaler'],
  },
  {
    path: 'common/istio/cluster-local-gateway/base',
    namespace: { name: 'istio-system', made: false },
    deployments: ['cluster-local-gateway'],
  },
  { path: 'applications/kserve/kserve', namespace: kubeflow, deployments: ['kserve-controller-manager'] },
  {
    path: 'applications/kserve/models-web-app/overlays/kubeflow',
    namespace: kubeflow,
    deployments: ['kserve-models-web-app'],
  },
  {
    path: 'applications/pipeline/overlays',
    namespace: kubeflow,
    deployments: ['mysql', 'seaweedfs', 'ml-pipeline', 'ml-pipeline-ui', 'workflow-controller'],
  },
  {
    path: 'applications/notebooks-v1/overlays/istio',
    namespace: kubeflow,
    deployments: ['notebook-controller-deployment', 'jupyter-web-app-deployment'],
  },
  {
    path: 'applications/katib/upstream/installs/katib-with-kubeflow',
    namespace: kubeflow,
    deployments: ['katib-controller', 'katib-db-manager', 'katib-mysql', 'katib-ui'],
  },
  {
    path: 'applications/trainer/overlays',
    namespace: { name: 'kubeflow-system', made: true },
    deployments: ['kubeflow-trainer-controller-manager'],
  },
  {
    path: 'applications/spark/spark-operator/overlays/kubeflow',
    namespace: kubeflow,
    deployments: ['spark-operator-controller', 'spark-operator-webhook'],
  },
];
