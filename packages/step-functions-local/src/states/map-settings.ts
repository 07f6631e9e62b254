import { isDistributed, type MapState } from '../definition/types';
import type { MapItem } from '../execution/records';
import { evaluateTemplate, evaluateTyped, evaluationError } from '../language/template';
import { evaluationScope, type StateContext } from './context';

interface Items {
  readonly items: readonly unknown[];
  readonly keyed?: boolean;
}

/** Iterations that an inline Map runs at once where MaxConcurrency does not say less; AWS names about 40. */
const inlineConcurrency = 40;
/** Child workflows that a distributed Map runs at once. */
const distributedConcurrency = 10_000;

export interface MapSettings extends Items {
  readonly maxConcurrency: number;
  readonly toleratedFailures?: number;
}

/**
 * Evaluates what a Map iterates over and how.
 * https://docs.aws.amazon.com/step-functions/latest/dg/state-map-inline.html and
 * https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html
 */
export async function mapSettings(context: StateContext<MapState>): Promise<MapSettings> {
  const { state } = context;
  const evaluation = evaluationScope(context);
  const given = await itemsOf(context);
  const { items } = given;
  const limit = isDistributed(state) ? distributedConcurrency : inlineConcurrency;
  const requested = await count(context, 'MaxConcurrency', state.MaxConcurrency);
  const maxConcurrency = requested === undefined || requested === 0 ? limit : Math.min(requested, limit);
  const tolerated: number[] = [];
  const toleratedCount = await count(context, 'ToleratedFailureCount', state.ToleratedFailureCount);
  if (toleratedCount !== undefined) tolerated.push(toleratedCount);
  if (state.ToleratedFailurePercentage !== undefined) {
    const percentage = (await evaluateTyped(
      evaluation,
      'ToleratedFailurePercentage',
      state.ToleratedFailurePercentage,
      'number',
    )) as number;
    if (percentage < 0 || percentage > 100) {
      throw evaluationError(
        evaluation,
        `The ToleratedFailurePercentage field must be a number from 0 to 100, but was: ${percentage}`,
        'ToleratedFailurePercentage',
      );
    }
    tolerated.push(Math.floor((items.length * percentage) / 100));
  }
  // Whichever of the two is reached first fails the state.
  return {
    ...given,
    maxConcurrency,
    ...(tolerated.length === 0 ? {} : { toleratedFailures: Math.min(...tolerated) }),
  };
}

async function itemsOf(context: StateContext<MapState>): Promise<Items> {
  const { scope, state } = context;
  const evaluation = evaluationScope(context);
  if (!('Items' in state)) {
    if (Array.isArray(scope.input)) return { items: scope.input as unknown[] };
    throw evaluationError(
      evaluation,
      `Map state input must be an array but was: ${JSON.stringify(scope.input)}`,
    );
  }
  if (isDistributed(state)) {
    // A distributed Map also iterates over an object: each item is a key with its value.
    const items = await evaluateTemplate(evaluation, 'Items', state.Items);
    if (typeof items === 'object' && items !== null && !Array.isArray(items)) {
      return {
        items: Object.entries(items).map(([Key, Value]) => ({ Key, Value: Value as unknown })),
        keyed: true,
      };
    }
  }
  return { items: (await evaluateTyped(evaluation, 'Items', state.Items, 'array')) as unknown[] };
}

async function count(
  context: StateContext<MapState>,
  field: string,
  template: number | string | undefined,
): Promise<number | undefined> {
  if (template === undefined) return undefined;
  const evaluation = evaluationScope(context);
  const value = (await evaluateTyped(evaluation, field, template, 'number')) as number;
  if (!Number.isInteger(value) || value < 0) {
    throw evaluationError(
      evaluation,
      `The ${field} field must be a non-negative integer, but was: ${value}`,
      field,
    );
  }
  return value;
}

/**
 * An item as `$states.context.Map.Item` shows it.
 * https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html ("Map states")
 */
export function mapItem({ items, keyed }: Items, index: number): MapItem {
  const item = items[index];
  const value = keyed === true ? (item as { Key: string; Value: unknown }) : { Value: item };
  return { Index: index, ...value, Source: 'STATE_DATA' };
}

/** The input of one iteration: the item itself (the pair, of an object), or ItemSelector evaluated for it. */
export async function itemInput(context: StateContext<MapState>, item: MapItem): Promise<unknown> {
  if ('ItemSelector' in context.state) {
    const evaluation = evaluationScope(context, { item });
    return await evaluateTemplate(evaluation, 'ItemSelector', context.state.ItemSelector);
  }
  return item.Key === undefined ? item.Value : { Key: item.Key, Value: item.Value };
}
