import { defined } from './defined';
/**
 * Every version of something that is downloaded, in one file. `npm run tools:pin` writes the table of pins from the
 * publishers' own checksum files, `npm run tools:outdated` lists newer releases.
 */

/** Processor architectures of a build machine, as the Go world names them. */
export type Architecture = 'amd64' | 'arm64';

/** Which of a release's files a digest is of: the one for an architecture, or the only one. */
export type FileKey = Architecture | 'noarch';

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

/** The version of a release that is used. */
export interface Pin {
  version: string;
  /** Absent where nobody has pinned them: then the publisher's checksum file is asked at each download. */
  digests?: Readonly<Partial<Record<FileKey, string>>>;
  /** Where the digests were read. */
  source?: string;
}

// Written by `npm run tools:pin`; the comment at its end marks where.
const pins: Readonly<Record<'kubectl' | 'helm' | 'eksctl' | 'aws-load-balancer-controller', Pin>> = {
  kubectl: {
    version: '1.35.8',
    digests: {
      amd64: '874d5e72dbb819f43cff16bcd1e4f8bac5b7f2361fe1e55049b0a6c676fb0cbf',
      arm64: 'cc749967b62f4422260bc9c0aa7a7c55f45175ae38cb8d95767b5d2b7e04c1fd',
    },
    source: 'kubernetes-sigs/kubespray, roles/kubespray_defaults/vars/main/checksums.yml at 46dbdd39',
  },
  helm: {
    version: '3.18.4',
    digests: {
      amd64: 'f8180838c23d7c7d797b208861fecb591d9ce1690d8704ed1e4cb8e2add966c1',
      arm64: 'c0a45e67eef0c7416a8a8c9e9d5d2d30d70e4f4d3f7bea5de28241fffa8f3b89',
    },
    source: 'kubernetes-sigs/kubespray, roles/kubespray_defaults/vars/main/checksums.yml at 46dbdd39',
  },
  eksctl: {
    version: '0.230.0',
  },
  'aws-load-balancer-controller': {
    version: '3.5.0',
  },
};
// End of the pins.

/** Something with releases that a build downloads. */
export interface Release {
  name: string;
  /** The pinned one. */
  version: string;
  /** Where its digests were read; absent where they are not pinned. */
  digestSource?: string;
  /** The files that a version has. */
  keys: readonly FileKey[];
  /** A file of a version, the pinned one without it; its digest is known for the pinned version only. */
  download: (key: FileKey, version?: string) => Download;
}

/** A command line tool that a build needs. */
export interface Tool extends Release {
  /** What is in the download: the program itself, or an archive with the program at `member`. */
  packaging: { kind: 'binary' } | { kind: 'tar.gz'; member: (architecture: Architecture) => string };
}

function release(
  name: keyof typeof pins,
  keys: readonly FileKey[],
  fileOf: (version: string, key: FileKey) => Download,
): Release {
  const pin = pins[name];
  return {
    name,
    version: pin.version,
    ...defined({ digestSource: pin.source }),
    keys,
    download: (key, version = pin.version) => {
      const sha256 = version === pin.version ? pin.digests?.[key] : undefined;
      return { ...fileOf(version, key), ...defined({ sha256 }) };
    },
  };
}

const machines = ['amd64', 'arm64'] as const;

/** The tools of the builds. */
export const tools = {
  kubectl: {
    ...release('kubectl', machines, (version, architecture) => {
      const url = `https://dl.k8s.io/release/v${version}/bin/linux/${architecture}/kubectl`;
      return { url, published: { kind: 'digest-file', url: `${url}.sha256` } };
    }),
    packaging: { kind: 'binary' },
  },
  helm: {
    ...release('helm', machines, (version, architecture) => {
      const url = `https://get.helm.sh/helm-v${version}-linux-${architecture}.tar.gz`;
      return { url, published: { kind: 'digest-file', url: `${url}.sha256sum` } };
    }),
    packaging: { kind: 'tar.gz', member: (architecture) => `linux-${architecture}/helm` },
  },
  eksctl: {
    ...release('eksctl', machines, (version, architecture) => {
      const folder = `https://github.com/eksctl-io/eksctl/releases/download/v${version}`;
      return {
        url: `${folder}/eksctl_Linux_${architecture}.tar.gz`,
        published: { kind: 'checksum-list', url: `${folder}/eksctl_checksums.txt` },
      };
    }),
    packaging: { kind: 'tar.gz', member: () => 'eksctl' },
  },
} as const satisfies Record<string, Tool>;

/** A tool of {@link tools}. */
export type ToolName = keyof typeof tools;

/** The chart of the AWS Load Balancer Controller. */
export const loadBalancerController: Release = release(
  'aws-load-balancer-controller',
  ['noarch'],
  (version) => ({
    url: `https://aws.github.io/eks-charts/aws-load-balancer-controller-${version}.tgz`,
    published: {
      kind: 'helm-index',
      url: 'https://aws.github.io/eks-charts/index.yaml',
      chart: 'aws-load-balancer-controller',
    },
  }),
);

/** Karpenter's chart. Its publisher has it in a registry of container images alone. */
export const karpenter = {
  name: 'karpenter',
  version: '1.12.0',
  chart: 'oci://public.ecr.aws/karpenter/karpenter',
  /** Kubernetes minor versions that it takes (its `pkg/providers/version/version.go`, MaxK8sVersion). */
  kubernetes: { maximum: '1.35' },
} as const;

/** All that can be pinned, by name. */
export const releases: readonly Release[] = [...Object.values(tools), loadBalancerController];

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

/** A repository of which kustomizations of the distribution fetch parts themselves, by a tag that can be moved. */
export interface RemoteBase {
  /** Of its folder below `.remote` in the distribution. */
  name: string;
  url: string;
  tag: string;
  /** What the tag meant when it was pinned: the digest of all that the repository then held. */
  commit: string;
  /** A release's asset that a kustomization names, and the folder of the repository that the publisher builds it from. */
  asset?: { url: string; folder: string };
}

/** The remote bases of the distribution's components that can be selected. */
export const remoteBases: readonly RemoteBase[] = [
  {
    name: 'argo-workflows',
    url: 'https://github.com/argoproj/argo-workflows',
    tag: 'v3.7.3',
    commit: 'bded09fe4abd37cb98d7fc81b4c14a6f5034e9ab',
  },
  {
    name: 'jobset',
    url: 'https://github.com/kubernetes-sigs/jobset',
    tag: 'v0.11.0',
    commit: 'f7035a420bb6ebfe7f05494ce2fdff12ade319bf',
    asset: {
      url: 'https://github.com/kubernetes-sigs/jobset/releases/download/v0.11.0/manifests.yaml',
      // Its Makefile, target artifacts: kustomize build config/default -o artifacts/manifests.yaml
      folder: 'config/default',
    },
  },
];

/** The kustomize that the distribution is made for, as a Go module: Go's checksum database vouches for what is built. */
export const kustomize = { version: '5.8.1', module: 'sigs.k8s.io/kustomize/kustomize/v5' } as const;

/** The seed's installer: its manifests use apiextensions.k8s.io/v1beta1, which Kubernetes 1.22 removed. */
export const kfctl = {
  version: '1.2.0',
  manifests: 'https://github.com/kubeflow/manifests/archive/v1.2.0.tar.gz',
  kubernetes: { maximum: '1.21' },
} as const;

/** The oldest Kubernetes minor version that EKS still creates (extended support, Nov 2026). */
export const oldestEksVersion = '1.30';
