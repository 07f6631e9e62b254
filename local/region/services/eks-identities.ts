import type { AccessEntry as ClusterAccessEntry } from '../../kubernetes/access-entries';
import { header } from '../gateway/aws-request';
import { callerHeader, type ServiceHandler } from '../gateway/gateway';
import type { AccessEntries } from '../overlays/eks-access-entries';
import type { Clusters } from './clusters';

const clusterPath = /^\/clusters(?:\/([^/?]+))?/;

/**
 * Carries EKS' access entries to the authenticator of the real control plane. Who creates a cluster administers it,
 * as with EKS' `bootstrapClusterCreatorAdminPermissions`.
 */
export class ClusterIdentities {
  private readonly creators = new Map<string, string>();

  constructor(
    private readonly clusters: Clusters,
    private readonly entries: AccessEntries,
    /** Who administers every cluster: in an account these are the roles of `admin_role_arns`. */
    private readonly administrators: readonly string[] = [],
    /** When a role of the account was made. */
    private readonly roleCreatedAt: (roleArn: string) => Promise<Date | undefined> = () =>
      Promise.resolve(undefined),
  ) {}

  /** To be asked before the handlers that make clusters: it answers access entries and notes creators. */
  readonly handler: ServiceHandler = async (request, http) => {
    const path = new URL(http.url, 'http://localhost').pathname;
    if (http.method === 'POST' && /^\/clusters\/?$/.test(path)) {
      const { name } = JSON.parse(http.body.toString('utf8')) as { name: string };
      const creator = header(http, callerHeader);
      if (creator !== undefined) this.creators.set(name, roleOfSession(creator));
      return undefined;
    }
    const response = await this.entries.handler(request, http);
    const name = clusterPath.exec(path)?.[1];
    if (response !== undefined && http.method !== 'GET' && name !== undefined) {
      await this.refresh(decodeURIComponent(name));
    }
    return response;
  };

  /** Refreshes every cluster: a role has been made, perhaps again. */
  async refreshAll(): Promise<void> {
    for (const { clusterName } of this.clusters.all()) await this.refresh(clusterName);
  }

  /**
   * Writes the present entries to the cluster's authenticator, but for dead ones: EKS keeps a role's id with its entry, and
   * a role that was re-created has another (EKS API reference, type AccessEntry).
   */
  async refresh(clusterName: string): Promise<void> {
    const alive = await Promise.all(
      this.entries.list(clusterName).map(async (entry) => {
        const madeAt = await this.roleCreatedAt(entry.principalArn);
        return madeAt === undefined || madeAt.getTime() / 1000 <= entry.createdAt ? [entry] : [];
      }),
    );
    const creator = this.creators.get(clusterName);
    const administrators = [...(creator === undefined ? [] : [creator]), ...this.administrators];
    await this.clusters.setAccessEntries(clusterName, [
      ...administrators.map((principalArn): ClusterAccessEntry => ({
        principalArn,
        accessPolicies: [{ policyArn: 'arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy' }],
      })),
      ...alive
        .flat()
        .filter(({ principalArn }) => !administrators.includes(principalArn))
        .map(({ principalArn, kubernetesGroups, username, policies }) => ({
          principalArn,
          kubernetesGroups,
          username,
          accessPolicies: policies,
        })),
    ]);
  }
}

/** `arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION` → `arn:aws:iam::ACCOUNT:role/ROLE`. */
function roleOfSession(arn: string): string {
  return arn.replace(/^arn:([^:]+):sts::(\d+):assumed-role\/([^/]+)\/.*$/, 'arn:$1:iam::$2:role/$3');
}
