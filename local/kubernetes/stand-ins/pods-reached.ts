import type { KubeClient, KubeObject } from '../kube-client';

interface NetworkPolicy extends KubeObject {
  spec?: {
    podSelector?: Selector;
    policyTypes?: string[];
    ingress?: { from?: { ipBlock?: object }[]; ports?: { port?: number | string; endPort?: number }[] }[];
  };
}

interface Selector {
  matchLabels?: Record<string, string>;
  matchExpressions?: { key: string; operator: string; values?: string[] }[];
}

interface Service extends KubeObject {
  spec?: { selector?: Record<string, string>; ports?: { port: number; targetPort?: number | string }[] };
}

type Labels = Readonly<Record<string, string>>;

/**
 * Whether the API server reaches the pods behind a Service where network policies are enforced, as the VPC CNI does it:
 * pods that no policy selects are reached by all, others where a policy admits their port from everywhere or from a range
 * of addresses (Kubernetes, "Network Policies"; the API server is no pod, so that no selector means it). Where there are no
 * pods yet, they are taken to have the labels that the Service selects and no others.
 *
 * @param port of the Service, as a webhook names it
 * @returns `false` only where the policies shut it out: of a Service that is not there nothing is said
 */
export async function reachedByApiServer(
  client: KubeClient,
  { namespace, name, port = 443 }: { namespace: string; name: string; port?: number },
): Promise<boolean> {
  const service = await client.find<Service>(`/api/v1/namespaces/${namespace}/services/${name}`);
  const selector = service?.spec?.selector;
  if (selector === undefined) return true;
  const target = service?.spec?.ports?.find((one) => one.port === port)?.targetPort ?? port;
  const policies = await client.list<NetworkPolicy>(
    `/apis/networking.k8s.io/v1/namespaces/${namespace}/networkpolicies`,
  );
  const pods = await labelsOfPods(client, namespace, selector);
  return (pods.length === 0 ? [selector] : pods).every((labels) => {
    const about = policies.filter(
      ({ spec }) => selects(spec?.podSelector ?? {}, labels) && isOfIngress(spec?.policyTypes),
    );
    return about.length === 0 || about.some((policy) => admits(policy, target));
  });
}

/** The labels of a Service's pods, with those that Istio's injection adds on a cluster and nobody adds here. */
async function labelsOfPods(client: KubeClient, namespace: string, selector: Labels): Promise<Labels[]> {
  const wanted = Object.entries(selector).map(([key, value]) => `${key}=${value}`);
  const pods = await client.list(
    `/api/v1/namespaces/${namespace}/pods?labelSelector=${encodeURIComponent(wanted.join(','))}`,
  );
  if (pods.length === 0) return [];
  const { metadata } = await client.get(`/api/v1/namespaces/${namespace}`);
  const injects = metadata.labels?.['istio-injection'] === 'enabled';
  return pods.map(({ metadata: { labels = {} } }) => {
    const asked = labels['sidecar.istio.io/inject'] ?? String(injects);
    return asked === 'true' ? { ...canonicalName(labels), ...labels } : labels;
  });
}

/**
 * What Istio calls the service of a pod with a sidecar (Istio 1.30, `manifests/charts/istio-control/istio-discovery/files/
 * injection-template.yaml`); a pod without these labels is called by its workload, which is not looked up.
 */
function canonicalName(labels: Labels): Labels {
  const name = labels['app.kubernetes.io/name'] ?? labels['app'];
  return name === undefined ? {} : { 'service.istio.io/canonical-name': name };
}

function isOfIngress(types: readonly string[] | undefined): boolean {
  return types === undefined || types.includes('Ingress');
}

function selects({ matchLabels = {}, matchExpressions = [] }: Selector, labels: Labels): boolean {
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({ key, operator, values = [] }) => {
      const value = labels[key];
      if (operator === 'Exists') return value !== undefined;
      if (operator === 'DoesNotExist') return value === undefined;
      const isOne = value !== undefined && values.includes(value);
      return operator === 'In' ? isOne : !isOne;
    })
  );
}

function admits({ spec }: NetworkPolicy, target: number | string): boolean {
  return (spec?.ingress ?? []).some(
    ({ from, ports }) =>
      (from === undefined || from.length === 0 || from.some(({ ipBlock }) => ipBlock !== undefined)) &&
      (ports === undefined || ports.some((port) => isPort(port, target))),
  );
}

/** A port by its name may be any number of the container's, which a Service does not say. */
function isPort(
  { port, endPort }: { port?: number | string; endPort?: number },
  target: number | string,
): boolean {
  if (port === undefined || typeof port !== typeof target) return true;
  if (typeof port === 'number' && typeof target === 'number' && endPort !== undefined)
    return port <= target && target <= endPort;
  return port === target;
}
