import type { DirectoryUser } from '../../../core/access/directory';
import { customAttributes } from '../../../core/saml/directory-kinds';

/** What Cognito hands to its trigger before it makes a token for a user (events of version 2). */
export function loginEvent(userPoolId: string, { userName, email, groupsAttribute }: DirectoryUser) {
  return {
    version: '2',
    triggerSource: 'TokenGeneration_HostedAuth',
    userPoolId,
    userName,
    request: { userAttributes: { email, [customAttributes.groups]: groupsAttribute } },
    response: {},
  };
}
