import { customAttributes } from '../../core/saml/directory-kinds';

/** What the profile manager needs of Cognito's pre-token-generation event, version 1, 2 or 3. */
export interface LoginRequest {
  readonly userPoolId: string;
  /** Cognito's name of the user. */
  readonly userName: string | undefined;
  /** Cognito's trigger source, such as `TokenGeneration_HostedAuth`. */
  readonly source: string;
  readonly email: string | undefined;
  readonly groupsAttribute: string | undefined;
  /** Whether the directory has left the groups out, so that their attribute is an earlier login's. */
  readonly groupsLeftOut: boolean;
}

/** The event as Cognito sends it and wants it back; the parts that are not ours are passed through. */
export interface PreTokenEvent {
  readonly version?: string;
  readonly triggerSource?: string;
  readonly userPoolId: string;
  readonly userName?: string;
  readonly request: {
    readonly userAttributes?: Readonly<Record<string, string | undefined>>;
    readonly groupConfiguration?: {
      readonly iamRolesToOverride?: readonly string[] | null;
      readonly preferredRole?: string | null;
    };
  };
  readonly response?: object | null;
}

/**
 * Reads the event.
 *
 * @returns `undefined` where no user logs in: a machine's client credentials have no attributes
 * @throws Error where it is no pre-token-generation event at all
 */
export function readLogin(event: PreTokenEvent): LoginRequest | undefined {
  const { userPoolId, request } = event as Partial<PreTokenEvent>;
  if (typeof userPoolId !== 'string' || typeof request !== 'object') {
    throw new Error(
      'the event is none of Cognito before token generation: userPoolId or request are missing',
    );
  }
  const { userAttributes } = request;
  if (userAttributes === undefined) return undefined;
  return {
    userPoolId,
    userName: (event as Partial<PreTokenEvent>).userName,
    source: event.triggerSource ?? 'unknown',
    email: userAttributes['email'],
    groupsAttribute: userAttributes[customAttributes.groups],
    groupsLeftOut: (userAttributes[customAttributes.groupsLeftOut] ?? '') !== '',
  };
}

/**
 * The answer: `cognito:groups` becomes the directory's groups.
 *
 * Version 1 (Lite tier) has the override in `claimsOverrideDetails`; version 2 and 3 in `claimsAndScopeOverrideDetails`,
 * for the ID and the access token alike.
 */
export function withGroups<E extends PreTokenEvent>(event: E, groups: readonly string[]): E {
  const { iamRolesToOverride, preferredRole } = event.request.groupConfiguration ?? {};
  const groupOverrideDetails = {
    groupsToOverride: [...groups],
    iamRolesToOverride: iamRolesToOverride ?? [],
    ...(preferredRole === undefined || preferredRole === null ? {} : { preferredRole }),
  };
  const field = (event.version ?? '1') === '1' ? 'claimsOverrideDetails' : 'claimsAndScopeOverrideDetails';
  return { ...event, response: { ...event.response, [field]: { groupOverrideDetails } } };
}
