import type { AttributeType } from '@aws-sdk/client-cognito-identity-provider';
import type { DirectoryUser } from '../../core/access/directory';
import { customAttributes } from '../../core/saml/directory-kinds';

/** Cognito's own limit for one page of users. */
export const pageSize = 60;

/** A user as Cognito describes one. */
export function userOf(
  userName: string,
  enabled: boolean | undefined,
  attributes: readonly AttributeType[],
  changedAt: Date | undefined,
): DirectoryUser {
  const value = (name: string) => attributes.find((attribute) => attribute.Name === name)?.Value;
  return {
    userName,
    enabled: enabled !== false,
    email: value('email'),
    groupsAttribute: value(customAttributes.groups),
    ...((value(customAttributes.groupsLeftOut) ?? '') !== '' && { groupsLeftOut: true }),
    changedAt,
  };
}
