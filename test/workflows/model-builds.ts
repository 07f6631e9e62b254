import { changesOf } from '../../builds/cluster/cluster-changes';
import type { ObservedCluster } from '../../builds/cluster/cluster-change';
import { renderCluster, type ClusterConfig } from '../../builds/cluster/cluster-config';
import type { BuildConfiguration } from '../../core/configuration';
import { exportedVariables } from '../../core/handover/build-environment';
import type { Network } from '../../core/handover/found';
import type { ServiceHandler } from '../../local/region/gateway/gateway';
import { after } from '../builds/cluster/observed';
import { perform } from '../builds/cluster/performed';
import { minimalConfiguration } from '../support/minimal-configuration';

/** The variables of a build, by name. */
export type BuildVariables = Readonly<Record<string, string>>;

/**
 * How far a build comes: `none` ends before its first change, `part` in the middle of them, `all` is through.
 */
export type BuildPart = 'none' | 'part' | 'all';

/**
 * What the builds of an account have made. A build is what it asks for: of the cluster the changes that its program plans
 * are carried out on a model, of Kubeflow what it is handed is kept (docs/adr/0112-pairs-of-configurations.md).
 */
export class ModelBuilds {
  cluster: ObservedCluster | undefined;
  /** What the last build of Kubeflow was handed. */
  installed: BuildVariables | undefined;

  /**
   * Runs a build to its end, or so far.
   *
   * @param stateName the state that starts it
   * @returns what it exports
   * @throws UserError `ClusterFailed` for a change that EKS does not allow
   */
  run(
    stateName: string,
    variables: BuildVariables,
    part: BuildPart = 'all',
  ): { Name: string; Value: string }[] {
    if (variables['MODE'] === 'plan')
      return [{ Name: exportedVariables.plan, Value: JSON.stringify({ changes: [], more: 0 }) }];
    if (part === 'none') return [];
    switch (stateName) {
      case 'Create cluster':
        this.converge(variables, part);
        return [];
      case 'Install Kubeflow':
        this.installed = part === 'all' ? variables : { ...variables, CLUSTER: 'half installed' };
        return [];
      case 'Tear down cluster':
        this.tearDown(part);
        return [{ Name: exportedVariables.left, Value: '[]' }];
      default:
        throw new Error(`no build of the model is started by ${stateName}`);
    }
  }

  private converge({ CONFIGURATION = '', FOUND = '' }: BuildVariables, part: BuildPart): void {
    const desired = renderCluster(
      JSON.parse(CONFIGURATION) as BuildConfiguration,
      JSON.parse(FOUND) as Network,
    );
    if (this.cluster === undefined) {
      this.cluster = part === 'all' ? after(desired) : after(controlPlaneOf(desired));
      return;
    }
    const changes = changesOf(desired, this.cluster);
    const done = part === 'all' ? changes : changes.slice(0, Math.ceil(changes.length / 2));
    for (const change of done) this.cluster = perform(this.cluster, change, desired);
  }

  private tearDown(part: BuildPart): void {
    this.installed = undefined;
    this.cluster =
      part === 'all' || this.cluster === undefined
        ? undefined
        : { ...this.cluster, nodeGroups: [], addons: [], podIdentities: [] };
  }
}

/** As eksctl leaves it that was killed when the control plane stood. */
function controlPlaneOf(desired: ClusterConfig): ClusterConfig {
  return {
    ...desired,
    managedNodeGroups: [],
    addons: [],
    iam: { ...desired.iam, podIdentityAssociations: [] },
  };
}

/** The cluster as EKS describes it. */
export function describedClusters(
  cluster: () => ObservedCluster | undefined,
  status: () => string,
): ServiceHandler {
  const { region, account_id: accountId } = minimalConfiguration;
  return (_, http) => {
    const { pathname } = new URL(http.url, 'http://localhost');
    const name = /^\/clusters\/([^/]+)$/.exec(pathname)?.[1];
    const found = cluster();
    if (http.method !== 'GET' || name === undefined || found === undefined) return Promise.resolve(undefined);
    const { version, tags } = found.settings;
    const described = {
      ...{ name, version, tags, status: status() },
      arn: `arn:aws:eks:${region}:${accountId}:cluster/${name}`,
      endpoint: `https://${name}.eks.example`,
      certificateAuthority: { data: 'Y2E=' },
      identity: { oidc: { issuer: `https://oidc.eks.${region}.amazonaws.com/id/${name}` } },
      resourcesVpcConfig: { clusterSecurityGroupId: 'sg-0123456789abcdef0' },
    };
    return Promise.resolve({
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ cluster: described }),
    });
  };
}
