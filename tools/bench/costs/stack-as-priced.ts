import { synthesizeForTest } from '../../../test/infra/synthesis';
import type { Template } from './cost-runs';

/** US dollars with the digits that say something, also of small amounts. */
export function dollars(amount: number): string {
  return amount >= 0.01 ? amount.toFixed(2) : amount.toFixed(7).replace(/0+$/, '');
}

/** The stack without options. */
export function synthesizedTemplate(): Template {
  return synthesizeForTest().template;
}
