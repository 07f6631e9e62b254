import { CreateServiceLinkedRoleCommand, GetRoleCommand, type IAMClient } from '@aws-sdk/client-iam';
import { header } from '../gateway/aws-request';
import { awsError, callerHeader, type ServiceHandler } from '../gateway/gateway';
import { callOf, UnknownCall } from '../iam/actions';
import { text } from '../iam/parameters';
import type { Permits } from './eks-grants';

/**
 * A service's name → that of its role, as the service's own guide tells: EKS user guide, "Using service-linked roles for Amazon
 * EKS"; AWS Backup developer guide, "Using roles to back up and copy"; EC2 user guide, "Service-linked role for Spot Instances".
 */
const roleNames = {
  'eks.amazonaws.com': 'AWSServiceRoleForAmazonEKS',
  'eks-nodegroup.amazonaws.com': 'AWSServiceRoleForAmazonEKSNodegroup',
  'backup.amazonaws.com': 'AWSServiceRoleForBackup',
  'spot.amazonaws.com': 'AWSServiceRoleForEC2Spot',
} as const;

type LinkedService = keyof typeof roleNames;

/** The calls with which a service makes its role in an account that has none. */
const makers: Readonly<Record<string, LinkedService>> = {
  'eks:CreateCluster': 'eks.amazonaws.com',
  'eks:CreateNodegroup': 'eks-nodegroup.amazonaws.com',
  'backup:CreateBackupSelection': 'backup.amazonaws.com',
  'backup:StartBackupJob': 'backup.amazonaws.com',
  'ec2:CreateFleet': 'spot.amazonaws.com',
};

/**
 * Roles of an account that belong to services. Where one is missing, its service makes it with the rights of whoever calls
 * (IAM user guide, "Create a service-linked role"), who is refused without them. To be asked before the handlers that serve the
 * calls; it answers refusals only. For a fleet of Spot machines it does not even that: the fleet has the error.
 */
export function serviceLinkedRoles(options: {
  permits: Permits;
  /** Of the region itself. */
  iam: () => IAMClient;
  accountId: string;
  partition: string;
}): ServiceHandler {
  const { permits, iam, accountId, partition } = options;
  return async (request, http) => {
    const service = serviceOf(request, http);
    if (service === undefined) return undefined;
    const there = await iam()
      .send(new GetRoleCommand({ RoleName: roleNames[service] }))
      .catch(() => undefined);
    if (there !== undefined) return undefined;
    const caller = header(http, callerHeader);
    const resource = `arn:${partition}:iam::${accountId}:role/aws-service-role/${service}/${roleNames[service]}`;
    const action = 'iam:CreateServiceLinkedRole';
    const context = { values: { 'iam:awsservicename': [service] }, known: ['iam:awsservicename'] };
    if (await permits(caller, { action, resource, context })) {
      await iam().send(new CreateServiceLinkedRoleCommand({ AWSServiceName: service }));
      return undefined;
    }
    if (service === 'spot.amazonaws.com') return undefined;
    return awsError(http, {
      status: 403,
      code: 'AccessDeniedException',
      message: `User: ${caller ?? ''} is not authorized to perform: ${action} on resource: ${resource}`,
    });
  };
}

/** Whose role a call would make. */
function serviceOf(...[request, http]: Parameters<ServiceHandler>): LinkedService | undefined {
  try {
    const { action, parameters } = callOf(request, http);
    const service = Object.hasOwn(makers, action) ? makers[action] : undefined;
    const isSpot = text(parameters, 'TargetCapacitySpecification.DefaultTargetCapacityType') === 'spot';
    return service === 'spot.amazonaws.com' && !isSpot ? undefined : service;
  } catch (error) {
    // What is no call of AWS' is for the next handler to say.
    if (error instanceof UnknownCall) return undefined;
    throw error;
  }
}
