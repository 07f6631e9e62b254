import { Aws, Validations } from 'aws-cdk-lib';
import { Effect, PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
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
        effect: Effect.ALLOW,
        actions: [...permission.actions],
        resources: permission.resources.map(resolve),
        ...(permission.conditions && { conditions: resolveConditions(permission.conditions) }),
      }),
    );
    for (const resource of permission.resources.filter((name) => name.includes('*'))) {
      Validations.of(role).acknowledge({
        id: `AwsSolutions-IAM5[Resource::${nagName(resource)}]`,
        reason: permission.why,
      });
    }
  }
}

/**
 * Makes a resource wait for the permissions of its role, which are a resource of their own: Step Functions sets up its
 * log, and Lambda its network interfaces, while the resource is made.
 */
export function dependOnPolicy(resource: Construct, role: Role): void {
  const policy = role.node.tryFindChild('DefaultPolicy');
  if (policy) resource.node.addDependency(policy);
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
