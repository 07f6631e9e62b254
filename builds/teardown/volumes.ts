import { components } from '../kubeflow/components';
import type { KubectlProgram } from '../kubernetes/kubectl';
import { readRecords } from '../kubeflow/record';
import type { KubernetesObject, ObjectReference } from '../kubernetes/objects';
import type { Say } from '../support/say';
import { settle } from '../support/settle';
import { attempt } from './attempt';

const workloadKinds = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'CronJob', 'Job', 'Profile']);

/** How long volumes are waited for, in seconds. */
const patienceSeconds = 600;

/**
 * Deletes what holds volumes, and then the volumes: those of tenants with their Profiles, those of Kubeflow's own
 * databases with their workloads. The storage driver deletes an EBS volume only while the cluster lives.
 *
 * A controller that is broken holds nothing up: a Profile that does not go loses its namespace all the same, and what
 * else does not go is passed over.
 *
 * @returns the ids of the volumes that were to be deleted and are still there
 */
export async function removeVolumes(
  kubectl: KubectlProgram,
  say: Say,
  { timeoutSeconds = patienceSeconds, pollMs = 5_000 } = {},
): Promise<Set<string>> {
  await removeProfiles(kubectl, say, timeoutSeconds);
  const records = await readRecords(kubectl);
  // Istio and cert-manager first in, last out: webhooks of theirs must answer until nothing else is left.
  for (const { id, title } of [...components].reverse()) {
    const workloads = (records.get(id)?.objects ?? []).filter(({ kind }) => workloadKinds.has(kind));
    if (workloads.length === 0) continue;
    const what = `${title}: deleting ${workloads.length} workloads`;
    say(what);
    await attempt(what, async () => removed(kubectl, workloads, timeoutSeconds), say);
  }
  const claims = await kubectl.list('persistentvolumeclaim');
  if (claims.length > 0) {
    say(`deleting ${claims.length} volume claims`);
    await kubectl.removeLater(
      claims.map((claim) => ({ ...claim, apiVersion: 'v1', kind: 'PersistentVolumeClaim' })),
    );
  }
  return volumesLeft(kubectl, say, timeoutSeconds, pollMs);
}

async function removeProfiles(kubectl: KubectlProgram, say: Say, timeoutSeconds: number): Promise<void> {
  const profiles = await optional(kubectl, 'profiles.kubeflow.org');
  if (profiles.length === 0) return;
  say(`deleting ${profiles.length} profiles with their namespaces`);
  const asProfiles = profiles.map((profile) => ({
    ...profile,
    apiVersion: 'kubeflow.org/v1',
    kind: 'Profile',
  }));
  const gone = await attempt(
    'deleting the profiles',
    async () => removed(kubectl, asProfiles, timeoutSeconds),
    say,
  );
  if (gone !== undefined) return;
  // Their controller does not run. Without their namespaces nothing uses the tenants' volumes any more.
  const namespaces = profiles.map(({ metadata: { name } }) => ({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name },
  }));
  say(`deleting the namespaces of ${namespaces.length} profiles`);
  await attempt('deleting the namespaces', async () => removed(kubectl, namespaces, timeoutSeconds), say);
}

async function removed(
  kubectl: KubectlProgram,
  objects: readonly ObjectReference[],
  timeoutSeconds: number,
): Promise<true> {
  await kubectl.remove(objects, timeoutSeconds);
  return true;
}

async function volumesLeft(
  kubectl: KubectlProgram,
  say: Say,
  timeoutSeconds: number,
  pollMs: number,
): Promise<Set<string>> {
  let left: KubernetesObject[] = [];
  return settle<Set<string>>(
    async () => {
      left = (await kubectl.list('persistentvolume')).filter((volume) => reclaimed(volume));
      return left.length === 0
        ? { done: new Set<string>() }
        : { waiting: `${left.length} volumes are still there` };
    },
    {
      ...{ deadline: Date.now() + timeoutSeconds * 1000, poll: pollMs, say },
      late: (waiting) => {
        say(`${waiting}: the storage driver does not delete them`);
        return new Set(left.map((volume) => handleOf(volume)));
      },
    },
  );
}

const specOf = (
  volume: KubernetesObject,
): { persistentVolumeReclaimPolicy?: string; csi?: { volumeHandle?: string } } => volume['spec'] ?? {};

/** A volume that somebody has set to be retained is retained. */
function reclaimed(volume: KubernetesObject): boolean {
  return specOf(volume).persistentVolumeReclaimPolicy === 'Delete';
}

function handleOf(volume: KubernetesObject): string {
  return specOf(volume).csi?.volumeHandle ?? volume.metadata.name;
}

/** Objects of a kind that the cluster may not know. */
async function optional(kubectl: KubectlProgram, kind: string): Promise<KubernetesObject[]> {
  const definitions = await kubectl.list('customresourcedefinition');
  return definitions.some(({ metadata }) => metadata.name === kind) ? kubectl.list(kind) : [];
}
