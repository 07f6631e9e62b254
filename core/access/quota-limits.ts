/** Units of a quantity that a limit may have (Kubernetes reference, "Quantity"). */
const quantity = /^\d+(?:\.\d+)?(?:m|[kMGTPE]|[KMGTPE]i|[eE]\d+)?$/;

/** What a quota may limit without a domain in its name (kubernetes pkg/apis/core/helper, `standardQuotaResources`). */
const computeLimits = ['cpu', 'memory', 'ephemeral-storage'].flatMap((name) => [
  name,
  `requests.${name}`,
  `limits.${name}`,
]);
const countedObjects = [
  'pods',
  'resourcequotas',
  'services',
  'services.nodeports',
  'services.loadbalancers',
  'replicationcontrollers',
  'secrets',
  'configmaps',
  'persistentvolumeclaims',
];
const plainLimits: ReadonlySet<string> = new Set([...computeLimits, 'requests.storage', ...countedObjects]);

/**
 * Names with a domain: objects of a kind, what a storage class gives, an extended resource such as a GPU. Of extended
 * resources a quota takes `requests.` alone (Kubernetes documentation, "Resource quotas"): another name is stored, and
 * limits nothing.
 */
const qualifiedLimit =
  /^(?:count\/[a-z0-9.-]+|[a-z0-9.-]+\.storageclass\.storage\.k8s\.io\/(?:requests\.storage|persistentvolumeclaims)|requests\.[a-z0-9.-]+\/[A-Za-z0-9._-]+)$/;

/** Limits whose unit is a thing: of these there is no half (`ValidateResourceQuantityValue` of the API server). */
function isCounted(limit: string): boolean {
  return (
    countedObjects.includes(limit) ||
    limit.startsWith('count/') ||
    limit.endsWith('/persistentvolumeclaims') ||
    (limit.startsWith('requests.') && limit.includes('/'))
  );
}

/**
 * What is wrong with a limit of a quota, or `undefined`. Kubeflow's profile controller makes the ResourceQuota, and what
 * the API server says to it nobody sees: a limit that it refuses would leave the namespace without any.
 */
export function limitProblem(limit: string, value: string): string | undefined {
  if (!plainLimits.has(limit) && !qualifiedLimit.test(limit)) {
    return /^(?:limits\.)?[a-z0-9.-]+\/[A-Za-z0-9._-]+$/.test(limit)
      ? `must be "requests.${limit.replace(/^limits\./, '')}": of such a resource a quota limits the requests alone`
      : 'is nothing that a quota limits; it knows cpu, memory, pods, persistentvolumeclaims, requests.storage, requests.nvidia.com/gpu, count/<kind>.<group> and the like';
  }
  if (!quantity.test(value)) return 'must be a quantity in quotes, such as "8", "500m" or "64Gi"';
  if (isCounted(limit) && !/^\d+(?:[kMGTPE]|[KMGTPE]i|[eE]\d+)?$/.test(value))
    return 'must be a whole number: it is counted';
  return undefined;
}
