import {
  AdminCreateUserCommand,
  AdminGetUserCommand,
  AdminUpdateUserAttributesCommand,
  DescribeUserPoolClientCommand,
  type CognitoIdentityProviderClient,
} from '@aws-sdk/client-cognito-identity-provider';
import type { SampleUser } from '../../core/configuration/users';
import { managedByLabel } from '../../core/naming';
import { count } from '../kubernetes/audit';
import type { ControlPlane } from '../kubernetes/control-plane';
import type { KubeObject } from '../kubernetes/kube-client';
import type { Region } from '../region';
import type { Grant, Login } from './result';

export interface LoginTarget {
  userPoolId: string;
  clientId: string;
  cluster: ControlPlane;
  /** The profile manager's function, whose name is in the name of its role and so of its user in the cluster. */
  profileManager: string;
}

const providerName = 'ADFS';

/**
 * The attribute as Cognito makes it of a SAML assertion: several values in brackets, each form-encoded; one value bare
 * (`aws.md`: checked against what the service sends).
 */
export function groupsAttribute(groups: SampleUser['groups']): string {
  if (typeof groups === 'string') return groups;
  if (groups.length <= 1) return groups[0] ?? '';
  return `[${groups.map(formEncode).join(',')}]`;
}

function formEncode(value: string): string {
  return new URLSearchParams([['', value]]).toString().slice(1);
}

/** Logs a user in as Cognito does after ADFS has vouched for them: the user record, then the trigger. */
export async function logIn(region: Region, target: LoginTarget, user: SampleUser): Promise<Login> {
  // A federated user's name in a pool that does not tell case apart.
  const userName = `${providerName}_${user.userName}`.toLowerCase();
  const attributes = {
    sub: `local-${Buffer.from(userName).toString('hex').slice(0, 24)}`,
    email: user.email,
    email_verified: 'true',
    'custom:groups': groupsAttribute(user.groups),
  };
  await recordUser(region.clients.cognito, target.userPoolId, userName, attributes);
  const readable = await readableBy(region.clients.cognito, target);

  const { audit } = target.cluster;
  const mark = await audit.mark();
  const started = performance.now();
  const outcome = await region.functions.invoke(target.profileManager, {
    version: '2',
    triggerSource: 'TokenGeneration_HostedAuth',
    region: region.options.region,
    userPoolId: target.userPoolId,
    userName,
    callerContext: { awsSdkVersion: 'aws-sdk-unknown-unknown', clientId: target.clientId },
    request: {
      userAttributes: {
        ...Object.fromEntries(Object.entries(attributes).filter(([name]) => readable(name))),
        'cognito:user_status': 'EXTERNAL_PROVIDER',
      },
      groupConfiguration: {
        groupsToOverride: [`${target.userPoolId}_${providerName}`],
        iamRolesToOverride: [],
        preferredRole: null,
      },
      scopes: ['openid', 'email'],
    },
    response: { claimsAndScopeOverrideDetails: null },
  });
  const durationMs = Math.round(performance.now() - started);
  const { reads, writes } = count(
    (await audit.since(mark)).filter((event) => event.user.includes(target.profileManager)),
  );
  return {
    user: user.email,
    groups: outcome.error === undefined ? claimedGroups(outcome.result) : [],
    outcome:
      outcome.error === undefined
        ? 'allowed'
        : `refused: ${outcome.error.errorType}: ${outcome.error.errorMessage}`,
    durationMs,
    requests: { read: reads, write: writes },
    grants: await grantsOf(target.cluster, user.email),
  };
}

/**
 * Whether the trigger sees an attribute. Assumed, on the safe side: Cognito documents nowhere whether the event has what the
 * client may not read.
 */
async function readableBy(
  cognito: CognitoIdentityProviderClient,
  { userPoolId, clientId }: LoginTarget,
): Promise<(attribute: string) => boolean> {
  const { UserPoolClient: client } = await cognito.send(
    new DescribeUserPoolClientCommand({ UserPoolId: userPoolId, ClientId: clientId }),
  );
  const listed = client?.ReadAttributes ?? [];
  return (attribute) => attribute === 'sub' || listed.length === 0 || listed.includes(attribute);
}

async function recordUser(
  cognito: CognitoIdentityProviderClient,
  userPoolId: string,
  userName: string,
  attributes: Readonly<Record<string, string>>,
): Promise<void> {
  const list = Object.entries(attributes)
    .filter(([name]) => name !== 'sub')
    .map(([Name, Value]) => ({ Name, Value }));
  try {
    await cognito.send(new AdminGetUserCommand({ UserPoolId: userPoolId, Username: userName }));
  } catch {
    await cognito.send(
      new AdminCreateUserCommand({
        UserPoolId: userPoolId,
        Username: userName,
        UserAttributes: list,
        MessageAction: 'SUPPRESS',
      }),
    );
    return;
  }
  await cognito.send(
    new AdminUpdateUserAttributesCommand({
      UserPoolId: userPoolId,
      Username: userName,
      UserAttributes: list,
    }),
  );
}

function claimedGroups(result: unknown): string[] {
  const { response } = result as {
    response?: {
      claimsAndScopeOverrideDetails?: { groupOverrideDetails?: { groupsToOverride?: string[] } };
      claimsOverrideDetails?: { groupOverrideDetails?: { groupsToOverride?: string[] } };
    };
  };
  const details = response?.claimsAndScopeOverrideDetails ?? response?.claimsOverrideDetails;
  return details?.groupOverrideDetails?.groupsToOverride ?? [];
}

/** The role bindings of ours that name a user. */
export async function grantsOf(cluster: ControlPlane, email: string): Promise<Grant[]> {
  const selector = encodeURIComponent(`${managedByLabel.key}=${managedByLabel.value}`);
  const bindings = await cluster.client.list<
    KubeObject & { subjects?: { kind: string; name: string }[]; roleRef: { name: string } }
  >(`/apis/rbac.authorization.k8s.io/v1/rolebindings?labelSelector=${selector}`);
  return bindings
    .filter(({ subjects = [] }) =>
      subjects.some(({ kind, name }) => kind === 'User' && name.toLowerCase() === email.toLowerCase()),
    )
    .map(({ metadata, roleRef }) => ({
      namespace: metadata.namespace ?? '',
      role: roleRef.name.replace(/^kubeflow-/, ''),
    }))
    .sort((a, b) => a.namespace.localeCompare(b.namespace));
}
