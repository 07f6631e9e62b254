import type { HistoryEvent } from 'step-functions-local';
import { builds, call } from '../../../core/execution/documented-durations';
import { prices } from '../../../core/prices/price-table';
import { functionSpec } from '../../../infra/functions';
import { ruleNames } from '../../../infra/names';
import { dryRun } from '../../../test/workflows/dry-run';
import { exampleConfiguration } from '../../../test/workflows/samples';
import { timedRun } from '../provisioning/timed-run';
import { priceOf, usageOf, type Usage, type UsagePrice } from './execution-usage';

/** Something that is paid for by use. */
export interface CostRun {
  readonly what: string;
  readonly usage: Usage;
  readonly price: UsagePrice;
}

const planRun = 'a plan';
const resyncRun = 'a resync of one deployment, 10,000 people';

/** What the runs cost that the stack starts by itself. */
export function scheduledPrices(runs: readonly CostRun[]): { resync: UsagePrice; plan: UsagePrice } {
  const priceOfRun = (name: string): UsagePrice => {
    const found = runs.find(({ what }) => what === name);
    if (found === undefined) throw new Error(`${name} was not run`);
    return found.price;
  };
  return { resync: priceOfRun(resyncRun), plan: priceOfRun(planRun) };
}

/** Seconds that a pass over the access of 10,000 people takes (bench:resync). */
const passSeconds = 15;

/** Seconds of the profile manager for one login: half of all logins of bench:monday were done in 29 ms. */
const loginSeconds = 0.03;

/** A provisioning, a plan of it and a resync by the real definitions on the virtual clock, and a login. */
export async function costRuns(): Promise<CostRun[]> {
  const provisioning = await timedRun('typical');
  return [
    run('a provisioning', usageOf(provisioning.history)),
    run(planRun, usageOf(await historyOf('plan', exampleConfiguration))),
    run(resyncRun, usageOf(await historyOf('resync', {}))),
    run('a login', {
      stateTransitions: 0,
      functionCalls: 1,
      functionGbSeconds: (loginSeconds * functionSpec('profile-manager').memoryMb) / 1024,
      buildMinutes: 0,
      events: 0,
    }),
  ];
}

/** Seconds of a build that only compares, its place in the queue and its downloads included; assumed. */
const planBuildSeconds = 180;

async function historyOf(workflow: 'plan' | 'resync', input: unknown): Promise<readonly HistoryEvent[]> {
  const { record, history } = await dryRun(workflow, input, {}, async ({ stateName, service, clock }) => {
    const seconds =
      service === 'codebuild'
        ? planBuildSeconds
        : stateName === 'Reconcile access'
          ? passSeconds
          : (builds[stateName] ?? call).typical;
    await clock.sleep(seconds * 1000);
  });
  if (record.status !== 'SUCCEEDED') throw new Error(`${workflow} ended with ${record.status}`);
  return history;
}

function run(what: string, usage: Usage): CostRun {
  return { what, usage, price: priceOf(usage) };
}

/** One part of what an idle month costs beside what the configuration asks for, US dollars. */
export interface MonthlyPart {
  readonly what: string;
  readonly perMonth: number;
}

/** What the stack costs a month while nobody uses it, from its template: the deployments' own machines are not in it. */
export function stackMonth(
  template: Template,
  { resync, plan }: { resync: UsagePrice; plan: UsagePrice },
  hoursPerMonth: number,
): MonthlyPart[] {
  const resources = Object.values(template.Resources);
  const count = (type: string): number => resources.filter(({ Type }) => Type === type).length;
  const alarms = count('AWS::CloudWatch::Alarm');
  const metrics = new Set(
    resources
      .filter(({ Type, Properties = {} }) => Type === 'AWS::CloudWatch::Alarm' && !isOfAws(Properties))
      .map(({ Properties = {} }) => JSON.stringify([Properties['Namespace'], Properties['MetricName']])),
  ).size;
  const timesOf = (rule: string): number => {
    const hours = scheduleHours(resources, rule);
    return hours === undefined ? 0 : hoursPerMonth / hours;
  };
  const [resyncs, looks] = [timesOf(ruleNames.schedule), timesOf(ruleNames.driftSchedule)];
  return [
    { what: `${alarms} alarms`, perMonth: alarms * prices.alarmMonth },
    { what: `${metrics} metrics of its own`, perMonth: metrics * prices.metricMonth },
    {
      what: `${count('AWS::CloudWatch::Dashboard')} dashboard`,
      perMonth: count('AWS::CloudWatch::Dashboard') * prices.dashboardMonth,
    },
    {
      what: `${count('AWS::KMS::Key')} key`,
      perMonth: count('AWS::KMS::Key') * prices.keyMonth,
    },
    { what: `${Math.round(resyncs)} resyncs of one deployment`, perMonth: resyncs * resync.together },
    { what: `${Math.round(looks)} looks for drift of one deployment`, perMonth: looks * plan.together },
  ];
}

/** A synthesised template, as far as it is read here. */
export interface Template {
  readonly Resources: Readonly<
    Record<string, { readonly Type: string; readonly Properties?: Readonly<Record<string, unknown>> }>
  >;
}

function isOfAws({ Namespace, Metrics }: Readonly<Record<string, unknown>>): boolean {
  return Metrics !== undefined || String(Namespace).startsWith('AWS/');
}

/**
 * How many hours are between two times that a rule is due; `undefined` where there is no such rule.
 *
 * @throws Error for a schedule that is not in whole hours or days
 */
function scheduleHours(
  resources: readonly Template['Resources'][string][],
  ruleName: string,
): number | undefined {
  const rule = resources.find(
    ({ Type, Properties }) => Type === 'AWS::Events::Rule' && Properties?.['Name'] === ruleName,
  );
  if (rule === undefined) return undefined;
  const schedule = String(rule.Properties?.['ScheduleExpression']);
  const [, count, unit] = /^rate\((\d+) (hour|day)s?\)$/.exec(schedule) ?? [];
  if (count === undefined)
    throw new Error(`the schedule of ${ruleName} is not in hours or days: ${schedule}`);
  return Number(count) * (unit === 'day' ? 24 : 1);
}
