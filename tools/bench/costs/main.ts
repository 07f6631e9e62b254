/**
 * What a deployment costs by use, and what the stack costs while nobody uses it, by the dated prices of core/prices:
 * transitions, functions and builds by the real definitions on a virtual clock, and the calls to AWS by a provisioning in a
 * local region. Beside it a month of one NAT gateway, which the VPC of such a deployment usually has.
 *
 *     npm run --silent bench:costs -- [--json] [--no-calls]
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { hoursPerMonth, pricedRegion, prices, pricesAsOf } from '../../../core/prices/price-table';
import { atMost, printTable, printVerdicts, runBench, say } from '../support/output';
import { countCalls, type ServiceCalls } from './count-calls';
import { costRuns, scheduledPrices, stackMonth } from './cost-runs';
import { dollars, synthesizedTemplate } from './stack-as-priced';

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      json: { type: 'boolean', default: false },
      'no-calls': { type: 'boolean', default: false },
    },
  });
  say('running the definitions on a virtual clock');
  const runs = await costRuns();
  const month = stackMonth(synthesizedTemplate(), scheduledPrices(runs), hoursPerMonth);
  const calls = values['no-calls'] ? undefined : await provisionAndCount();
  const natGateway = prices.natGatewayHour * hoursPerMonth;
  const together = month.reduce((sum, { perMonth }) => sum + perMonth, 0);
  const verdicts = [
    atMost('a month of the stack over one of a NAT gateway', Number((together / natGateway).toFixed(2)), 1),
  ];
  if (values.json) {
    const document = {
      region: pricedRegion,
      asOf: pricesAsOf,
      runs,
      month,
      together,
      natGateway,
      calls,
      verdicts,
    };
    process.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
  } else {
    printTable(
      ['by use', 'transitions', 'calls of functions', 'GB-seconds', 'build minutes', 'USD'],
      runs.map(({ what, usage, price }) => [
        what,
        usage.stateTransitions,
        usage.functionCalls,
        usage.functionGbSeconds.toFixed(2),
        usage.buildMinutes,
        dollars(price.together),
      ]),
    );
    printTable(
      ['a month, not used', 'USD'],
      [
        ...month.map(({ what, perMonth }) => [what, dollars(perMonth)]),
        ['the stack, together', dollars(together)],
        ['one NAT gateway, without its traffic', dollars(natGateway)],
      ],
    );
    if (calls !== undefined)
      printTable(
        ['calls to AWS of a provisioning', 'reading', 'changing'],
        calls.map(({ service, reading, changing }) => [service, reading, changing]),
      );
    process.stdout.write(`list prices of ${pricedRegion} as of ${pricesAsOf}\n`);
    printVerdicts(verdicts);
  }
  if (verdicts.some(({ met }) => !met)) process.exitCode = 1;
}

async function provisionAndCount(): Promise<readonly ServiceCalls[]> {
  const folder = await mkdtemp(join(tmpdir(), 'kfe-costs-'));
  try {
    return await countCalls(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

runBench(main);
