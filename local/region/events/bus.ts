import { randomUUID } from 'node:crypto';
import type { DeployedRule } from '../../stack/template';
import { matches, type BusEvent, type EventPattern } from './pattern';

/** Delivers an event to one target of a rule. */
export type Deliver = (targetArn: string, input: unknown, ruleArn: string) => Promise<void>;

export interface EventBusOptions {
  accountId: string;
  region: string;
  rules: readonly DeployedRule[];
  /** Rules that were made since, if any may have been; asked for at each event. */
  madeRules?: () => Promise<readonly DeployedRule[]>;
  deliver: Deliver;
  onFailure(rule: string, error: unknown): void;
}

/**
 * The default event bus with the deployed rules, and those that were made since. Schedules do not fire by themselves here: a rehearsal is too short; they do
 * when they are told to.
 */
export class EventBus {
  /** Everything that was put, in order. */
  readonly events: BusEvent[] = [];
  private readonly deliveries = new Set<Promise<void>>();

  constructor(private readonly options: EventBusOptions) {}

  /** Takes an event and delivers it to the targets of every rule that matches. */
  put(event: Omit<BusEvent, 'id' | 'time' | 'account' | 'region'>): string {
    const complete = this.complete(event, new Date());
    this.events.push(complete);
    this.deliverBy(this.options.rules, complete);
    const { madeRules } = this.options;
    if (madeRules !== undefined) {
      this.under(
        'rules that were made',
        madeRules().then((rules) => {
          this.deliverBy(rules, complete);
        }),
      );
    }
    return complete.id ?? '';
  }

  /**
   * What the service does when a rule's schedule is due: its targets get a "Scheduled Event", whose time has no fractions of
   * a second, or their constant input.
   *
   * @param at when it was due
   * @throws Error for a rule that is not there or has no schedule
   */
  fire(ruleName: string, at = new Date()): void {
    const rule = this.options.rules.find(({ name }) => name === ruleName);
    if (rule?.schedule === undefined) throw new Error(`no rule ${ruleName} has a schedule`);
    this.deliver(
      rule,
      this.complete(
        { source: 'aws.events', 'detail-type': 'Scheduled Event', resources: [rule.arn], detail: {} },
        at,
      ),
    );
  }

  private complete(event: Omit<BusEvent, 'id' | 'time' | 'account' | 'region'>, at: Date): BusEvent {
    return {
      // "By default, this is set to 0 (zero) in all events" (EventBridge event reference); Karpenter passes over others.
      version: '0',
      ...event,
      id: randomUUID(),
      // "yyyy-mm-ddThh:mm:ssZ" (EventBridge event reference, "AWS service event metadata").
      time: `${at.toISOString().slice(0, 'yyyy-mm-ddThh:mm:ss'.length)}Z`,
      account: this.options.accountId,
      region: this.options.region,
    };
  }

  private deliverBy(rules: readonly DeployedRule[], event: BusEvent): void {
    for (const rule of rules)
      if (rule.eventPattern !== undefined && matches(rule.eventPattern as EventPattern, event))
        this.deliver(rule, event);
  }

  private deliver(rule: DeployedRule, event: BusEvent): void {
    for (const target of rule.targets) {
      // What is wrong with a target is its delivery's failure; the event itself has been taken.
      this.under(
        rule.name,
        Promise.resolve().then(() => this.options.deliver(target.arn, inputFor(target, event), rule.arn)),
      );
    }
  }

  /** Keeps something under way until it is over, and tells of its failure. */
  private under(name: string, work: Promise<void>): void {
    const delivery = work
      .catch((error: unknown) => {
        this.options.onFailure(name, error);
      })
      .finally(() => this.deliveries.delete(delivery));
    this.deliveries.add(delivery);
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
    if (!withinText) return JSON.stringify(value ?? null);
    // What has a quote in it ends the text there, and what is left is no JSON: nothing is delivered.
    return typeof value === 'string' ? value : withoutQuotes(value);
  });
  return JSON.parse(text) as unknown;
}

/**
 * What is no text, within the quotes of a template: EventBridge escapes no value that it puts in (its user guide, "Amazon
 * EventBridge input transformation", Common issues), and leaves the quotes of lists and objects out (localstack,
 * `services/events/target.py`, whose tests were run against AWS).
 */
function withoutQuotes(value: unknown): string {
  if (Array.isArray(value)) return `[${value.join(',')}]`;
  return JSON.stringify(value ?? '').replaceAll('"', '');
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
