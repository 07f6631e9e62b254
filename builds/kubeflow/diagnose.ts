import type { Say } from '../support/say';
import type { Kubectl } from '../kubernetes/kubectl';
import { describeObject, type KubernetesObject } from '../kubernetes/objects';
import type { Unready } from './readiness';

interface ContainerStatus {
  name: string;
  ready: boolean;
  restartCount: number;
  state?: {
    waiting?: { reason?: string; message?: string };
    terminated?: { reason?: string; exitCode: number };
  };
}

interface PodStatus {
  phase?: string;
  conditions?: { type: string; status: string; message?: string }[];
  containerStatuses?: ContainerStatus[];
  initContainerStatuses?: ContainerStatus[];
}

/** Enough to see the cause, not so much that it is not seen. */
const limits = { pods: 5, events: 15, logLines: 20 } as const;

/**
 * Says what is not ready, with the state, the events and the last log lines of the pods behind it.
 *
 * @returns the state and the events of the pods, a line each: the reason, as far as the cluster knows it. What a pod
 *   logged is said and not returned: it may name people, and the reason goes on into the execution's history and mails.
 */
export async function diagnose(kubectl: Kubectl, found: readonly Unready[], say: Say): Promise<string[]> {
  say('not ready:');
  for (const { object, why } of found) say(`  ${describeObject(object)}: ${why}`);
  const lines: string[] = [];
  const note: Say = (line) => {
    lines.push(line);
    say(line);
  };
  const namespaces = [...new Set(found.flatMap(({ object }) => object.metadata.namespace ?? []))];
  for (const namespace of namespaces) await diagnoseNamespace(kubectl, namespace, note, say);
  return lines;
}

async function diagnoseNamespace(kubectl: Kubectl, namespace: string, note: Say, say: Say): Promise<void> {
  const pods = (await kubectl.list('pod', namespace)).filter((pod) => troubleOf(pod).length > 0);
  for (const pod of pods.slice(0, limits.pods)) {
    note(`pod ${namespace}/${pod.metadata.name}:`);
    for (const trouble of troubleOf(pod)) note(`  ${trouble}`);
    const log = (await kubectl.logs(namespace, pod.metadata.name, limits.logLines)).trimEnd();
    if (log !== '') say(log.replaceAll(/^/gm, '  | '));
  }
  if (pods.length > limits.pods) note(`and ${pods.length - limits.pods} more pods`);
  const events = (await kubectl.list('event', namespace)).filter((event) => event['type'] !== 'Normal');
  if (events.length === 0) return;
  note(`events in ${namespace}:`);
  for (const event of events.slice(-limits.events)) {
    const { kind, name } = (event['involvedObject'] ?? {}) as { kind?: string; name?: string };
    note(`  ${kind ?? ''} ${name ?? ''}: ${String(event['reason'])}: ${String(event['message'])}`);
  }
}

function troubleOf(pod: KubernetesObject): string[] {
  const status = (pod['status'] ?? {}) as PodStatus;
  if (status.phase === 'Succeeded') return [];
  const unscheduled = (status.conditions ?? [])
    .filter(({ type, status: value }) => type === 'PodScheduled' && value === 'False')
    .map(({ message }) => `not scheduled: ${message ?? 'no reason given'}`);
  const containers = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])]
    .filter(({ ready }) => !ready)
    .map(({ name, restartCount, state }) => {
      const cause = state?.waiting?.reason ?? state?.terminated?.reason ?? 'not ready';
      const message = state?.waiting?.message === undefined ? '' : ` (${state.waiting.message})`;
      return `container ${name}: ${cause}${message}, ${restartCount} restarts`;
    });
  return [...unscheduled, ...containers];
}
