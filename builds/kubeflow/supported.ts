import { UserError } from '../../core/errors';
import { minorOf } from '../../core/kubernetes-version';
import { kfctl, kubeflowDistribution, oldestEksVersion } from '../../core/versions';

/**
 * Refuses an installer that the cluster's Kubernetes cannot take, before anything is applied.
 *
 * @param kubernetesVersion such as `1.35`
 * @throws UserError `InstallerRefused`
 */
export function requireSupported(installer: 'kustomize' | 'kfctl', kubernetesVersion: string): void {
  if (installer === 'kfctl' && minorOf(kubernetesVersion) > minorOf(kfctl.kubernetes.maximum)) {
    throw new UserError(
      'InstallerRefused',
      `kfctl ${kfctl.version} cannot install on Kubernetes ${kubernetesVersion}: its manifests are written for ` +
        `apiextensions.k8s.io/v1beta1, which Kubernetes 1.22 removed. It needs ${kfctl.kubernetes.maximum} or older, and ` +
        `EKS offers nothing older than ${oldestEksVersion}. Set kubeflow.installer to "kustomize"; "kubeflow-eks render ` +
        'kubeflow" still shows the KfDef for a cluster elsewhere.',
    );
  }
  if (
    installer === 'kustomize' &&
    minorOf(kubernetesVersion) < minorOf(kubeflowDistribution.kubernetes.minimum)
  ) {
    throw new UserError(
      'InstallerRefused',
      `Kubeflow ${kubeflowDistribution.version} needs Kubernetes ${kubeflowDistribution.kubernetes.minimum} or later; the ` +
        `cluster runs ${kubernetesVersion}. Raise kubernetes_version.`,
    );
  }
}
