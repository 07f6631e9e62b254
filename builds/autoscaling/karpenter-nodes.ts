import { managedByLabel } from '../../core/naming';
import type { Kubectl } from '../kubernetes/kubectl';
import type { KubernetesObject } from '../kubernetes/objects';
import { karpenterKinds, nodePoolLabel } from './karpenter-objects';
import { settled, type Waiting } from '../cluster/settled';

/** On a pod: Karpenter is not to end it. */
const heldBy = 'karpenter.sh/do-not-disrupt';

/** With it the objects of a kind are chosen that are ours. */
export const oursAlone = `${managedByLabel.key}=${managedByLabel.value}`;

/** The pools that are ours. */
export async function poolsOf(kubectl: Pick<Kubectl, 'list'>): Promise<KubernetesObject[]> {
  return kubectl.list(karpenterKinds.nodePool, undefined, oursAlone);
}

/** Deletes pools and waits until Karpenter has drained and ended their nodes. */
export async function removePools(
  pools: readonly KubernetesObject[],
  options: Waiting & { kubectl: Pick<Kubectl, 'list' | 'removeLater'> },
): Promise<void> {
  if (pools.length === 0) return;
  await options.kubectl.removeLater(pools);
  const names = new Set(pools.map(({ metadata }) => metadata.name));
  await settled({ patienceMs: 30 * 60_000, ...options }, 'the nodes of pools that go', async () => {
    const waiting = describeNodes(await nodesLeft(options.kubectl, names));
    return waiting === undefined ? { done: undefined } : { waiting };
  });
}

/** What is left of the nodes of pools. */
export interface NodesLeft {
  /** Names of their claims. */
  claims: string[];
  /**
   * Pods on them that hold them up: Karpenter evicts none with this annotation, and waits for each of them, for ever (Karpenter
   * 1.12, `pkg/utils/pod/scheduling.go`: IsEvictable, IsDrainable).
   */
  holders: KubernetesObject[];
}

/** @param pools names; of all without it */
export async function nodesLeft(
  kubectl: Pick<Kubectl, 'list'>,
  pools?: ReadonlySet<string>,
): Promise<NodesLeft> {
  const claims = (await kubectl.list(karpenterKinds.nodeClaim)).filter(
    ({ metadata }) => pools?.has(metadata.labels?.[nodePoolLabel] ?? '') !== false,
  );
  const holders: KubernetesObject[] = [];
  for (const claim of claims) {
    const { nodeName } = (claim['status'] ?? {}) as { nodeName?: string };
    if (nodeName === undefined) continue;
    const pods = await kubectl.list('pods', undefined, undefined, `spec.nodeName=${nodeName}`);
    holders.push(...pods.filter(({ metadata }) => metadata.annotations?.[heldBy] !== undefined));
  }
  return { claims: claims.map(({ metadata }) => metadata.name), holders };
}

/** The same in words; nothing where none is left. */
export function describeNodes({ claims, holders }: NodesLeft): string | undefined {
  if (claims.length === 0) return undefined;
  const pods = holders.map(({ metadata: { namespace = '', name } }) => `${namespace}/${name}`);
  const held =
    pods.length === 0
      ? ''
      : `; it waits for the pods ${pods.join(', ')}, which have the annotation ${heldBy}: take that off them, or end them`;
  return `Karpenter drains and ends ${claims.join(', ')}${held}`;
}
