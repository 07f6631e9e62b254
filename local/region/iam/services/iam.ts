import type { Need, Needs } from '../needs';
import { tagsOf, text, type Parameters } from '../parameters';

/** What a Create makes → the permission to tag it in the same call. */
const tagging: Readonly<Record<string, string>> = {
  CreateRole: 'TagRole',
  CreatePolicy: 'TagPolicy',
  CreateInstanceProfile: 'TagInstanceProfile',
  CreateOpenIDConnectProvider: 'TagOpenIDConnectProvider',
};

/** IAM itself: roles, policies and identity providers. The path of a role or policy is not followed: ours have none. */
export const iamNeeds: Needs = ({ action, operation, parameters, arn }) => {
  const of = (resource: string): string => arn(resource, 'iam', '');
  const role = text(parameters, 'RoleName');
  const url = text(parameters, 'Url');
  const policy = text(parameters, 'PolicyName');
  const profile = text(parameters, 'InstanceProfileName');
  let resource = text(parameters, 'PolicyArn') ?? text(parameters, 'OpenIDConnectProviderArn');
  // Before the role: AddRoleToInstanceProfile is about the profile (Service Authorization Reference).
  if (profile !== undefined) resource = of(`instance-profile/${profile}`);
  else if (role !== undefined) resource = of(`role/${role}`);
  else if (url !== undefined)
    resource = of(`oidc-provider/${url.replace(/^https:\/\/([^/:]+)(?::443)?/, '$1')}`);
  else if (operation === 'CreatePolicy' && policy !== undefined) resource = of(`policy/${policy}`);
  const tag = Object.keys(tagsOf(parameters)).length > 0 ? tagging[operation] : undefined;
  const needs: Need[] = [{ action, resource, keys: keysOf(operation, parameters) }];
  // What takes its role from a profile is a machine.
  if (operation === 'AddRoleToInstanceProfile' && role !== undefined)
    needs.push({
      action: 'iam:PassRole',
      resource: of(`role/${role}`),
      keys: { 'iam:passedtoservice': ['ec2.amazonaws.com'] },
    });
  return tag === undefined ? needs : [...needs, { action: `iam:${tag}`, resource }];
};

/** The boundary of a role that is already there is not in the request, and so is not known. */
function keysOf(operation: string, parameters: Parameters): Readonly<Record<string, readonly string[]>> {
  const given = (name: string): readonly string[] => [text(parameters, name) ?? []].flat();
  switch (operation) {
    case 'AttachRolePolicy':
    case 'DetachRolePolicy':
      return { 'iam:policyarn': given('PolicyArn') };
    case 'CreateRole':
      return { 'iam:permissionsboundary': given('PermissionsBoundary') };
    case 'CreateServiceLinkedRole':
      return { 'iam:awsservicename': given('AWSServiceName') };
    default:
      return {};
  }
}
