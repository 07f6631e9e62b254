import type { PlannedChange } from '../../core/plan';
import type { Kubectl } from '../kubernetes/kubectl';
import type { KubernetesObject } from '../kubernetes/objects';
import type { Say } from '../support/say';

/**
 * The class of a volume whose claim names none: encrypted, with the account's default key for EBS. The add-on of the EBS
 * driver could make a default class too, but one without parameters, whose volumes are encrypted only where the account
 * says so; and since Kubernetes 1.30 EKS makes none.
 */
export const storageClass: KubernetesObject = {
  apiVersion: 'storage.k8s.io/v1',
  kind: 'StorageClass',
  metadata: {
    name: 'kubeflow-eks-gp3',
    annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' },
  },
  provisioner: 'ebs.csi.aws.com',
  parameters: { type: 'gp3', encrypted: 'true' },
  reclaimPolicy: 'Delete',
  allowVolumeExpansion: true,
  // A volume must be in the zone of the pod's node.
  volumeBindingMode: 'WaitForFirstConsumer',
};

const creation: PlannedChange = {
  action: 'create',
  what: `the default storage class ${storageClass.metadata.name}`,
};

/**
 * What {@link ensureStorageClass} would do. Reads only. One that is there stays as it is: whether it is the default is
 * an administrator's to change.
 */
export async function planStorageClass(
  kubectl: Pick<Kubectl, 'list'> | undefined,
): Promise<PlannedChange | undefined> {
  const classes = (await kubectl?.list('storageclass')) ?? [];
  return classes.some(({ metadata }) => metadata.name === storageClass.metadata.name) ? undefined : creation;
}

/** Makes the default storage class, unless it is there. */
export async function ensureStorageClass(kubectl: Pick<Kubectl, 'list' | 'apply'>, say: Say): Promise<void> {
  const change = await planStorageClass(kubectl);
  if (change === undefined) return;
  say(`${change.action} ${change.what}`);
  await kubectl.apply([storageClass]);
}
