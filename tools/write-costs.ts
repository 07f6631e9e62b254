/** `npx tsx tools/write-costs.ts` writes the estimate of `examples/acme.yaml` into `docs/guides/costs.md`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { parseConfiguration } from '../core/configuration';
import { estimateCosts } from '../core/prices/estimate-costs';

const root = join(__dirname, '..');

/** Where the page is. */
export const costsFile = join(root, 'docs', 'guides', 'costs.md');

const [begin, end] = ['<!-- estimate: begin -->', '<!-- estimate: end -->'];

/** The page with the estimate as the price table and the example have it now. */
export function costsPage(): string {
  const page = readFileSync(costsFile, 'utf8');
  const example: unknown = parse(readFileSync(join(root, 'examples', 'acme.yaml'), 'utf8'));
  const parsed = parseConfiguration(example);
  if (!('configuration' in parsed)) throw new Error('examples/acme.yaml is not valid');
  const { items, perMonth = 0, region, asOf, notes } = estimateCosts(parsed.configuration);
  const rows = [...items, { what: '**together**', perMonth }].map(
    ({ what, perMonth: each = 0 }) => `| ${what} | ${each.toFixed(2)} |`,
  );
  const block = [
    '<!-- prettier-ignore-start -->',
    '',
    `[examples/acme.yaml](../../examples/acme.yaml) by list prices of ${region} as of ${asOf}:`,
    '',
    '| what | USD a month |',
    '| --- | ---: |',
    ...rows,
    '',
    ...notes.map((note) => `- ${note}`),
    '',
    '<!-- prettier-ignore-end -->',
  ].join('\n');
  const [before = '', rest = ''] = page.split(begin);
  return `${before}${begin}\n\n${block}\n\n${end}${rest.split(end)[1] ?? ''}`;
}

if (require.main === module) writeFileSync(costsFile, costsPage());
