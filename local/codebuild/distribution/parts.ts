import { stringify } from 'yaml';
import { gatewayService } from '../../mesh/mesh-objects';
import { dashboardMenu } from './dashboard-menu';
import { modelRegistryParts } from './hub-parts';
import type { Part } from './part';
import { pipelinesObjects } from './pipelines-parts';

const kubeflow = { name: 'kubeflow', made: false } as const;

/** What the proxies of the mesh know of the authorizer: an HTTP service, and which headers go where. */
const meshConfiguration = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'istio', namespace: 'istio-system' },
  data: {
    mesh: stringify({
      rootNamespace: 'istio-system',
      extensionProviders: [
        {
          name: 'oauth2-proxy',
          envoyExtAuthzHttp: {
            service: 'oauth2-proxy.oauth2-proxy.svc.cluster.local',
            port: 80,
            includeRequestHeadersInCheck: ['authorization', 'cookie'],
            headersToUpstreamOnAllow: ['authorization', 'path', 'x-auth-request-email'],
            headersToDownstreamOnDeny: ['content-type', 'set-cookie'],
          },
        },
      ],
    }),
  },
};

/** Where KServe shows models unless somebody says otherwise. */
const modelConfiguration = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'inferenceservice-config', namespace: 'kubeflow' },
  data: {
    ingress: JSON.stringify({
      ingressGateway: 'kubeflow/kubeflow-gateway',
      ingressDomain: 'example.com',
      urlScheme: 'http',
      pathTemplate: '/serving/{{ .Namespace }}/{{ .Name }}',
    }),
  },
};

/** Where the programs of Pipelines find their database. */
const pipelinesConfiguration = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'pipeline-install-config', namespace: 'kubeflow' },
  data: {
    ...{ dbHost: 'mysql', dbPort: '3306', mysqlHost: 'mysql', mysqlPort: '3306' },
    ...{ mlmdDb: 'metadb', cacheDb: 'cachedb', pipelineDb: 'mlpipeline' },
    ...{ bucketName: 'mlpipeline', ARTIFACTS_PROXY_ENABLED: 'false' },
  },
};

/** The Service of a database in the cluster. */
const databaseService = (app: string) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: app, namespace: 'kubeflow' },
  spec: { selector: { app }, ports: [{ port: 3306 }] },
});

/** The form in which notebooks are made. */
const notebookForm = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'jupyter-web-app-config', namespace: 'kubeflow' },
  data: {
    'spawner_ui_config.yaml': stringify({
      spawnerFormDefaults: {
        allowCustomImage: true,
        hideRegistry: true,
        image: { value: 'registry.example/jupyter:v1', options: ['registry.example/jupyter:v1'] },
        cpu: { readOnly: false, value: '0.5', limitFactor: '1.2' },
        memory: { readOnly: false, value: '1.0Gi', limitFactor: '1.2' },
        gpus: {
          readOnly: false,
          value: { vendor: '', vendors: [{ limitsKey: 'nvidia.com/gpu', uiName: 'NVIDIA' }], num: 'none' },
        },
        workspaceVolume: {
          readOnly: false,
          value: {
            mount: '/home/jovyan',
            newPvc: { spec: { resources: { requests: { storage: '5Gi' } }, accessModes: ['ReadWriteOnce'] } },
          },
        },
      },
    }),
  },
};

const modelWebhook = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'kserve-webhook-server-service', namespace: 'kubeflow' },
  spec: {
    selector: { 'control-plane': 'kserve-controller-manager' },
    ports: [{ port: 443, targetPort: 9443 }],
  },
};

/** KServe asks it about every model; the API server comes to it from outside the network of the pods. */
const modelAdmission = {
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'ValidatingWebhookConfiguration',
  metadata: { name: 'inferenceservice.serving.kserve.io' },
  webhooks: [
    {
      name: 'inferenceservice.kserve-webhook-server.validator',
      admissionReviewVersions: ['v1beta1'],
      sideEffects: 'None',
      failurePolicy: 'Fail',
      clientConfig: {
        service: {
          namespace: 'kubeflow',
          name: 'kserve-webhook-server-service',
          path: '/validate-serving-kserve-io-v1beta1-inferenceservice',
        },
      },
      rules: [
        {
          apiGroups: ['serving.kserve.io'],
          apiVersions: ['v1beta1'],
          operations: ['CREATE', 'UPDATE'],
          resources: ['inferenceservices'],
        },
      ],
    },
  ],
};

