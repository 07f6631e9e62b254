import type { KubeClient, KubeObject } from '../kubernetes/kube-client';

/** Labels of Istio's gateway, by which the rules of the installation select it. */
export const gatewayLabels = { app: 'istio-ingressgateway', istio: 'ingressgateway' } as const;
export const gatewayAccount = 'istio-ingressgateway-service-account';
export const mainGateway = 'kubeflow/kubeflow-gateway';

const istioApi = { networking: 'networking.istio.io/v1', filters: 'networking.istio.io/v1alpha3' } as const;

function service(
  namespace: string,
  name: string,
  selector: Readonly<Record<string, string>>,
  ports: readonly object[],
): KubeObject {
  return { apiVersion: 'v1', kind: 'Service', metadata: { name, namespace }, spec: { selector, ports } };
}

function account(namespace: string, name: string): KubeObject {
  return { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace } };
}

/** A route of the main gateway by the beginning of the path. */
function route(namespace: string, name: string, prefix: string, service: string): KubeObject {
  return {
    apiVersion: istioApi.networking,
    kind: 'VirtualService',
    metadata: { name, namespace },
    spec: {
      gateways: [mainGateway],
      hosts: ['*'],
      http: [
        {
          match: [{ uri: { prefix } }],
          rewrite: { uri: prefix },
          route: [{ destination: { host: service, port: { number: 80 } } }],
        },
      ],
    },
  };
}

/** Where something that would be a pod is to be found. */
export interface Endpoint {
  namespace: string;
  name: string;
  labels: Readonly<Record<string, string>>;
  address: string;
  /** Ports by the names of the Service's. */
  ports: Readonly<Record<string, number>>;
  serviceAccount?: string;
  /** Whether a proxy of the mesh is in front of it, which speaks mTLS. */
  hasProxy: boolean;
}

/** An API server takes no loopback address for an endpoint; Istio takes it for a workload outside of the cluster. */
export function workload(endpoint: Endpoint): KubeObject {
  const { namespace, name, labels, address, ports, serviceAccount, hasProxy } = endpoint;
  return {
    apiVersion: istioApi.networking,
    kind: 'WorkloadEntry',
    metadata: { name: `local-${name}`, namespace, labels: localLabel },
    spec: {
      address,
      ports,
      labels: { ...labels, ...(hasProxy && { 'security.istio.io/tlsMode': 'istio' }) },
      ...(serviceAccount !== undefined && { serviceAccount }),
    },
  };
}

const localLabel = { 'kubeflow-eks/local': 'mesh' };

/** Tells the pods of a gateway apart. */
export const podLabel = 'kubeflow-eks/local-pod';

/** Puts the listeners of one gateway, which Istio opens on every address, on one of loopback. */
export function gatewayOnLoopback({ name, address }: { name: string; address: string }): KubeObject {
  return {
    apiVersion: istioApi.filters,
    kind: 'EnvoyFilter',
    metadata: { name: `local-${name}-on-loopback`, namespace: 'istio-system', labels: localLabel },
    spec: {
      workloadSelector: { labels: { [podLabel]: name } },
      configPatches: [
        {
          applyTo: 'LISTENER',
          match: { context: 'GATEWAY' },
          patch: { operation: 'MERGE', value: { address: { socket_address: { address } } } },
        },
      ],
    },
  };
}

/** The gateway's Service, to which the load balancer hands requests (kubeflow/community-distribution 26.03). */
export const gatewayService = service('istio-system', 'istio-ingressgateway', gatewayLabels, [
  { name: 'status-port', port: 15021, targetPort: 15021 },
  { name: 'http2', port: 80, targetPort: 8080 },
]);

/**
 * What the whole distribution has beside the objects of the reduced one: the Services and routes of the gateway, the login
 * proxy and the dashboard (kubeflow/community-distribution 26.03).
 */
export const distributionObjects: readonly KubeObject[] = [
  account('istio-system', gatewayAccount),
  gatewayService,
  route('oauth2-proxy', 'oauth2-proxy', '/oauth2/', 'oauth2-proxy.oauth2-proxy.svc.cluster.local'),
  service('kubeflow', 'dashboard', { app: 'dashboard' }, [{ name: 'http', port: 80, targetPort: 8082 }]),
  route('kubeflow', 'dashboard', '/', 'dashboard.kubeflow.svc.cluster.local'),
];

/** Where a sidecar takes its own program's requests to others in the mesh. */
export const outgoingPort = 15080;

/** A notebook as its controller makes it (kubeflow/notebooks 1.11): a Service and a route, both of its name. */
export function notebookObjects(namespace: string, name: string): KubeObject[] {
  return [
    service(namespace, name, notebookLabels(name), [
      { name: `http-${name}`, port: 80, targetPort: 8888 },
      // Ports below 1024 are not everybody's to open: sidecars ask each other by this one.
      { name: 'http-local', port: outgoingPort, targetPort: 8888 },
    ]),
    route(
      namespace,
      `notebook-${namespace}-${name}`,
      `/notebook/${namespace}/${name}/`,
      `${name}.${namespace}.svc.cluster.local`,
    ),
  ];
}

export function notebookLabels(name: string): Record<string, string> {
  return { statefulset: name, 'notebook-name': name };
}

/**
 * What a sidecar opens where no traffic is redirected to it: the port of the pod, which leads to the program behind it, and
 * one for requests to others in the mesh, by the Host header.
 */
export function sidecar(
  { namespace, name, labels, address }: Endpoint,
  { port, program }: { port: number; program: number },
): KubeObject {
  return {
    apiVersion: istioApi.networking,
    kind: 'Sidecar',
    metadata: { name: `local-${name}`, namespace, labels: localLabel },
    spec: {
      workloadSelector: { labels },
      ingress: [
        {
          port: { number: port, protocol: 'HTTP', name: 'http' },
          bind: address,
          defaultEndpoint: `127.0.0.1:${program}`,
          captureMode: 'NONE',
        },
      ],
      egress: [
        {
          port: { number: outgoingPort, protocol: 'HTTP', name: 'outgoing' },
          bind: address,
          captureMode: 'NONE',
          hosts: ['*/*'],
        },
      ],
    },
  };
}

/** Applies what is not there: an installation's own objects stay as they are. */
export async function applyUnlessThere(client: KubeClient, objects: readonly KubeObject[]): Promise<void> {
  for (const object of objects) {
    if ((await client.find(await client.pathOf(object))) === undefined) await client.apply(object);
  }
}
