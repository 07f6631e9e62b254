import { EC2Client } from '@aws-sdk/client-ec2';
import { IAMClient } from '@aws-sdk/client-iam';
import type { AwsClients } from '../../../adapters/aws/clients';
import { cloudFormation } from '../cloudformation/cloudformation-api';
import { StackStore } from '../cloudformation/stack-store';
import type { AwsRequest, HttpParts } from '../gateway/aws-request';
import type { ServiceHandler } from '../gateway/gateway';
import { readForm } from '../overlays/query-xml';
import { clusterVersions } from '../overlays/account-facts';
import { accessEntries } from '../overlays/eks-access-entries';
import { clusterParts } from '../overlays/eks-addons';
import { clusterUpdates } from '../overlays/eks-updates';
import { newRoles } from '../overlays/new-roles';
import type { Clusters } from './clusters';
import { clustersApi } from './eks-api';
import { clusterSecurityGroups } from './eks-security-groups';
import { keyGrants, type Permits } from './eks-grants';
import { launches } from './launches';
import { nodeGroupLaunches } from './node-group-launches';
import { ClusterIdentities } from './eks-identities';
import { serviceLinkedRoles } from './service-linked-roles';

export interface ClusterServicesOptions {
  accountId: string;
  region: string;
  clusters: Clusters;
  /** Passes a request on to moto. */
  moto: ServiceHandler;
  /** Clients with the rights of whoever has an access key; they go through the gateway. */
  clientsOf: (accessKeyId: string) => AwsClients;
  /** File in which the stacks are kept. */
  stacksFile: string;
  /** Clients of the region itself, past the gateway. */
  ownClients: AwsClients;
  /** Says whether a caller may do something. */
  permits: Permits;
  /** When a role of the account was made. */
  roleCreatedAt: (roleArn: string) => Promise<Date | undefined>;
  /** How long EKS does not see a role that was just made, in milliseconds. */
  unseenRoleMs: () => number;
  /** ARNs of who administers every cluster. */
  administrators: readonly string[];
}

const partPath = /^\/clusters\/([^/?]+)\/(node-groups|access-entries)/;

/** After every call that may have changed a cluster's node groups, or whose machines may join it, its nodes follow. */
function tellingOfNodes(handler: ServiceHandler, clusters: Clusters): ServiceHandler {
  return async (request, http) => {
    const response = await handler(request, http);
    const [, name, part] = partPath.exec(new URL(http.url, 'http://localhost').pathname) ?? [];
    if (response !== undefined && name !== undefined && http.method !== 'GET') {
      if (part === 'node-groups') clusters.nodeGroupsChanged(decodeURIComponent(name));
      else clusters.machinesChanged();
    }
    return response;
  };
}

/**
 * IAM's ARN of an identity provider is without the port of its address: eksctl makes it with one, and looks for it without
 * (eksctl 0.230, `pkg/iam/oidc`).
 */
function withoutDefaultPort({ operation }: AwsRequest, http: HttpParts): HttpParts {
  if (operation !== 'CreateOpenIDConnectProvider') return http;
  const form = readForm(http);
  form.set('Url', (form.get('Url') ?? '').replace(/^(https:\/\/[^/:]+):443/, '$1'));
  return { ...http, body: Buffer.from(form.toString()) };
}

/** EKS, the CloudFormation that makes clusters with it, and the machines that join them. */
export function clusterServices(options: ClusterServicesOptions): {
  eks: readonly ServiceHandler[];
  cloudformation: readonly ServiceHandler[];
  iam: readonly ServiceHandler[];
  ec2: readonly ServiceHandler[];
  /** To be asked before the one that serves AWS Backup. */
  backup: readonly ServiceHandler[];
} {
  const { accountId, region, clusters, moto, permits, administrators, clientsOf, ownClients } = options;
  const updates = clusterUpdates(moto);
  const identities = new ClusterIdentities(
    clusters,
    accessEntries(accountId),
    administrators,
    options.roleCreatedAt,
  );
  const arn = (resource: string): string => `arn:aws:ec2:${region}:${accountId}:${resource}`;
  const ofCaller = { permits, ec2: () => ownClients.get(EC2Client), iam: () => ownClients.get(IAMClient) };
  const linkedRoles = serviceLinkedRoles({ ...ofCaller, accountId, partition: 'aws' });
  const eks = [
    clusterVersions,
    linkedRoles,
    keyGrants(permits),
    newRoles(options.roleCreatedAt, options.unseenRoleMs),
    nodeGroupLaunches({ ...ofCaller, arn, imageArn: `arn:aws:ec2:${region}::image/ami-of-eks` }),
    identities.handler,
    clusterParts(accountId, updates),
    clustersApi(clusters, updates, region, clusterSecurityGroups(ownClients)),
    updates,
  ].map((handler) => tellingOfNodes(handler, clusters));
  const iam: ServiceHandler = async (request, http) => {
    const response = await moto(request, withoutDefaultPort(request, http));
    if (request.operation === 'CreateRole') await identities.refreshAll();
    return response;
  };
  const store = new StackStore(options.stacksFile);
  const ec2 = launches({
    ...ofCaller,
    moto,
    arn,
    onChange: () => {
      clusters.machinesChanged();
    },
  });
  return {
    eks,
    cloudformation: [cloudFormation({ accountId, region, store, clientsOf })],
    iam: [iam],
    ec2: [linkedRoles, ec2],
    backup: [linkedRoles],
  };
}
