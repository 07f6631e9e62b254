/**
 * `npx tsx tools/write-costs.ts` writes the estimate of `examples/acme.yaml`, and what is paid for by use, into
 * `docs/guides/costs.md`.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { parseConfiguration } from '../core/configuration';
import { estimateCosts } from '../core/prices/estimate-costs';
import { hoursPerMonth, prices } from '../core/prices/price-table';
import { costRuns, scheduledPrices, stackMonth } from './bench/costs/cost-runs';
import { dollars, synthesizedTemplate } from './bench/costs/stack-as-priced';

const root = join(__dirname, '..');

/** Where the page is. */
export const costsFile = join(root, 'docs', 'guides', 'costs.md');

/** The page with both tables as the prices, the example and the workflows have them now. */
export async function costsPage(): Promise<string> {
  const page = readFileSync(costsFile, 'utf8');
  return withBlock(withBlock(page, 'estimate', estimate()), 'by use', await byUse());
}

function withBlock(page: string, name: string, lines: readonly string[]): string {
  const [begin, end] = [`<!-- ${name}: begin -->`, `<!-- ${name}: end -->`];
  const [before = '', rest = ''] = page.split(begin);
  const block = ['<!-- prettier-ignore-start -->', '', ...lines, '', '<!-- prettier-ignore-end -->'].join(
    '\n',
  );
  return `${before}${begin}\n\n${block}\n\n${end}${rest.split(end)[1] ?? ''}`;
}

function estimate(): string[] {
  const example: unknown = parse(readFileSync(join(root, 'examples', 'acme.yaml'), 'utf8'));
  const parsed = parseConfiguration(example);
  if (!('configuration' in parsed)) throw new Error('examples/acme.yaml is not valid');
  const { items, perMonth = 0, region, asOf, notes } = estimateCosts(parsed.configuration);
  const rows = [...items, { what: '**together**', perMonth }].map(
    ({ what, perMonth: each = 0 }) => `| ${what} | ${each.toFixed(2)} |`,
  );
  return [
    `[examples/acme.yaml](../../examples/acme.yaml) by list prices of ${region} as of ${asOf}:`,
    '',
    '| what | USD a month |',
    '| --- | ---: |',
    ...rows,
    '',
    ...notes.map((note) => `- ${note}`),
  ];
}

async function byUse(): Promise<string[]> {
  const runs = await costRuns();
  const month = stackMonth(synthesizedTemplate(), scheduledPrices(runs), hoursPerMonth);
  const together = month.reduce((sum, { perMonth }) => sum + perMonth, 0);
  return [
    '| by use | state transitions | calls of functions | build minutes | USD |',
    '| --- | ---: | ---: | ---: | ---: |',
    ...runs.map(
      ({ what, usage, price }) =>
        `| ${what} | ${usage.stateTransitions} | ${usage.functionCalls} | ${usage.buildMinutes} | ${dollars(price.together)} |`,
    ),
    '',
    '| a month of the stack, not used | USD |',
    '| --- | ---: |',
    ...month.map(({ what, perMonth }) => `| ${what} | ${dollars(perMonth)} |`),
    `| **together** | ${dollars(together)} |`,
    `| beside it: one NAT gateway, without its traffic | ${dollars(prices.natGatewayHour * hoursPerMonth)} |`,
  ];
}

if (require.main === module)
  void costsPage().then((page) => {
    writeFileSync(costsFile, page);
  });
