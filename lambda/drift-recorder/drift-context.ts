import type { Logger } from '@aws-lambda-powertools/logger';
import type { AwsClients } from '../../adapters/aws/clients';

/** What the recorder works with. */
export interface DriftContext {
  clients: AwsClients;
  logger: Pick<Logger, 'info' | 'warn' | 'appendKeys'>;
  now: () => Date;
  environment: Readonly<Record<string, string | undefined>>;
  /** Publishes a value of a metric that an alarm watches. */
  measure: (name: string, value: number) => void;
}
