import { consoleDomainOf } from '../partitions';

/**
 * An execution in the AWS console.
 *
 * @param region also tells the partition, whose console has a domain of its own
 */
export function consoleUrl(region: string, executionArn: string): string {
  return `https://${region}.${consoleDomainOf(region)}/states/home?region=${region}#/v2/executions/details/${executionArn}`;
}
