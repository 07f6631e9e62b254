import type { DeployedRole } from '../../stack/template';
import { readStatements } from './evaluate';
import { asList } from './conditions';
import { matchesPattern } from './patterns';

/** An action that a role is allowed and has not used. */
export interface UnusedAction {
  role: string;
  action: string;
}

/**
 * Actions that services take with a role by themselves, out of sight of the gateway: Lambda's and CodeBuild's logs,
 * traces and network interfaces, Step Functions' log delivery and its rule for builds, keys of encrypted topics and
 * projects, the queue for failed events.
 */
const outOfSight = [
  'logs:*LogDelivery',
  'logs:*LogDeliveries',
  'logs:*ResourcePolic*',
  'logs:CreateLogStream',
  'logs:PutLogEvents',
  'xray:*',
  'kms:Decrypt',
  'kms:GenerateDataKey',
  'sqs:SendMessage',
  'ec2:*NetworkInterface*',
  'ec2:*PrivateIpAddresses',
  'events:PutTargets',
  'events:PutRule',
  'events:DescribeRule',
];

/**
 * What the roles are allowed and did not use in a run, without what cannot be seen here. A run goes one of many ways,
 * so this is to be read, not to be zero.
 *
 * @param used the region's account of the run
 */
export function unusedActions(
  roles: readonly DeployedRole[],
  used: ReadonlyMap<string, ReadonlySet<string>>,
): UnusedAction[] {
  return roles.flatMap(({ name, statements }) => {
    const taken = [...(used.get(name) ?? [])].map((action) => action.toLowerCase());
    const allowed = readStatements(statements)
      .filter(({ Effect: effect }) => effect === 'Allow')
      .flatMap(({ Action: action }) => asList(action));
    return [...new Set(allowed)]
      .filter((action) => !outOfSight.some((pattern) => matchesPattern(action, pattern, true)))
      .filter((action) => !taken.some((taken) => matchesPattern(taken, action, true)))
      .map((action) => ({ role: name, action }))
      .sort((a, b) => a.action.localeCompare(b.action));
  });
}

/** Allowed actions with a wildcard in them: there should be none. */
export function wildcardActions(roles: readonly DeployedRole[]): UnusedAction[] {
  return roles.flatMap(({ name, statements }) =>
    readStatements(statements)
      .flatMap(({ Action: action }) => asList(action))
      .filter((action) => /[*?]/.test(action))
      .map((action) => ({ role: name, action })),
  );
}
