import {
  CognitoIdentityProviderClient,
  CreateUserPoolDomainCommand,
  DeleteUserPoolDomainCommand,
  DescribeUserPoolDomainCommand,
  UpdateUserPoolDomainCommand,
  type DomainStatusType,
} from '@aws-sdk/client-cognito-identity-provider';
import { ConflictError, NotReadyError } from '../../core/errors';
import type { AwsClients } from './clients';
import { isAwsError } from './errors';
import { defined } from '../../core/defined';

/** The domain of a user pool's login pages. */
export interface CustomDomain {
  domain: string;
  userPoolId: string;
  status: DomainStatusType | 'UNKNOWN';
  /** The distribution that the domain's alias record leads to; empty while it is being made. */
  cloudFrontDomain: string;
  certificateArn?: string;
  managedLoginVersion?: number;
}

/** How a custom domain is set up. */
export interface CustomDomainSettings {
  /** A certificate of us-east-1, whatever the pool's region. */
  certificateArn: string;
  /** 1: the classic hosted pages; 2: managed login, which shows nothing until each client has a branding. */
  managedLoginVersion: number;
}

/** Describes a domain. For an unknown one Cognito answers with an empty description: `undefined`. */
export async function describeCustomDomain(
  clients: AwsClients,
  domain: string,
): Promise<CustomDomain | undefined> {
  const { DomainDescription: found } = await clients
    .get(CognitoIdentityProviderClient)
    .send(new DescribeUserPoolDomainCommand({ Domain: domain }));
  if (found?.UserPoolId === undefined) return undefined;
  const certificateArn = found.CustomDomainConfig?.CertificateArn;
  return {
    domain,
    userPoolId: found.UserPoolId,
    status: found.Status ?? 'UNKNOWN',
    cloudFrontDomain: found.CloudFrontDistribution ?? '',
    ...defined({ certificateArn, managedLoginVersion: found.ManagedLoginVersion }),
  };
}

/**
 * Makes a custom domain.
 *
 * @returns the distribution's name
 * @throws NotReadyError CustomDomainNotActive while Cognito does not yet see the parent domain's address record
 * @throws ConflictError ResourceConflict when another pool, perhaps of another account, has the domain
 */
export async function createCustomDomain(
  clients: AwsClients,
  userPoolId: string,
  domain: string,
  settings: CustomDomainSettings,
): Promise<string> {
  try {
    const { CloudFrontDomain } = await clients
      .get(CognitoIdentityProviderClient)
      .send(new CreateUserPoolDomainCommand(toInput(userPoolId, domain, settings)));
    return CloudFrontDomain ?? '';
  } catch (error) {
    // Cognito has one exception for every refusal, so only its text tells which.
    if (isAwsError(error, 'InvalidParameterException')) {
      if (/resolve the root domain|valid subdomain/i.test(error.message)) {
        throw new NotReadyError(
          'CustomDomainNotActive',
          `Cognito does not see an address record of the parent of ${domain} yet: ${error.message}. ` +
            'The record was made just before; if this goes on, look whether the zone is the one that the registrar names.',
          { cause: error },
        );
      }
      if (/already (associated|exists)/i.test(error.message)) {
        throw new ConflictError(
          'ResourceConflict',
          `the Cognito domain ${domain} belongs to a user pool that is not ours, perhaps of another account: ` +
            `${error.message}. It was left alone. Choose another cognito_domain, or remove that domain.`,
          { cause: error },
        );
      }
    }
    throw error;
  }
}

/** Gives a custom domain another certificate or version of the login pages; takes minutes, the domain keeps serving. */
export async function updateCustomDomain(
  clients: AwsClients,
  userPoolId: string,
  domain: string,
  settings: CustomDomainSettings,
): Promise<void> {
  await clients
    .get(CognitoIdentityProviderClient)
    .send(new UpdateUserPoolDomainCommand(toInput(userPoolId, domain, settings)));
}

/**
 * Begins to delete a custom domain; its distribution is taken down first.
 *
 * @throws NotReadyError DeletionPending where Cognito refuses while the domain is still being made, changed or deleted
 */
export async function deleteCustomDomain(
  clients: AwsClients,
  userPoolId: string,
  domain: string,
): Promise<void> {
  try {
    await clients
      .get(CognitoIdentityProviderClient)
      .send(new DeleteUserPoolDomainCommand({ UserPoolId: userPoolId, Domain: domain }));
  } catch (error) {
    if (isAwsError(error, 'ResourceNotFoundException')) return;
    // Cognito has one exception for every refusal; what the domain is at tells this one.
    const status = isAwsError(error, 'InvalidParameterException')
      ? (await describeCustomDomain(clients, domain))?.status
      : undefined;
    if (status === 'CREATING' || status === 'UPDATING' || status === 'DELETING') {
      const message = `the custom domain ${domain} is ${status}, and Cognito does not delete it meanwhile`;
      throw new NotReadyError('DeletionPending', message, { cause: error });
    }
    throw error;
  }
}

function toInput(userPoolId: string, domain: string, settings: CustomDomainSettings) {
  return {
    UserPoolId: userPoolId,
    Domain: domain,
    CustomDomainConfig: { CertificateArn: settings.certificateArn },
    ManagedLoginVersion: settings.managedLoginVersion,
  };
}
