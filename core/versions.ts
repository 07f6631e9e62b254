/**
 * Every version of something that is downloaded, in one file. `tsx builds/tools/pin.ts` fills in the digests that are
 * not known yet from the publishers' own checksum files; `tsx builds/tools/outdated.ts` lists newer releases.
 */

/** Processor architectures of a build machine, as the Go world names them. */
export type Architecture = 'amd64' | 'arm64';

/** Where the publisher of a release states its SHA-256. */
export type PublishedChecksum =
  /** A file with nothing but the digest (perhaps followed by the name). */
  | { kind: 'digest-file'; url: string }
  /** A file of `digest  name` lines. */
  | { kind: 'checksum-list'; url: string }
  /** The `digest` of a chart's version in a Helm repository's index. */
  | { kind: 'helm-index'; url: string; chart: string };

/** One file to download and what must be true of it before it is used. */
export interface Download {
  url: string;
  /** Known beforehand: nobody who controls the server can change what we run. */
  sha256?: string;
  /** Used where the digest is not known beforehand; a release is never used unverified. */
  published: PublishedChecksum;
}

/** A command line tool that a build needs. */
export interface Tool {
  name: string;
  version: string;
  /** Where {@link Download.sha256} was read; absent where it is not pinned. */
  digestSource?: string;
  /** What is in the download: the program itself, or an archive with the program at `member`. */
  packaging: { kind: 'binary' } | { kind: 'tar.gz'; member: (architecture: Architecture) => string };
  download: (architecture: Architecture) => Download;
}

const kubectlVersion = '1.35.8';
const kubectlDigests: Record<Architecture, string> = {
  amd64: '874d5e72dbb819f43cff16bcd1e4f8bac5b7f2361fe1e55049b0a6c676fb0cbf',
  arm64: 'cc749967b62f4422260bc9c0aa7a7c55f45175ae38cb8d95767b5d2b7e04c1fd',
};

const helmVersion = '3.18.4';
const helmDigests: Record<Architecture, string> = {
  amd64: 'f8180838c23d7c7d797b208861fecb591d9ce1690d8704ed1e4cb8e2add966c1',
  arm64: 'c0a45e67eef0c7416a8a8c9e9d5d2d30d70e4f4d3f7bea5de28241fffa8f3b89',
};

const eksctlVersion = '0.230.0';
const eksctlRelease = `https://github.com/eksctl-io/eksctl/releases/download/v${eksctlVersion}`;

/** The tools of the builds. */
export const tools = {
  kubectl: {
    name: 'kubectl',
    version: kubectlVersion,
    digestSource: 'kubernetes-sigs/kubespray, roles/kubespray_defaults/vars/main/checksums.yml at 46dbdd39',
    packaging: { kind: 'binary' },
    download: (architecture) => {
      const url = `https://dl.k8s.io/release/v${kubectlVersion}/bin/linux/${architecture}/kubectl`;
      return {
        url,
        sha256: kubectlDigests[architecture],
        published: { kind: 'digest-file', url: `${url}.sha256` },
      };
    },
  },
  helm: {
    name: 'helm',
    version: helmVersion,
    digestSource: 'kubernetes-sigs/kubespray, roles/kubespray_defaults/vars/main/checksums.yml at 46dbdd39',
    packaging: { kind: 'tar.gz', member: (architecture) => `linux-${architecture}/helm` },
    download: (architecture) => {
      const url = `https://get.helm.sh/helm-v${helmVersion}-linux-${architecture}.tar.gz`;
      return {
        url,
        sha256: helmDigests[architecture],
        published: { kind: 'digest-file', url: `${url}.sha256sum` },
      };
    },
  },
  eksctl: {
    name: 'eksctl',
    version: eksctlVersion,
    packaging: { kind: 'tar.gz', member: () => 'eksctl' },
    download: (architecture) => ({
      url: `${eksctlRelease}/eksctl_Linux_${architecture}.tar.gz`,
      published: { kind: 'checksum-list', url: `${eksctlRelease}/eksctl_checksums.txt` },
    }),
  },
} as const satisfies Record<string, Tool>;

/** A tool of {@link tools}. */
export type ToolName = keyof typeof tools;

const chartVersion = '3.5.0';

/** The chart of the AWS Load Balancer Controller. */
export const loadBalancerController = {
  name: 'aws-load-balancer-controller',
  version: chartVersion,
  download: {
    url: `https://aws.github.io/eks-charts/aws-load-balancer-controller-${chartVersion}.tgz`,
    published: {
      kind: 'helm-index',
      url: 'https://aws.github.io/eks-charts/index.yaml',
      chart: 'aws-load-balancer-controller',
    },
  } satisfies Download as Download,
} as const;

/** The Kubeflow that is installed where the configuration names no other source. */
export const kubeflowDistribution = {
  version: '26.03.1',
  git: {
    url: 'https://github.com/kubeflow/community-distribution',
    /** Head of the branch release-26.03.1. */
    commit: '0d1a00306501ebaf2a0edc121656752b3deeba57',
  },
  /** Kubernetes minor versions that this release takes (its README: 1.34 or later). */
  kubernetes: { minimum: '1.34' },
} as const;

/** The seed's installer: its manifests use apiextensions.k8s.io/v1beta1, which Kubernetes 1.22 removed. */
export const kfctl = {
  version: '1.2.0',
  manifests: 'https://github.com/kubeflow/manifests/archive/v1.2.0.tar.gz',
  kubernetes: { maximum: '1.21' },
} as const;

/** The oldest Kubernetes minor version that EKS still creates (extended support, Nov 2026). */
export const oldestEksVersion = '1.30';
