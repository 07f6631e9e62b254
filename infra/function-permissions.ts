import { product } from '../core/naming';
import { allowList, here, type Permission } from '../core/permissions';

/** What every function may do: write to its own log group and send traces. */
export function commonPermissions(logGroup: string): readonly Permission[] {
  return [
    {
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: [here('logs', `log-group:${logGroup}:*`)],
      why: 'Writes its own log; the wildcard is the log stream, whose name Lambda chooses.',
    },
    {
      actions: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'],
      resources: ['*'],
      why: 'Sends traces; the actions know no resources.',
    },
  ];
}

const networkInterfaces = [
  'ec2:CreateNetworkInterface',
  'ec2:DeleteNetworkInterface',
  'ec2:AssignPrivateIpAddresses',
  'ec2:UnassignPrivateIpAddresses',
];
const networkViews = ['ec2:DescribeNetworkInterfaces', 'ec2:DescribeSubnets'];

/**
 * What a function in a VPC may do besides: Lambda makes its network interfaces with the function's role. Its code is
 * forbidden what Lambda needs ("Giving Lambda functions access to resources in an Amazon VPC", Lambda developer guide:
 * only calls of the code have `lambda:SourceFunctionArn`).
 */
export const networkPermissions: readonly Permission[] = [
  {
    actions: networkInterfaces,
    // Lambda refuses a role that may delete some interfaces only: all ids must be in it (Lambda developer guide).
    resources: [here('ec2', '*/*')],
    why: 'Lambda makes and removes the network interfaces of a function in a VPC, whose ids are random.',
  },
  allowList(networkViews, 'Lambda looks for the network of a function in a VPC'),
  {
    effect: 'deny',
    actions: [...networkInterfaces, ...networkViews],
    resources: ['*'],
    conditions: { ArnLike: { 'lambda:SourceFunctionArn': here('lambda', `function:${product}-*`) } },
    why: "The function's own code may do none of that.",
  },
];
