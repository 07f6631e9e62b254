/**
 * What of Pipelines in the distribution depends on its object store, beside the store itself, in few words
 * (kubeflow/community-distribution 26.03.1, applications/pipeline): an installation that keeps artifacts in S3 changes all of it.
 */

const storeKey = (name: string, key: string) => ({
  name,
  valueFrom: { secretKeyRef: { name: 'mlpipeline-minio-artifact', key } },
});
const configMap = (name: string, data: Readonly<Record<string, string>>) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'kubeflow' },
  data,
});
const ofStore = (kind: string, apiVersion: string, name: string, spec: object) => ({
  apiVersion,
  kind,
  metadata: { name, namespace: 'kubeflow' },
  spec,
});

/** Variables of its workloads, by name. */
export const pipelinesEnvironments: Readonly<Record<string, { env: object[] }>> = {
  'ml-pipeline': {
    env: [
      { name: 'OBJECTSTORECONFIG_SECURE', value: 'false' },
      { name: 'OBJECTSTORECONFIG_HOST', value: 'seaweedfs.kubeflow' },
      { name: 'OBJECTSTORECONFIG_PORT', value: '9000' },
      storeKey('OBJECTSTORECONFIG_ACCESSKEY', 'accesskey'),
      storeKey('OBJECTSTORECONFIG_SECRETACCESSKEY', 'secretkey'),
    ],
  },
  'ml-pipeline-ui': {
    env: [
      storeKey('MINIO_ACCESS_KEY', 'accesskey'),
      storeKey('MINIO_SECRET_KEY', 'secretkey'),
      { name: 'ARGO_ARCHIVE_LOGS', value: 'true' },
    ],
  },
  'kubeflow-pipelines-profile-controller': {
    env: [
      { name: 'AWS_ENDPOINT_URL', value: 'http://seaweedfs.kubeflow:8111' },
      { name: 'S3_ENDPOINT_URL', value: 'http://seaweedfs.kubeflow:8333' },
      { name: 'AWS_REGION', value: 'us-east-1' },
      storeKey('AWS_ACCESS_KEY_ID', 'accesskey'),
      storeKey('AWS_SECRET_ACCESS_KEY', 'secretkey'),
      { name: 'OBJECT_STORE_HOST', value: 'seaweedfs' },
    ],
  },
};

/** Its settings, and the parts of the store that are no workload. */
export const pipelinesObjects: readonly object[] = [
  configMap('workflow-controller-configmap', {
    artifactRepository: JSON.stringify({
      archiveLogs: true,
      s3: {
        endpoint: 'seaweedfs.kubeflow:9000',
        bucket: 'mlpipeline',
        insecure: true,
        accessKeySecret: { name: 'mlpipeline-minio-artifact', key: 'accesskey' },
        secretKeySecret: { name: 'mlpipeline-minio-artifact', key: 'secretkey' },
      },
    }),
  }),
  configMap('kubeflow-pipelines-profile-controller-code-9h5k2f7m4t', {
    'sync.py': '# makes a user of seaweedfs for each namespace, and its Secret mlpipeline-minio-artifact',
  }),
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name: 'ml-pipeline-ui' },
    rules: [
      { apiGroups: [''], resources: ['pods', 'pods/log'], verbs: ['get'] },
      { apiGroups: [''], resources: ['secrets'], verbs: ['get', 'list'] },
    ],
  },
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'Role',
    metadata: { name: 'ml-pipeline-ui', namespace: 'kubeflow' },
    rules: [{ apiGroups: [''], resources: ['secrets', 'configmaps'], verbs: ['get', 'list'] }],
  },
  { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'seaweedfs', namespace: 'kubeflow' } },
  ofStore('Service', 'v1', 'seaweedfs', {
    ports: [{ name: 'http-s3', port: 8333 }],
    selector: { app: 'seaweedfs' },
  }),
  ofStore('NetworkPolicy', 'networking.k8s.io/v1', 'seaweedfs', {
    podSelector: { matchLabels: { app: 'seaweedfs' } },
    policyTypes: ['Ingress'],
    ingress: [{ from: [{ podSelector: {} }], ports: [{ port: 8333 }] }],
  }),
  ofStore('AuthorizationPolicy', 'security.istio.io/v1', 'seaweedfs-service', {
    action: 'ALLOW',
    selector: { matchLabels: { app: 'seaweedfs' } },
    rules: [{}],
  }),
  ofStore('DestinationRule', 'networking.istio.io/v1', 'ml-pipeline-seaweedfs', {
    host: 'seaweedfs.kubeflow.svc.cluster.local',
    trafficPolicy: { tls: { mode: 'ISTIO_MUTUAL' } },
  }),
];