/** As in the distribution's namespaces: pods are reached from their own one, and whoever needs more has a policy. */
const sameNamespaceOnly = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name: 'default-allow-same-namespace', namespace: 'kubeflow' },
  spec: { podSelector: {}, ingress: [{ from: [{ podSelector: {} }] }] },
};

/** The folders in the order of an installation, but for those that are written by hand or come from Go modules. */
export const parts: readonly Part[] = [
  {
    path: 'common/kubeflow-namespace/base',
    namespace: { name: 'kubeflow', made: true },
    objects: [sameNamespaceOnly],
  },
  {
    path: 'common/cert-manager/base',
    namespace: { name: 'cert-manager', made: true },
    deployments: ['cert-manager', 'cert-manager-cainjector', 'cert-manager-webhook'],
  },
  {
    path: 'common/cert-manager/overlays/kubeflow',
    objects: [
      {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'NetworkPolicy',
        metadata: { name: 'cert-manager-webhook', namespace: 'cert-manager' },
        spec: { podSelector: { matchLabels: { app: 'cert-manager-webhook' } }, ingress: [{}] },
      },
    ],
  },
  { path: 'common/istio/istio-namespace/base', namespace: { name: 'istio-system', made: true } },
  {
    path: 'common/istio/istio-install/overlays/oauth2-proxy',
    namespace: { name: 'istio-system', made: false },
    deployments: ['istiod', 'istio-ingressgateway'],
    objects: [meshConfiguration, gatewayService],
  },
  {
    path: 'common/istio/kubeflow-istio-resources/base',
    objects: [
      {
        apiVersion: 'networking.istio.io/v1',
        kind: 'Gateway',
        metadata: { name: 'kubeflow-gateway', namespace: 'kubeflow' },
        spec: {
          selector: { istio: 'ingressgateway' },
          servers: [{ hosts: ['*'], port: { name: 'http', number: 80, protocol: 'HTTP' } }],
        },
      },
    ],
  },
  {
    path: 'applications/dashboard/overlays/istio',
    namespace: kubeflow,
    deployments: ['dashboard', 'profiles-deployment', 'poddefaults-webhook-deployment'],
    definitions: 'kubeflow.yaml',
    objects: [dashboardMenu],
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
  {
    path: 'applications/kserve/kserve',
    namespace: kubeflow,
    deployments: ['kserve-controller-manager'],
    definitions: 'kserve.yaml',
    objects: [modelConfiguration, modelWebhook, modelAdmission],
  },
  {
    path: 'applications/kserve/models-web-app/overlays/kubeflow',
    namespace: kubeflow,
    deployments: ['kserve-models-web-app'],
  },
  {
    path: 'applications/pipeline/overlays',
    namespace: kubeflow,
    deployments: [
      'mysql',
      'seaweedfs',
      'ml-pipeline',
      'ml-pipeline-ui',
      'cache-server',
      'metadata-grpc-deployment',
      'workflow-controller',
      'kubeflow-pipelines-profile-controller',
    ],
    secrets: {
      'mlpipeline-minio-artifact': { accesskey: 'public', secretkey: 'public-value' },
      'mysql-secret': { username: 'root', password: '' },
    },
    volumes: ['mysql-pv-claim', 'seaweedfs-pvc'],
    objects: [pipelinesConfiguration, databaseService('mysql'), ...pipelinesObjects],
  },
  {
    path: 'applications/notebooks-v1/overlays/istio',
    namespace: kubeflow,
    deployments: ['notebook-controller-deployment', 'jupyter-web-app-deployment'],
    objects: [notebookForm],
  },
  {
    path: 'applications/katib/upstream/installs/katib-with-kubeflow',
    namespace: kubeflow,
    deployments: ['katib-controller', 'katib-db-manager', 'katib-mysql', 'katib-ui'],
    secrets: { 'katib-mysql-secrets': { MYSQL_ROOT_PASSWORD: 'public' } },
    volumes: ['katib-mysql'],
    objects: [databaseService('katib-mysql')],
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
  ...modelRegistryParts,
];
