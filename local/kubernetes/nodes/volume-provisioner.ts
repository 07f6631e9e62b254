import { createHash } from 'node:crypto';
import type { KubeObject } from '../kube-client';
import { startController } from '../stand-ins/controller';
import type { StandIn, StandInOptions } from '../stand-ins/stand-in';

interface Claim extends KubeObject {
  spec: {
    storageClassName?: string;
    volumeName?: string;
    accessModes?: string[];
    volumeMode?: string;
    resources?: { requests?: { storage?: string } };
  };
}

interface StorageClass extends KubeObject {
  reclaimPolicy?: string;
  parameters?: Record<string, string>;
}

interface Volume extends KubeObject {
  spec: { csi?: { driver: string; volumeHandle: string }; persistentVolumeReclaimPolicy?: string };
  status?: { phase?: string };
}

/** Without `make` and `remove` a volume is an object of the cluster alone. */
export interface VolumeOptions extends StandInOptions {
  /** Makes the volume, or finds the one made before, and returns its id; sizes are in GiB. */
  make?: (volume: { name: string; zone: string; size: number }) => Promise<string>;
  /** Removes it; must not mind that it is gone. */
  remove?: (id: string) => Promise<void>;
}

const claims = '/api/v1/persistentvolumeclaims';
const volumes = '/api/v1/persistentvolumes';
const driver = 'ebs.csi.aws.com';
const zoneLabel = 'topology.ebs.csi.aws.com/zone';
const identity = {
  user: 'system:serviceaccount:kube-system:ebs-csi-controller-sa',
  groups: ['system:masters'],
};

/**
 * Stands in for the provisioner of the EBS CSI add-on: a claim of its storage classes gets a volume in the zone of the
 * node that the scheduler has chosen for the pod, and a released volume goes. Binding is Kubernetes' own.
 */
export function startVolumeProvisioner(options: VolumeOptions): StandIn {
  return startController<typeof claims | typeof volumes>({
    ...options,
    name: 'volume-provisioner',
    identity,
    collections: [claims, volumes],
    reconcile: async (object, { collection, path, client, say }) => {
      if (collection === volumes) await reclaim(object as Volume, path, { ...options, client }, say);
      else await provision(object as Claim, { ...options, client }, say);
    },
  });
}

async function provision(
  claim: Claim,
  { client, make }: VolumeOptions,
  say: (text: string) => void,
): Promise<void> {
  const {
    annotations = {},
    namespace = '',
    name,
    uid = '',
  } = claim.metadata as Claim['metadata'] & { uid?: string };
  const {
    storageClassName,
    volumeName,
    accessModes = ['ReadWriteOnce'],
    volumeMode = 'Filesystem',
  } = claim.spec;
  if (volumeName !== undefined || annotations['volume.kubernetes.io/storage-provisioner'] !== driver) return;
  // Kubernetes asks for the volume only once it is known where: see `volumeBindingMode`.
  const node = annotations['volume.kubernetes.io/selected-node'];
  const zone =
    node === undefined
      ? undefined
      : (await client.find(`/api/v1/nodes/${node}`))?.metadata.labels?.[zoneLabel];
  const storageClass = await client.find<StorageClass>(
    `/apis/storage.k8s.io/v1/storageclasses/${storageClassName ?? ''}`,
  );
  const volume = `pvc-${uid}`;
  if ((await client.find(`${volumes}/${volume}`)) !== undefined) return;
  const storage = claim.spec.resources?.requests?.storage ?? '1Gi';
  const made = `vol-${createHash('sha256').update(uid).digest('hex').slice(0, 17)}`;
  const volumeHandle =
    make === undefined || zone === undefined
      ? made
      : await make({ name: volume, zone, size: Number.parseInt(storage, 10) });
  await client.apply({
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: volume, annotations: { 'pv.kubernetes.io/provisioned-by': driver } },
    spec: {
      capacity: { storage },
      accessModes,
      volumeMode,
      storageClassName,
      persistentVolumeReclaimPolicy: storageClass?.reclaimPolicy ?? 'Delete',
      claimRef: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace, name, uid },
      csi: { driver, volumeHandle },
      ...(zone !== undefined && {
        nodeAffinity: {
          required: {
            nodeSelectorTerms: [{ matchExpressions: [{ key: zoneLabel, operator: 'In', values: [zone] }] }],
          },
        },
      }),
    },
  });
  say(`${namespace}/${name}: a volume in ${zone ?? 'any zone'}`);
}

async function reclaim(
  { metadata, spec, status }: Volume,
  path: string,
  { client, remove }: VolumeOptions,
  say: (text: string) => void,
): Promise<void> {
  const isDone = status?.phase === 'Released' && spec.persistentVolumeReclaimPolicy === 'Delete';
  if (!isDone || spec.csi?.driver !== driver || metadata.deletionTimestamp !== undefined) return;
  await remove?.(spec.csi.volumeHandle);
  await client.remove(path);
  say(`${metadata.name} is deleted`);
}
