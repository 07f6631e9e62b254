import { awsError, type AwsResponse, type ServiceHandler } from '../gateway/gateway';
import type { AwsRequest, HttpParts } from '../gateway/aws-request';
import type { Faults } from '../faults';
import { stacks, type StackRoles } from '../overlays/cloudformation';
import { clusterVersions } from '../overlays/account-facts';
import { accessEntries } from '../overlays/eks-access-entries';
import { clusterParts } from '../overlays/eks-addons';
import { clusterUpdates } from '../overlays/eks-updates';
import type { Clusters } from './clusters';
import { clustersApi } from './eks-api';
import { keyGrants, type Permits } from './eks-grants';
import { ClusterIdentities } from './eks-identities';

export interface ClusterServicesOptions {
  accountId: string;
  region: string;
  clusters: Clusters;
  /** Passes a request on to moto. */
  moto: ServiceHandler;
  faults: Faults;
  /** Says whether a caller may do something. */
  permits: Permits;
  /** When a role of the account was made. */
  roleCreatedAt: (roleArn: string) => Promise<Date | undefined>;
  /** Makes the roles of stacks, and removes them. */
  stackRoles: StackRoles;
  /** ARNs of who administers every cluster. */
  administrators: readonly string[];
}

const nodeGroupPath = /^\/clusters\/([^/?]+)\/node-groups/;

/** After every call that may have changed a cluster's node groups, its nodes follow them. */
function tellingOfNodeGroups(handler: ServiceHandler, clusters: Clusters): ServiceHandler {
  return async (request, http) => {
    const response = await handler(request, http);
    const [, name] = nodeGroupPath.exec(new URL(http.url, 'http://localhost').pathname) ?? [];
    if (response !== undefined && name !== undefined && http.method !== 'GET') {
      clusters.nodeGroupsChanged(decodeURIComponent(name));
    }
    return response;
  };
}

/**
 * EKS and the CloudFormation that makes clusters with it: what a stack asks of EKS takes the same way, through the same
 * faults, as what is asked from outside.
 */
export function clusterServices(options: ClusterServicesOptions): {
  eks: readonly ServiceHandler[];
  cloudformation: readonly ServiceHandler[];
  iam: readonly ServiceHandler[];
} {
  const { accountId, region, clusters, moto, faults, permits, administrators } = options;
  const updates = clusterUpdates(moto);
  const identities = new ClusterIdentities(
    clusters,
    accessEntries(accountId),
    administrators,
    options.roleCreatedAt,
  );
  const eks = [
    clusterVersions,
    keyGrants(permits),
    identities.handler,
    clusterParts(accountId),
    clustersApi(clusters, updates, region),
    updates,
  ].map((handler) => tellingOfNodeGroups(handler, clusters));
  const perform = async (request: AwsRequest, http: HttpParts): Promise<AwsResponse> => {
    const fault = faults.request?.(request);
    if (fault !== undefined) return awsError(http, fault);
    for (const handler of eks) {
      const response = await handler(request, http);
      if (response !== undefined) return response;
    }
    throw new Error(`no part of the region's EKS serves ${request.operation}`);
  };
  const iam: ServiceHandler = async (request, http) => {
    const response = await moto(request, http);
    if (request.operation === 'CreateRole') await identities.refreshAll();
    return response;
  };
  return {
    eks,
    cloudformation: [stacks({ accountId, region, perform, roles: options.stackRoles })],
    iam: [iam],
  };
}
