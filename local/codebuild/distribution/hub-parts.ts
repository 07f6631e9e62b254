import type { Part } from './part';

const page = { app: 'model-registry-ui' };
const server = { component: 'model-registry-server' };
const database = { component: 'db' };

function workload(name: string, labels: object, pod: object, annotations = {}): object {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, labels },
    spec: {
      replicas: 1,
      selector: { matchLabels: labels },
      template: { metadata: { labels, annotations }, spec: pod },
    },
  };
}

const settings = (name: string, data: object): object => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name },
  data,
});

const service = (name: string, labels: object, selector: object, port: object): object => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, labels },
  spec: { type: 'ClusterIP', selector, ports: [port] },
});

const fromSecretAnd = (...maps: string[]): object[] => [
  { secretRef: { name: 'model-registry-db-secrets' } },
  ...maps.map((name) => ({ configMapRef: { name } })),
];

/** A registry with its database, in no namespace yet: `overlays/postgres` of Kubeflow Hub 0.3.9 (`manifests/kustomize`). */
const registry: readonly object[] = [
  { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'model-registry-server' } },
  settings('model-registry-configmap', { MODEL_REGISTRY_REST_SERVICE_PORT: '8080' }),
  settings('model-registry-db-parameters', { POSTGRES_DB: 'metadb', POSTGRES_PORT: '5432' }),
  {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'model-registry-db-secrets' },
    stringData: { POSTGRES_USER: 'root', POSTGRES_PASSWORD: 'test' },
  },
  {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: 'metadata-postgres' },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '10Gi' } } },
  },
  workload('model-registry-db', database, {
    containers: [
      {
        name: 'db-container',
        image: 'stand-in.invalid/postgres:local',
        envFrom: fromSecretAnd('model-registry-db-parameters'),
      },
    ],
    volumes: [{ name: 'metadata-postgres', persistentVolumeClaim: { claimName: 'metadata-postgres' } }],
  }),
  workload(
    'model-registry-deployment',
    server,
    {
      serviceAccountName: 'model-registry-server',
      containers: [
        {
          name: 'rest-container',
          image: 'stand-in.invalid/model-registry:local',
          envFrom: fromSecretAnd('model-registry-configmap', 'model-registry-db-parameters'),
        },
      ],
    },
    { 'traffic.sidecar.istio.io/excludeOutboundPorts': '5432' },
  ),
  service('model-registry-db', database, database, { name: 'dbapi', port: 5432 }),
  service('model-registry-service', { component: 'model-registry' }, server, {
    name: 'http-api',
    port: 8080,
    appProtocol: 'http',
  }),
];

const inKubeflow = { namespace: 'kubeflow' };
const account = { kind: 'ServiceAccount', name: 'model-registry-ui', ...inKubeflow };

/** What the page's account may: it asks the API server what its visitor may, and nothing else of it is a tenant's. */
const rights = (
  [
    ['model-registry-ui-services-reader', '', 'services', ['get', 'list', 'watch']],
    ['model-registry-create-sars', 'authorization.k8s.io', 'subjectaccessreviews', ['create']],
  ] as const
).flatMap(([name, group, resource, verbs]) => [
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name },
    rules: [{ apiGroups: [group], resources: [resource], verbs }],
  },
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name: `${name}-binding` },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name },
    subjects: [account],
  },
]);

/** The page: `options/ui/overlays/istio`. */
const ui: readonly object[] = [
  { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'model-registry-ui', ...inKubeflow } },
  ...rights,
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'model-registry-ui-service', ...inKubeflow, labels: page },
    spec: { type: 'ClusterIP', selector: page, ports: [{ name: 'http', port: 80, targetPort: 8080 }] },
  },
  {
    apiVersion: 'networking.istio.io/v1',
    kind: 'VirtualService',
    metadata: { name: 'model-registry-ui', ...inKubeflow },
    spec: {
      gateways: ['kubeflow-gateway'],
      hosts: ['*'],
      http: [
        {
          match: [{ uri: { prefix: '/model-registry/' } }],
          rewrite: { uri: '/' },
          route: [
            {
              destination: {
                host: 'model-registry-ui-service.kubeflow.svc.cluster.local',
                port: { number: 80 },
              },
            },
          ],
        },
      ],
    },
  },
  {
    apiVersion: 'security.istio.io/v1',
    kind: 'AuthorizationPolicy',
    metadata: { name: 'model-registry-ui', ...inKubeflow },
    spec: {
      action: 'ALLOW',
      selector: { matchLabels: page },
      rules: [
        {
          from: [
            {
              source: {
                principals: ['cluster.local/ns/istio-system/sa/istio-ingressgateway-service-account'],
              },
            },
          ],
        },
      ],
    },
  },
];

/** The two folders of Kubeflow Hub that an installation is made of. */
export const modelRegistryParts: readonly Part[] = [
  { path: 'applications/hub/upstream/overlays/postgres', objects: registry },
  {
    path: 'applications/hub/upstream/options/ui/overlays/istio',
    namespace: { name: 'kubeflow', made: false },
    deployments: ['model-registry-ui'],
    objects: ui,
  },
];
