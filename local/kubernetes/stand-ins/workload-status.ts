import type { KubeObject } from '../client';
import { Informer } from './informer';
import { describeError, includes, speaker, type StandIn, type StandInOptions } from './stand-in';
import { WorkQueue } from './work-queue';

type Kind = 'Deployment' | 'StatefulSet' | 'DaemonSet';

export interface WorkloadStatus extends StandIn {
  /**
   * Lets a workload never become ready, or be ready again: a rehearsal of an image that cannot be pulled.
   * @param workload as kubectl writes it: deployment/NAME.
   */
  readonly setReady: (namespace: string, workload: string, ready: boolean) => void;
}

const COLLECTIONS: Record<Kind, string> = {
  Deployment: '/apis/apps/v1/deployments',
  StatefulSet: '/apis/apps/v1/statefulsets',
  DaemonSet: '/apis/apps/v1/daemonsets',
};
const PLURALS: Record<Kind, string> = {
  Deployment: 'deployments',
  StatefulSet: 'statefulsets',
  DaemonSet: 'daemonsets',
};
const KINDS = Object.keys(COLLECTIONS) as Kind[];
const IDENTITY = { user: 'local:workload-status', groups: ['system:masters'] };
/** Both revisions of a StatefulSet: nothing is being rolled out. */
const REVISION = 'local-1';

/**
 * Stands in for the workload controllers, scheduler and kubelets: it reports every Deployment, StatefulSet and
 * DaemonSet as rolled out, so that `kubectl rollout status` and readiness checks come true. No container runs.
 */
export function startWorkloadStatus({ client: admin, onLine }: StandInOptions): WorkloadStatus {
  const say = speaker('workload-status', onLine);
  const stopping = new AbortController();
  const { signal } = stopping;
  const client = admin.as(IDENTITY, 'workload-status (stand-in)');
  const broken = new Set<string>();
  const keyOf = (kind: string, { namespace = '', name }: KubeObject['metadata']): string =>
    `${kind.toLowerCase()}/${namespace}/${name}`;

  const queue = new WorkQueue({
    signal,
    reconcile: async (key) => reconcile(key),
    onError: (key, error) => {
      say(`${key}: ${describeError(error)}; trying again`);
    },
  });
  const informers = KINDS.map((kind) => ({
    kind,
    informer: new Informer(
      client,
      COLLECTIONS[kind],
      ({ metadata }) => {
        queue.add(keyOf(kind, metadata));
      },
      (error) => {
        say(describeError(error));
      },
    ),
  }));
  const ready = Promise.all(informers.map(async ({ informer }) => informer.synced)).then(() => undefined);

  async function reconcile(key: string): Promise<void> {
    const [type = '', namespace = '', name = ''] = key.split('/');
    const found = informers.find(({ kind }) => kind.toLowerCase() === type);
    const workload = found?.informer.get(name, namespace);
    if (found === undefined || workload === undefined) return;
    const isReady = !broken.has(key);
    const status = statusOf(found.kind, workload, isReady);
    if (includes(workload['status'], status)) return;
    await client.json({
      path: `/apis/apps/v1/namespaces/${namespace}/${PLURALS[found.kind]}/${name}/status`,
      method: 'PATCH',
      contentType: 'application/merge-patch+json',
      body: { status },
    });
    say(`${namespace}: ${type}/${name} is reported ${isReady ? 'ready' : 'not ready'}; no container runs`);
  }

  const running = Promise.all(informers.map(async ({ informer }) => informer.run(signal)));
  return {
    ready,
    setReady: (namespace, workload, isReady) => {
      const [type = '', name = ''] = workload.toLowerCase().split('/');
      const key = keyOf(type, { namespace, name });
      if (isReady) broken.delete(key);
      else broken.add(key);
      queue.add(key);
    },
    stop: async () => {
      stopping.abort();
      await running;
      client.close();
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
  if (kind === 'StatefulSet') return { ...counts, currentRevision: REVISION, updateRevision: REVISION };
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
