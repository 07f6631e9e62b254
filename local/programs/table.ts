/** A program of the local region that is built from its Go module. */
export interface Program {
  /** What it does in the local region. */
  why: string;
  /** Import path of its main package; `./…` for one of our own module. */
  package: string;
  /** The module whose version is the program's own. */
  module: string;
  /** Folder below this one with the go.mod that pins it, where it cannot share that of most. */
  folder?: string;
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
 * Every program that the local region builds. Most share one go.mod (`local/programs/go.mod`), so that what several of
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
  'csi-provisioner': {
    module: 'github.com/kubernetes-csi/external-provisioner/v5',
    version: 'v5.3.0',
    folder: 'storage',
    why: 'asks the driver of EFS for the volumes of claims, where a deployment has shared volumes',
    package: 'github.com/kubernetes-csi/external-provisioner/v5/cmd/csi-provisioner',
    links: { 'main.version': 'v5.3.0' },
  },
  'efs-csi-driver': {
    // The last version that is a Go module: those from 2.0 on have a path that Go takes for one of version 1.
    module: 'github.com/kubernetes-sigs/aws-efs-csi-driver',
    version: 'v1.7.7',
    folder: 'storage',
    why: 'makes the volumes of shared volumes, access points of EFS, with the rights of AWS for it',
    package: 'github.com/kubernetes-sigs/aws-efs-csi-driver/cmd',
    links: { 'github.com/kubernetes-sigs/aws-efs-csi-driver/pkg/driver.driverVersion': 'v1.7.7' },
    edits: [
      // Calls that its version of CSI does not know; the SDK of its time knows no endpoint from the environment.
      {
        file: 'pkg/driver/driver.go',
        from: 'type Driver struct {',
        to: 'type Driver struct {\n\tcsi.UnimplementedIdentityServer\n\tcsi.UnimplementedNodeServer\n\tcsi.UnimplementedControllerServer',
      },
      {
        file: 'pkg/cloud/cloud.go',
        from: 'aws.NewConfig().WithRegion(metadata.GetRegion())',
        to: 'aws.NewConfig().WithRegion(metadata.GetRegion()).WithEndpoint(os.Getenv("AWS_ENDPOINT_URL"))',
      },
      // It runs in no pod, whose token it would read.
      {
        file: 'pkg/cloud/k8s_metadata.go',
        from: 'rest.InClusterConfig()',
        to: 'clientcmd.BuildConfigFromFlags("", os.Getenv("KUBECONFIG"))',
      },
      {
        file: 'pkg/cloud/k8s_metadata.go',
        from: '"k8s.io/client-go/rest"',
        to: '"k8s.io/client-go/tools/clientcmd"',
      },
      // What mounts on a node: the configuration of efs-utils below /etc, and its watchdog.
      {
        file: 'pkg/driver/driver.go',
        from: 'if err := d.efsWatchdog.start(); err != nil {',
        to: 'if err := error(nil); err != nil {',
      },
      {
        file: 'cmd/main.go',
        from: 'err := driver.InitConfigDir(*efsUtilsCfgLegacyDirPath, *efsUtilsCfgDirPath, etcAmazonEfs)',
        to: '_, _ = efsUtilsCfgLegacyDirPath, efsUtilsCfgDirPath\n\tvar err error',
      },
    ],
  },
  'katib-db-manager': {
    // As the pinned distribution's image has it. Its go.mod is its own alone: beside another program its driver of MySQL would be newer.
    module: 'github.com/kubeflow/katib',
    version: 'v0.19.0',
    folder: 'katib',
    why: 'shows that Katib gets into a database of RDS by what is rendered for it',
    package: 'github.com/kubeflow/katib/cmd/db-manager/v1beta1',
    links: {},
  },
  'mysql-server': {
    module: 'github.com/dolthub/go-mysql-server',
    version: 'v0.20.0',
    folder: 'database',
    why: 'a MySQL in memory that asks for TLS, as a database of RDS is to its clients',
    package: './mysql-server',
    links: {},
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
