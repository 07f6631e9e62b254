import { Logger } from '@aws-lambda-powertools/logger';
import { createClients, type AwsClients } from '../../adapters/aws/clients';
import type { AssumptionId } from '../../core/assumptions/assumption-table';
import type { Observation, Verdict } from '../../core/assumptions/observation';
import { product } from '../../core/naming';
import { defined } from '../../core/defined';
import type { PlannedChange } from '../../core/plan';

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
  /** What was changed, or in plan mode would have been, in order. */
  readonly changes: readonly PlannedChange[];
  /**
   * Every change of the world goes through here: it is logged. In plan mode it is noted and skipped, so that a step
   * tells all that it would do.
   *
   * @param change what is done, for a person, without personal data: create `user pool acme`
   * @param work the call of the adapter
   */
  mutate(change: PlannedChange | readonly PlannedChange[], work: () => Promise<void>): Promise<void>;
  /**
   * A change whose outcome the rest of the step works with, such as the id of what is made.
   *
   * @throws WouldChange in plan mode, which ends the step there: the outcome cannot be known
   */
  produce<T>(change: PlannedChange | readonly PlannedChange[], work: () => Promise<T>): Promise<T>;
  /** What the step has seen of assumptions; the handler hands it on beside the result. */
  readonly observations: readonly Observation[];
  /**
   * Notes what is seen of an assumption about AWS: it changes nothing of what the step does.
   *
   * @param value what was seen, for people; nothing secret, and nothing of a person
   */
  observe(id: AssumptionId, verdict: Verdict, value?: string): void;
  /**
   * What an execution writes about itself (its lock, its record), which is no change of the deployment.
   *
   * @param what for the log: `take the lock of acme`
   * @throws WouldChange in plan mode
   */
  record<T>(what: string, work: () => Promise<T>): Promise<T>;
}

/** Plan mode met a change without which the step cannot go on. What was found until then is in the context. */
export class WouldChange extends Error {
  constructor(what: string) {
    super(`would ${what}`);
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
  const clients = options.clients ?? createClients({ region: environment['AWS_REGION'] ?? '' });
  const changes: PlannedChange[] = [];
  const observations: Observation[] = [];
  const note = (change: PlannedChange | readonly PlannedChange[]): string => {
    const noted = 'what' in change ? [change] : change;
    changes.push(...noted);
    return noted.map(({ action, what }) => `${action} ${what}`).join(', ');
  };
  const carryOut = <T>(what: string, work: () => Promise<T>): Promise<T> => {
    if (readOnly) return Promise.reject(new WouldChange(what));
    logger.info('changing', { change: what });
    return work();
  };
  return {
    clients,
    logger,
    now: options.now ?? (() => new Date()),
    environment,
    readOnly,
    changes,
    observations,
    observe(id, verdict, value) {
      const { elsewhere } = clients;
      observations.push({ id, verdict, ...defined({ value, elsewhere }) });
      if (verdict === 'refuted') logger.warn('an assumption about AWS does not hold', { id, value });
    },
    async mutate(change, work) {
      const what = note(change);
      if (!readOnly) await carryOut(what, work);
    },
    produce: async (change, work) => carryOut(note(change), work),
    record: async (what, work) => carryOut(what, work),
  };
}
