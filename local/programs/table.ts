/** A program of the local region that is built from its Go module. */
export interface Program {
  /** What it does in the local region. */
  why: string;
  /** Import path of its main package; `./…` for one of our own module. */
  package: string;
  /** The module whose version is the program's own. */
  module: string;
  /** As go.mod pins it; a test holds the two together. */
  version: string;
  /** What its makers' own release build links in: variable → value. */
  links: Readonly<Record<string, string>>;
  /** What is changed in its sources, with why it must be. */
  edits?: readonly Edit[];
}

/** One place in a program's sources, below its module, that is built otherwise. */
export interface Edit {
  file: string;
  from: string;
  to: string;
}

const kubernetes = { module: 'k8s.io/kubernetes', version: 'v1.35.4' } as const;
const istio = { module: 'istio.io/istio', version: 'v0.0.0-20260423205519-b01690e6db7d' } as const;

/**
 * Every program that the local region builds. They share one go.mod (`local/programs/go.mod`), so that what several of
 * them are made of is compiled once; each is built only when a step needs it.
 */
export const programs = {
  'control-plane': {
    ...kubernetes,
    why: 'etcd, API server, controller manager, scheduler, kwok, kubectl and the check of EKS tokens',
    package: './control-plane',
    links: versionLinks('k8s.io/component-base/version', kubernetes.version),
  },
  eksctl: {
    module: 'github.com/weaveworks/eksctl',
    version: 'v0.230.0',
    why: 'makes the cluster, as in the build on AWS',
    package: 'github.com/weaveworks/eksctl/cmd/eksctl',
    // Its sources say "dev" between releases.
    links: { 'github.com/weaveworks/eksctl/pkg/version.PreReleaseID': '' },
    // How long it waits before it looks: for a stack 30 seconds and then a minute, for a control plane six times 20
    // seconds, whether it is there or not. Here they are there after seconds.
    edits: [
      { file: 'pkg/cfn/waiter/stack.go', from: 'return 30 * time.Second', to: 'return time.Second / 4' },
      { file: 'pkg/cfn/waiter/stack.go', from: 'return 1 * time.Minute', to: 'return time.Second / 4' },
      { file: 'pkg/eks/client.go', from: 'return 20 * time.Second', to: 'return time.Second / 20' },
    ],
  },
  helm: {
    module: 'helm.sh/helm/v3',
    version: 'v3.20.2',
    why: 'installs charts, as in the build on AWS; the version is the one that eksctl is made of',
    package: 'helm.sh/helm/v3/cmd/helm',
    links: { 'helm.sh/helm/v3/internal/version.version': 'v3.20.2' },
  },
  karpenter: {
    // What it decides is in Karpenter's own module, which the provider of AWS is a driver of; both have one version.
    module: 'sigs.k8s.io/karpenter',
    version: 'v1.12.0',
    why: 'makes nodes for the pods that wait, with the provider of AWS, where a deployment scales',
    package: 'github.com/aws/karpenter-provider-aws/cmd/controller',
    links: { 'sigs.k8s.io/karpenter/pkg/operator.Version': '1.12.0' },
    // Its metrics and probes, which it would serve to whoever reaches this machine.
    edits: [
      {
        file: 'pkg/operator/operator.go',
        from: 'fmt.Sprintf(":%d", options.FromContext(ctx).MetricsPort)',
        to: 'fmt.Sprintf("127.0.0.1:%d", options.FromContext(ctx).MetricsPort)',
      },
      {
        file: 'pkg/operator/operator.go',
        from: 'fmt.Sprintf(":%d", options.FromContext(ctx).HealthProbePort)',
        to: 'fmt.Sprintf("127.0.0.1:%d", options.FromContext(ctx).HealthProbePort)',
      },
    ],
  },
  'oauth2-proxy': {
    module: 'github.com/oauth2-proxy/oauth2-proxy/v7',
    version: 'v7.15.6',
    why: 'asks who comes in for the login, as the external authorizer of the gateway',
    package: 'github.com/oauth2-proxy/oauth2-proxy/v7',
    links: { 'github.com/oauth2-proxy/oauth2-proxy/v7/pkg/version.VERSION': 'v7.15.6' },
  },
  'pilot-discovery': {
    ...istio,
    why: "Istio's control plane: configures Envoy from the cluster's own objects",
    package: 'istio.io/istio/pilot/cmd/pilot-discovery',
    links: {},
  },
  'pilot-agent': {
    ...istio,
    why: 'starts Envoy beside a workload or as the gateway, with certificates of its own',
    package: 'istio.io/istio/pilot/cmd/pilot-agent',
    links: {},
  },
} as const satisfies Readonly<Record<string, Program>>;

export type ProgramName = keyof typeof programs;

export const programNames = Object.keys(programs) as ProgramName[];

/** What a Kubernetes program says of its version. */
function versionLinks(variable: string, version: string): Record<string, string> {
  const [major = '', minor = ''] = version.slice(1).split('.');
  return {
    [`${variable}.gitVersion`]: version,
    [`${variable}.gitMajor`]: major,
    [`${variable}.gitMinor`]: minor,
    [`${variable}.gitTreeState`]: 'clean',
  };
}
