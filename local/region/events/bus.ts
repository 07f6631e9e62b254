import { randomUUID } from 'node:crypto';
import type { DeployedRule } from '../../stack/template';
import { matches, type BusEvent, type EventPattern } from './pattern';

/** Delivers an event to one target of a rule. */
export type Deliver = (targetArn: string, input: unknown) => Promise<void>;

export interface EventBusOptions {
  accountId: string;
  region: string;
  rules: readonly DeployedRule[];
  deliver: Deliver;
  onFailure(rule: string, error: unknown): void;
}

/** The default event bus with the deployed rules. Schedules do not fire by themselves here: a rehearsal is too short. */
export class EventBus {
  /** Everything that was put, in order. */
  readonly events: BusEvent[] = [];
  private readonly deliveries = new Set<Promise<void>>();

  constructor(private readonly options: EventBusOptions) {}

  /** Takes an event and delivers it to the targets of every rule that matches. */
  put(event: Omit<BusEvent, 'id' | 'time' | 'account' | 'region'>): string {
    const complete: BusEvent = {
      ...event,
      id: randomUUID(),
      time: new Date().toISOString(),
      account: this.options.accountId,
      region: this.options.region,
    };
    this.events.push(complete);
    for (const rule of this.options.rules) {
      if (rule.eventPattern === undefined || !matches(rule.eventPattern as EventPattern, complete)) continue;
      for (const target of rule.targets) {
        // What is wrong with a target is its delivery's failure; the event itself has been taken.
        const delivery = Promise.resolve()
          .then(() => this.options.deliver(target.arn, inputFor(target, complete)))
          .catch((error: unknown) => {
            this.options.onFailure(rule.name, error);
          })
          .finally(() => this.deliveries.delete(delivery));
        this.deliveries.add(delivery);
      }
    }
    return complete.id ?? '';
  }

  /** Resolves when everything that was put has been delivered, what came of it included. */
  async settled(): Promise<void> {
    while (this.deliveries.size > 0) await Promise.all(this.deliveries);
  }
}

/** What a target gets: the event, its constant input, or its input transformer's text. */
function inputFor(target: DeployedRule['targets'][number], event: BusEvent): unknown {
  if (target.input !== undefined) return JSON.parse(target.input) as unknown;
  const transformer = target.inputTransformer;
  if (transformer === undefined) return event;
  const values = new Map(
    Object.entries(transformer.inputPathsMap).map(([name, path]) => [name, valueAt(event, path)] as const),
  );
  const text = transformer.inputTemplate.replace(/<([^>]+)>/g, (_, name: string, offset: number) => {
    const value = values.get(name);
    const before = transformer.inputTemplate.slice(0, offset);
    const withinText = (before.match(/(?<!\\)"/g) ?? []).length % 2 === 1;
    const json = JSON.stringify(value ?? null);
    if (!withinText) return json;
    // Within quotes of the template text is put in as it is, all else as its JSON (EventBridge user guide); quotes in
    // either are escaped, so that the whole stays JSON.
    return JSON.stringify(typeof value === 'string' ? value : json).slice(1, -1);
  });
  return JSON.parse(text) as unknown;
}

function valueAt(event: BusEvent, path: string): unknown {
  return path
    .replace(/^\$\.?/, '')
    .split('.')
    .filter((part) => part !== '')
    .reduce<unknown>(
      (value, part) =>
        typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[part] : undefined,
      event,
    );
}
