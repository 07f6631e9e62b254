/**
 * An execution in the AWS console.
 *
 * @param region also tells the partition, whose console has a domain of its own
 */
export function consoleUrl(region: string, executionArn: string): string {
  const domain = region.startsWith('cn-')
    ? 'console.amazonaws.cn'
    : region.startsWith('us-gov-')
      ? 'console.amazonaws-us-gov.com'
      : 'console.aws.amazon.com';
  return `https://${region}.${domain}/states/home?region=${region}#/v2/executions/details/${executionArn}`;
}
