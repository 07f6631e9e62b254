import type { KubeObject } from '../client';
import { pathIn, startController } from './controller';
import { includes, type StandIn, type StandInOptions } from './stand-in';

export interface WorkloadStatus extends StandIn {
  /**
   * Lets a workload never become ready, or be ready again: a rehearsal of an image that cannot be pulled.
   * @param workload as kubectl writes it: deployment/NAME.
   */
  readonly setReady: (namespace: string, workload: string, ready: boolean) => void;
}

/** Lists leave out the kind of their items. */
const kindOf = {
  '/apis/apps/v1/deployments': 'Deployment',
  '/apis/apps/v1/statefulsets': 'StatefulSet',
  '/apis/apps/v1/daemonsets': 'DaemonSet',
} as const;
const watchedCollections = Object.keys(kindOf) as (keyof typeof kindOf)[];
type Kind = (typeof kindOf)[keyof typeof kindOf];
const standInIdentity = { user: 'local:workload-status', groups: ['system:masters'] };
/** Both revisions of a StatefulSet: nothing is being rolled out. */
const revision = 'local-1';

/**
 * Stands in for the workload controllers, scheduler and kubelets: it reports every Deployment, StatefulSet and
 * DaemonSet as rolled out, so that `kubectl rollout status` and readiness checks come true. No container runs.
 */
export function startWorkloadStatus(options: StandInOptions): WorkloadStatus {
  const broken = new Set<string>();
  const controller = startController({
    ...options,
    name: 'workload-status',
    identity: standInIdentity,
    collections: watchedCollections,
    describe: (collection, { metadata }) =>
      `${kindOf[collection].toLowerCase()}/${metadata.namespace ?? ''}/${metadata.name}`,
    reconcile: async (workload, { collection, path, client, say }) => {
      const { namespace = '', name } = workload.metadata;
      const kind = kindOf[collection];
      const isReady = !broken.has(path);
      const status = statusOf(kind, workload, isReady);
      if (includes(workload['status'], status)) return;
      await client.json({
        path: `${path}/status`,
        method: 'PATCH',
        contentType: 'application/merge-patch+json',
        body: { status },
      });
      const workloadName = `${kind.toLowerCase()}/${name}`;
      say(`${namespace}: ${workloadName} is reported ${isReady ? 'ready' : 'not ready'}; no container runs`);
    },
  });
  return {
    ...controller,
    setReady: (namespace, workload, isReady) => {
      const [type = '', name = ''] = workload.toLowerCase().split('/');
      const collection = watchedCollections.find((candidate) => kindOf[candidate].toLowerCase() === type);
      if (collection === undefined)
        throw new Error(`${workload} is no ${Object.values(kindOf).join(' or ')}`);
      const path = pathIn(collection, { metadata: { namespace, name } });
      if (isReady) broken.delete(path);
      else broken.add(path);
      controller.lookAgain(collection, name, namespace);
    },
  };
}

function statusOf(kind: Kind, { metadata, spec, status }: KubeObject, ready: boolean): object {
  const observedGeneration = metadata.generation;
  if (kind === 'DaemonSet') {
    // As on a cluster of one node.
    const count = ready ? 1 : 0;
    return {
      observedGeneration,
      currentNumberScheduled: 1,
      desiredNumberScheduled: 1,
      numberMisscheduled: 0,
      numberReady: count,
      numberAvailable: count,
      updatedNumberScheduled: 1,
    };
  }
  const replicas = (spec as { replicas?: number } | undefined)?.replicas ?? 1;
  const count = ready ? replicas : 0;
  const counts = {
    observedGeneration,
    replicas,
    updatedReplicas: replicas,
    readyReplicas: count,
    availableReplicas: count,
  };
  if (kind === 'StatefulSet') return { ...counts, currentRevision: revision, updateRevision: revision };
  return {
    ...counts,
    unavailableReplicas: replicas - count,
    conditions: [
      condition(
        status,
        'Available',
        ready,
        ready ? 'MinimumReplicasAvailable' : 'MinimumReplicasUnavailable',
      ),
      condition(status, 'Progressing', true, ready ? 'NewReplicaSetAvailable' : 'ReplicaSetUpdated'),
    ],
  };
}

/** A condition keeps its times while its status stays, or every look would be a change. */
function condition(status: unknown, type: string, value: boolean, reason: string): object {
  const text = value ? 'True' : 'False';
  const present = (status as { conditions?: Record<string, string>[] } | undefined)?.conditions?.find(
    (one) => one['type'] === type && one['status'] === text && one['reason'] === reason,
  );
  const now = new Date().toISOString();
  return {
    type,
    status: text,
    reason,
    message: 'reported by the local region; no container runs',
    lastTransitionTime: present?.['lastTransitionTime'] ?? now,
    lastUpdateTime: present?.['lastUpdateTime'] ?? now,
  };
}
