import { describeObject, type KubernetesObject } from '../kubernetes/objects';

interface Condition {
  type: string;
  status: string;
  reason?: string;
  message?: string;
}

const watchedKinds = new Set([
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'CustomResourceDefinition',
  'Namespace',
]);

/** Whether an object takes time to become ready, in a way that is known here. */
export function isWatched({ kind, apiVersion }: KubernetesObject): boolean {
  return watchedKinds.has(kind) || (kind === 'Certificate' && apiVersion.startsWith('cert-manager.io/'));
}

/**
 * Why an object is not ready, in words; nothing where it is. Workloads are judged as `kubectl rollout status` does.
 *
 * @param object as the API server has it now
 */
export function notReady(object: KubernetesObject): string | undefined {
  const status = (object['status'] ?? {}) as Record<string, unknown>;
  const spec = (object['spec'] ?? {}) as Record<string, unknown>;
  const number = (name: string): number => (typeof status[name] === 'number' ? status[name] : 0);
  const rolledOut = (): string | undefined =>
    number('observedGeneration') < (object.metadata.generation ?? 0)
      ? 'its change has not been seen yet'
      : undefined;
  switch (object.kind) {
    case 'Deployment':
    case 'StatefulSet': {
      const wanted = typeof spec['replicas'] === 'number' ? spec['replicas'] : 1;
      const [updated, available] = [
        number('updatedReplicas'),
        number(object.kind === 'Deployment' ? 'availableReplicas' : 'readyReplicas'),
      ];
      const old = object.kind === 'Deployment' ? number('replicas') - updated : 0;
      if (rolledOut() !== undefined) return rolledOut();
      if (updated < wanted || available < wanted) {
        return `${available} of ${wanted} replicas are available, ${updated} are up to date${reasons(status)}`;
      }
      return old > 0 ? `${old} replicas of the version before are still there` : undefined;
    }
    case 'DaemonSet': {
      const [wanted, updated, available] = [
        number('desiredNumberScheduled'),
        number('updatedNumberScheduled'),
        number('numberAvailable'),
      ];
      if (rolledOut() !== undefined) return rolledOut();
      return updated < wanted || available < wanted
        ? `it is available on ${available} of ${wanted} nodes, up to date on ${updated}`
        : undefined;
    }
    case 'CustomResourceDefinition':
      return unless(status, 'Established');
    case 'Certificate':
      return unless(status, 'Ready');
    case 'Namespace':
      return status['phase'] === 'Active' ? undefined : `it is not Active`;
    default:
      return undefined;
  }
}

function conditionsOf(status: Record<string, unknown>): Condition[] {
  return Array.isArray(status['conditions']) ? (status['conditions'] as Condition[]) : [];
}

function unless(status: Record<string, unknown>, type: string): string | undefined {
  const condition = conditionsOf(status).find((candidate) => candidate.type === type);
  if (condition?.status === 'True') return undefined;
  return `it is not ${type}${condition?.message === undefined ? '' : `: ${condition.message}`}`;
}

/** What a Deployment's conditions complain of. */
function reasons(status: Record<string, unknown>): string {
  const complaints = conditionsOf(status)
    .filter(({ type, status: value }) => (type === 'ReplicaFailure' ? value === 'True' : value === 'False'))
    .flatMap(({ message }) => message ?? []);
  return complaints.length === 0 ? '' : ` (${complaints.join('; ')})`;
}

/** Something that is awaited, and why it is not there yet. */
export interface Unready {
  object: KubernetesObject;
  why: string;
}

/**
 * Those of the wanted objects that are not there or not ready.
 *
 * @param wanted as rendered
 * @param found as they are now
 */
export function unready(wanted: readonly KubernetesObject[], found: readonly KubernetesObject[]): Unready[] {
  const current = new Map(found.map((object) => [describeObject(object), object]));
  return wanted.filter(isWatched).flatMap((object) => {
    const now = current.get(describeObject(object));
    if (now === undefined) return [{ object, why: 'it is not there' }];
    const why = notReady(now);
    return why === undefined ? [] : [{ object: now, why }];
  });
}
