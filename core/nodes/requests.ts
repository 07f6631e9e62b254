import { runsOn } from './image-platforms';
import { amountsOf, sum, type Amounts } from './quantity';

/** The pods of one workload. */
export interface PodRequests {
  name: string;
  /** How many; on every node one, where it is missing. */
  replicas?: number;
  cpuMillis: number;
  memoryMiB: number;
  /** Whether one of its images is published for x86-64 alone. */
  isX86Only?: true;
}

export interface Container {
  image?: string;
  restartPolicy?: string;
  resources?: { requests?: Record<string, string>; limits?: Record<string, string> };
}

/** The containers of a pod. */
export interface PodContainers {
  nodeSelector?: Record<string, string>;
  containers?: readonly Container[];
  initContainers?: readonly Container[];
}

/** As the scheduler reckons: all containers beside each other, or the largest of those that run before them. */
export function requestsOf({ containers = [], initContainers = [] }: PodContainers): Amounts {
  // A limit without a request is one.
  const requests = ({ resources }: Container): Amounts =>
    amountsOf({ ...resources?.limits, ...resources?.requests });
  const isSidecar = ({ restartPolicy }: Container): boolean => restartPolicy === 'Always';
  const beside = sum([...containers, ...initContainers.filter(isSidecar)].map(requests));
  const before = initContainers.filter((container) => !isSidecar(container)).map(requests);
  return {
    cpuMillis: Math.max(beside.cpuMillis, ...before.map(({ cpuMillis }) => cpuMillis)),
    memoryMiB: Math.max(beside.memoryMiB, ...before.map(({ memoryMiB }) => memoryMiB)),
    gpus: Math.max(beside.gpus, ...before.map(({ gpus }) => gpus)),
  };
}

interface Workload {
  kind: string;
  metadata: { name: string; namespace?: string };
  spec?: {
    replicas?: number;
    template?: {
      metadata?: { labels?: Record<string, string>; annotations?: Record<string, string> };
      spec?: PodContainers;
    };
  };
}

/** What Istio's injector adds to a pod by default (`values.global.proxy.resources`). */
const sidecar = { cpuMillis: 10, memoryMiB: 40 } as const;
const injects = 'sidecar.istio.io/inject';

/**
 * What the workloads among rendered objects ask of nodes.
 *
 * @param meshed namespaces whose pods get a sidecar, unless they refuse it
 */
export function podsIn(objects: readonly object[], meshed: ReadonlySet<string>): PodRequests[] {
  return (objects as readonly Workload[]).flatMap(({ kind, metadata, spec }) => {
    if (!['Deployment', 'StatefulSet', 'DaemonSet'].includes(kind)) return [];
    const { metadata: pod = {}, spec: containers = {} } = spec?.template ?? {};
    // What is meant for nodes that somebody labels runs on none before.
    const isForOthers = Object.keys(containers.nodeSelector ?? {}).some(
      (label) => !label.startsWith('kubernetes.io/'),
    );
    if (kind === 'DaemonSet' && isForOthers) return [];
    const refuses = (pod.labels?.[injects] ?? pod.annotations?.[injects]) === 'false';
    const hasSidecar = meshed.has(metadata.namespace ?? '') && !refuses;
    const { cpuMillis, memoryMiB } = requestsOf(containers);
    const isX86Only = (containers.containers ?? []).some(({ image = '' }) => !runsOn(image, 'arm64'));
    return [
      {
        name: metadata.name,
        ...(kind !== 'DaemonSet' && { replicas: spec?.replicas ?? 1 }),
        cpuMillis: cpuMillis + (hasSidecar ? sidecar.cpuMillis : 0),
        memoryMiB: memoryMiB + (hasSidecar ? sidecar.memoryMiB : 0),
        ...(isX86Only && { isX86Only }),
      },
    ];
  });
}

/** The namespaces among rendered objects whose pods get a sidecar. */
export function meshedNamespaces(objects: readonly object[]): Set<string> {
  return new Set(
    (objects as readonly { kind: string; metadata: { name: string; labels?: Record<string, string> } }[])
      .filter(
        ({ kind, metadata }) => kind === 'Namespace' && metadata.labels?.['istio-injection'] === 'enabled',
      )
      .map(({ metadata }) => metadata.name),
  );
}
