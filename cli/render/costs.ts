import type { Costs } from '../../core/prices/estimate-costs';
import type { Paint } from './paint';
import { table } from './tables';

/** What a configuration costs while nobody uses it, for people. */
export function costsText({ items, perMonth, region, asOf, notes }: Costs, paint: Paint): string {
  const dollars = (amount: number | undefined): string => (amount === undefined ? '?' : amount.toFixed(2));
  const rows = items.map(({ what, perMonth: each }) => [what, dollars(each)]);
  const title = `costs while nobody uses it, reckoned with list prices of ${region} as of ${asOf}`;
  return [
    '',
    paint.bold(title),
    table(['what', 'USD a month'], [...rows, ['together', dollars(perMonth)]]),
    ...notes,
    '',
  ].join('\n');
}
