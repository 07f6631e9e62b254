import type { UpgradeStep } from './upgrade-step';

const notes = 'kubeflow/community-distribution, README, "Version-Specific Upgrade Notes"';
const manifests = (branches: string): string => `kubeflow/community-distribution, manifests of ${branches}`;

/**
 * What is between releases of the distribution, each to the next one, from upstream's own notes and from what differs between its
 * branches. Objects that an installation of ours has applied and a later release lacks are removed by the record of it
 * (docs/adr/0045-components-applied-once.md), so that what upstream has deleted by hand is named only where that does not
 * reach: fields that cannot be changed, and definitions, which are never removed.
 */
export const kubeflowSteps: readonly UpgradeStep[] = [
  {
    from: '1.9',
    to: '1.10',
    points: [
      {
        kind: 'removed',
        what: 'MXJob (kubeflow.org) has no controller any more; its definition and objects stay.',
        todo: 'Let such jobs end before, and delete them.',
        source: manifests('v1.9 and v1.10'),
      },
      {
        kind: 'by hand',
        what: "Metacontroller's binding has other fields that cannot be changed.",
        todo: 'Before: kubectl delete clusterrolebinding meta-controller-cluster-role-binding.',
        source: notes,
      },
      {
        kind: 'changed',
        what: 'Istio 1.22 → 1.26, Knative 1.12 → 1.16, KServe 0.13 → 0.15, Katib 0.17 → 0.18, Pipelines 2.2 → 2.5; it targets Kubernetes 1.32.',
        source: manifests('v1.9 and v1.10'),
      },
    ],
  },
  {
    from: '1.10',
    to: '1.11',
    points: [
      {
        kind: 'storage',
        what: "Pipelines' object store is SeaweedFS in MinIO's place, on a volume of its own: artifacts of earlier runs are not in it.",
        todo: 'Before: copy the bucket mlpipeline elsewhere; or after, from a MinIO of yours on the claim minio-pvc, which stays.',
        source: notes,
      },
      {
        kind: 'storage',
        what: "Pipelines' database is MySQL 8.4 in the place of 8.0, which changes its tables in place and does not go back.",
        todo: 'Before: a backup, or a dump of mlpipeline and metadb.',
        source: manifests('v1.10 and v1.11'),
      },
      {
        kind: 'removed',
        what: "Trainer's TrainJob and runtimes are of trainer.kubeflow.org; those of kubeflow.org have no controller any more.",
        todo: 'Make them anew with the other apiVersion.',
        source: manifests('v1.10 and v1.11'),
      },
      {
        kind: 'changed',
        what: 'Istio 1.26 → 1.28, Knative 1.16 → 1.20, Pipelines 2.5 → 2.15; it targets Kubernetes 1.34: raise that before.',
        source: manifests('v1.10 and v1.11'),
      },
    ],
  },
  {
    from: '1.11',
    to: '26.03',
    points: [
      {
        kind: 'changed',
        what: 'Istio 1.28 → 1.29, cert-manager 1.16 → 1.19, KServe 0.15 → 0.16, Pipelines 2.15 → 2.16, Model Registry 0.3.6 → 0.3.7.',
        source: manifests('v1.11 and release-26.03'),
      },
    ],
  },
  {
    from: '26.03',
    to: '26.03.1',
    points: [
      {
        kind: 'by hand',
        what: "JobSet's Deployment has another selector, which cannot be changed.",
        todo: 'Before: kubectl -n kubeflow-system delete deployment jobset-controller-manager.',
        source: `${notes}, 26.03 → next release`,
      },
      {
        kind: 'by hand',
        what: "KServe's binding llmisvc-manager-rolebinding has another role, which cannot be changed.",
        todo: 'Before: kubectl delete clusterrolebinding llmisvc-manager-rolebinding.',
        source: `${notes}, 26.03 → next release`,
      },
      {
        kind: 'changed',
        what: 'Dashboard, profiles and pod defaults come from kubeflow/dashboard 2.0.0 under other names; what goes is removed by the record of the installation, Profiles and their definition stay.',
        source: `${notes}, 26.03 → next release`,
      },
      {
        kind: 'changed',
        what: 'Istio 1.29 → 1.30, Knative 1.21 → 1.22, KServe 0.16 → 0.18, Trainer 2.1 → 2.2, JobSet 0.10 → 0.11.',
        source: manifests('release-26.03 and release-26.03.1'),
      },
      {
        kind: 'changed',
        what: 'It is the last release with the Training Operator (PyTorchJob, TFJob, …), which is not installed here; Trainer takes its place.',
        source: 'kubeflow/community-distribution, pull request 3540',
      },
    ],
  },
];
