import { Logger } from '@aws-lambda-powertools/logger';
import { createClients, type AwsClients } from '../../adapters/aws/clients';
import { product } from '../../core/naming';

/** The variables of the process; read them with `readEnvironment` of `core/environment.ts`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What a task works with. Tests make one with clients of their own. */
export interface TaskContext {
  readonly clients: AwsClients;
  readonly logger: Logger;
  readonly now: () => Date;
  readonly environment: Environment;
  /** Plan mode: nothing may be changed. */
  readonly readOnly: boolean;
  /** The descriptions of what was changed, or in plan mode would have been, in order. */
  readonly changes: readonly string[];
  /**
   * Every change of the world goes through here: it is logged, and in plan mode refused.
   *
   * @param description what is changed, for a person, without personal data: `create user pool acme`
   * @param change the call of the adapter
   * @throws WouldChange in plan mode, before anything is done
   */
  mutate<T>(description: string, change: () => Promise<T>): Promise<T>;
}

/** Plan mode met a change. The changes found until then are in the context. */
export class WouldChange extends Error {
  constructor(readonly description: string) {
    super(`would ${description}`);
    this.name = 'WouldChange';
  }
}

export interface ContextOptions {
  clients?: AwsClients;
  logger?: Logger;
  now?: () => Date;
  environment?: Environment;
  readOnly?: boolean;
}

/** A context for one run of a task. Whatever is not given is that of the Lambda function. */
export function createContext(options: ContextOptions = {}): TaskContext {
  const environment = options.environment ?? process.env;
  const logger = options.logger ?? new Logger({ serviceName: product });
  const readOnly = options.readOnly ?? false;
  const changes: string[] = [];
  return {
    clients: options.clients ?? createClients({ region: environment['AWS_REGION'] ?? '' }),
    logger,
    now: options.now ?? (() => new Date()),
    environment,
    readOnly,
    changes,
    async mutate(description, change) {
      changes.push(description);
      if (readOnly) throw new WouldChange(description);
      logger.info('changing', { change: description });
      return change();
    },
  };
}
