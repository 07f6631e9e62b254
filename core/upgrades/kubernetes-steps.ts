import type { UpgradeStep } from './upgrade-step';

const eks = 'EKS user guide, "Review release notes for Kubernetes versions"';
const deprecations = 'Kubernetes documentation, "Deprecated API Migration Guide"';

/**
 * What is between minor versions of Kubernetes on EKS, as far as it concerns clusters that are made here: nodes of the groups have
 * Amazon Linux 2023, so that what is said of other images does not.
 */
export const kubernetesSteps: readonly UpgradeStep[] = [
  {
    from: '1.31',
    to: '1.32',
    points: [
      {
        kind: 'removed',
        what: 'FlowSchema and PriorityLevelConfiguration are no longer served as flowcontrol.apiserver.k8s.io/v1beta3.',
        todo: 'Write manifests of yours in v1 before.',
        source: deprecations,
      },
      {
        kind: 'changed',
        what: 'Who is not authenticated reaches /healthz, /livez and /readyz of the API server alone.',
        source: eks,
      },
    ],
  },
  {
    from: '1.32',
    to: '1.33',
    points: [
      {
        kind: 'removed',
        what: 'There are no images of Amazon Linux 2 any more; groups made here have Amazon Linux 2023.',
        todo: 'Replace node groups of yours that have Amazon Linux 2 before.',
        source: eks,
      },
      {
        kind: 'changed',
        what: 'The API of Endpoints is deprecated, and warns.',
        source: eks,
      },
    ],
  },
  {
    from: '1.33',
    to: '1.34',
    points: [
      {
        kind: 'changed',
        what: 'containerd is 2.1 on the nodes: images of the old manifest format, schema 1, cannot be pulled.',
        todo: 'Look whether tenants have images of before 2017, and push them again.',
        source: `${eks}; containerd release notes, 2.1`,
      },
      {
        kind: 'changed',
        what: 'AppArmor is deprecated.',
        source: eks,
      },
    ],
  },
  {
    from: '1.34',
    to: '1.35',
    points: [
      {
        kind: 'removed',
        what: 'The kubelet does not start on a node with cgroup v1; Amazon Linux 2023 has v2.',
        todo: 'Look at node groups of yours that were set to v1 before.',
        source: eks,
      },
      {
        kind: 'changed',
        what: 'It is the last version with containerd 1, and the last before kube-proxy loses IPVS.',
        source: eks,
      },
    ],
  },
];
