import { isDeepStrictEqual } from 'node:util';
import { ConflictError } from '../../core/errors';
import type { BuildConfiguration } from '../../core/configuration';
import { managedByLabel } from '../../core/naming';
import type { PlannedChange } from '../../core/plan';
import type { Kubectl } from '../kubernetes/kubectl';
import type { KubernetesObject } from '../kubernetes/objects';
import type { Say } from '../support/say';

/** The class of volumes that many pods mount at once. */
export const sharedClassName = 'kubeflow-eks-efs';

/** How long the deletion of a class is waited for, in seconds; nothing holds one up. */
const patienceSeconds = 60;

/** Which file system the class is for. */
export interface SharedSettings extends Pick<BuildConfiguration, 'shared_volumes'> {
  /** Id of the file system that is made, where the configuration names no existing one; none before it is made. */
  madeId: string | undefined;
}

/**
 * The class for a file system: the driver makes an access point for each volume, with a directory of its own in which
 * everybody is the same user, and mounts with TLS (parameters of the EFS CSI driver). A volume that goes takes its access
 * point along and leaves its directory, unless the driver is told otherwise.
 */
export function sharedClass(fileSystemId: string): KubernetesObject {
  return {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: { name: sharedClassName, labels: { [managedByLabel.key]: managedByLabel.value } },
    provisioner: 'efs.csi.aws.com',
    parameters: { provisioningMode: 'efs-ap', fileSystemId, directoryPerms: '700' },
    reclaimPolicy: 'Delete',
    // It is in every zone that has a mount target.
    volumeBindingMode: 'Immediate',
  };
}

/** A change of the class, with what goes and what comes. */
export interface ClassChange {
  change: PlannedChange;
  former?: KubernetesObject;
  wanted?: KubernetesObject;
}

/**
 * What {@link ensureSharedVolumes} would do. Reads only.
 *
 * @param kubectl none where there is no cluster yet
 * @throws ConflictError `ResourceConflict` where somebody else's class has the name
 */
export async function planSharedVolumes(
  kubectl: Pick<Kubectl, 'list'> | undefined,
  { shared_volumes: settings, madeId }: SharedSettings,
): Promise<ClassChange | undefined> {
  const classes = (await kubectl?.list('storageclass')) ?? [];
  const former = classes.find(({ metadata }) => metadata.name === sharedClassName);
  const fileSystemId = settings?.file_system_id ?? madeId;
  const wanted = settings && sharedClass(fileSystemId ?? '');
  const isOurs = former?.metadata.labels?.[managedByLabel.key] === managedByLabel.value;
  const what = `the storage class ${sharedClassName}`;
  if (wanted === undefined)
    return former !== undefined && isOurs
      ? { change: { action: 'remove', what: `${what}; volumes of it stay` }, former }
      : undefined;
  const ofFileSystem = `${what} for the file system ${fileSystemId ?? 'that is made'}`;
  if (former === undefined) return { change: { action: 'create', what: ofFileSystem }, wanted };
  if (!isOurs)
    throw new ConflictError(
      'ResourceConflict',
      `${what} exists already without our label; expected one made for \`shared_volumes\`. It was left alone. Remove it: volumes of it stay.`,
    );
  if (isDeepStrictEqual(former['parameters'], wanted['parameters'])) return undefined;
  return { change: { action: 'change', what: `${ofFileSystem}; volumes of it stay` }, former, wanted };
}

/**
 * Makes the class of shared volumes, or takes it away where none is configured. Kubernetes changes no parameter of a class:
 * one for another file system takes its place, and volumes that are there name theirs themselves.
 */
export async function ensureSharedVolumes(
  kubectl: Pick<Kubectl, 'list' | 'apply' | 'remove'>,
  settings: SharedSettings,
  say: Say,
): Promise<void> {
  const planned = await planSharedVolumes(kubectl, settings);
  if (planned === undefined) return;
  const { change, former, wanted } = planned;
  say(`${change.action} ${change.what}`);
  if (former !== undefined) await kubectl.remove([former], patienceSeconds);
  if (wanted !== undefined) await kubectl.apply([wanted]);
}
