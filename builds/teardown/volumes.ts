import { components } from '../kubeflow/components';
import type { Kubectl } from '../kubernetes/kubectl';
import { readRecords } from '../kubeflow/record';
import type { KubernetesObject } from '../kubernetes/objects';
import type { Say } from '../support/say';
import { settle } from '../support/settle';

const workloadKinds = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'CronJob', 'Job', 'Profile']);

/** How long volumes are waited for, in seconds. */
const patienceSeconds = 600;

/**
 * Deletes what holds volumes, and then the volumes: those of tenants with their Profiles, those of Kubeflow's own
 * databases with their workloads. The storage driver deletes an EBS volume only while the cluster lives.
 *
 * Volumes that stay are named, and keep nothing back: EBS has no tie to the cluster.
 */
export async function removeVolumes(
  kubectl: Kubectl,
  say: Say,
  { timeoutSeconds = patienceSeconds, pollMs = 5_000 } = {},
): Promise<void> {
  const profiles = await optional(kubectl, 'profiles.kubeflow.org');
  if (profiles.length > 0) {
    say(`deleting ${profiles.length} profiles with their namespaces`);
    await kubectl.remove(
      profiles.map((profile) => ({ ...profile, apiVersion: 'kubeflow.org/v1', kind: 'Profile' })),
      timeoutSeconds,
    );
  }
  const records = await readRecords(kubectl);
  // Istio and cert-manager first in, last out: webhooks of theirs must answer until nothing else is left.
  for (const { id, title } of [...components].reverse()) {
    const workloads = (records.get(id)?.objects ?? []).filter(({ kind }) => workloadKinds.has(kind));
    if (workloads.length === 0) continue;
    say(`${title}: deleting ${workloads.length} workloads`);
    await kubectl.remove(workloads, timeoutSeconds);
  }
  const claims = await kubectl.list('persistentvolumeclaim');
  if (claims.length === 0) return;
  say(`deleting ${claims.length} volume claims`);
  await kubectl.removeLater(
    claims.map((claim) => ({ ...claim, apiVersion: 'v1', kind: 'PersistentVolumeClaim' })),
  );
  await volumesGone(kubectl, say, timeoutSeconds, pollMs);
}

async function volumesGone(
  kubectl: Kubectl,
  say: Say,
  timeoutSeconds: number,
  pollMs: number,
): Promise<void> {
  let left: KubernetesObject[] = [];
  await settle(
    async () => {
      left = (await kubectl.list('persistentvolume')).filter((volume) => reclaimed(volume));
      return left.length === 0 ? { done: undefined } : { waiting: `${left.length} volumes are still there` };
    },
    {
      ...{ deadline: Date.now() + timeoutSeconds * 1000, poll: pollMs, say },
      late: () => {
        say(`${left.length} volumes are still there; look for them in EC2 afterwards:`);
        left.forEach((volume) => {
          say(`  ${handleOf(volume)}`);
        });
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
async function optional(kubectl: Kubectl, kind: string): Promise<KubernetesObject[]> {
  const definitions = await kubectl.list('customresourcedefinition');
  return definitions.some(({ metadata }) => metadata.name === kind) ? kubectl.list(kind) : [];
}
