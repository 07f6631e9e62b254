import { Aws, Validations } from 'aws-cdk-lib';
import { Effect, PolicyStatement, ServicePrincipal, type Role } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { Permission } from '../core/permissions';

const placeholders: Readonly<Record<string, string>> = {
  '<partition>': Aws.PARTITION,
  '<region>': Aws.REGION,
  '<account>': Aws.ACCOUNT_ID,
};

function resolve(text: string): string {
  return text.replaceAll(/<partition>|<region>|<account>/g, (name) => placeholders[name] ?? name);
}

/**
 * Gives a role its permissions, and hands cdk-nag the reason for each wildcard in a resource. An action with a wildcard
 * has no such way: it stays a finding and fails the synthesis.
 */
export function grant(role: Role, permissions: readonly Permission[]): void {
  for (const permission of permissions) {
    role.addToPolicy(
      new PolicyStatement({
        effect: permission.effect === 'deny' ? Effect.DENY : Effect.ALLOW,
        actions: [...permission.actions],
        resources: permission.resources.map(resolve),
        ...(permission.conditions && { conditions: resolveConditions(permission.conditions) }),
      }),
    );
    if (permission.effect === 'deny') continue;
    for (const resource of permission.resources.filter((name) => name.includes('*'))) {
      Validations.of(role).acknowledge({
        id: `AwsSolutions-IAM5[Resource::${nagName(resource)}]`,
        reason: permission.why,
      });
    }
  }
}

/**
 * A service that takes a role on behalf of this account's resources, and of no other account's ("cross-service confused
 * deputy prevention" in the guides of CodeBuild, Step Functions and EventBridge).
 */
export function forThisAccount(service: 'codebuild' | 'states' | 'events'): ServicePrincipal {
  return new ServicePrincipal(`${service}.amazonaws.com`, {
    conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
  });
}

/**
 * Makes a resource wait for the permissions of its role, which are resources of their own: Step Functions sets up its
 * log, and Lambda and CodeBuild their network interfaces, while the resource is made. CDK moves what is too long for the
 * role's first policy to further ones when it writes the template; to depend on the role is to depend on all of them.
 */
export function dependOnPolicy(resource: Construct, role: Role): void {
  resource.node.addDependency(role);
}

function resolveConditions(conditions: NonNullable<Permission['conditions']>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(conditions).map(([operator, keys]) => [
      operator,
      Object.fromEntries(
        Object.entries(keys).map(([key, value]) => [
          key,
          typeof value === 'string' ? resolve(value) : value.map(resolve),
        ]),
      ),
    ]),
  );
}

/** How cdk-nag writes a resource in a finding. */
function nagName(resource: string): string {
  return resource
    .replaceAll('<partition>', '<AWS::Partition>')
    .replaceAll('<region>', '<AWS::Region>')
    .replaceAll('<account>', '<AWS::AccountId>');
}
