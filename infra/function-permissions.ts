import { here, type Permission } from '../core/permissions';

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

/** What a function in a VPC may do besides: Lambda makes its network interfaces with the function's role. */
export const networkPermissions: readonly Permission[] = [
  {
    actions: [
      'ec2:CreateNetworkInterface',
      'ec2:DescribeNetworkInterfaces',
      'ec2:DescribeSubnets',
      'ec2:DeleteNetworkInterface',
      'ec2:AssignPrivateIpAddresses',
      'ec2:UnassignPrivateIpAddresses',
    ],
    resources: ['*'],
    why: 'Lambda makes and removes the network interfaces of a function in a VPC; the actions that describe know no resources.',
  },
];
