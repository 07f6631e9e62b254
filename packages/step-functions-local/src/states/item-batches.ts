import type { MapState } from '../definition/types';
import { evaluateTemplate, evaluateTyped, evaluationError } from '../language/template';
import { evaluationScope, type StateContext } from './context';

/**
 * Groups items into the inputs of child workflows.
 * https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itembatcher.html
 *
 * @returns the items themselves where there is no ItemBatcher.
 */
export async function batches(
  context: StateContext<MapState>,
  items: readonly unknown[],
): Promise<readonly unknown[]> {
  const batcher = context.state.ItemBatcher;
  if (batcher === undefined) return items;
  const evaluation = evaluationScope(context);
  const limit = async (field: 'MaxItemsPerBatch' | 'MaxInputBytesPerBatch'): Promise<number> => {
    const template = batcher[field];
    if (template === undefined) return Number.POSITIVE_INFINITY;
    const location = `ItemBatcher/${field}`;
    const value = (await evaluateTyped(evaluation, location, template, 'number')) as number;
    if (Number.isInteger(value) && value >= 1) return value;
    throw evaluationError(
      evaluation,
      `The ${location} field must be a positive integer, but was: ${value}`,
      location,
    );
  };
  const mostItems = await limit('MaxItemsPerBatch');
  const mostBytes = await limit('MaxInputBytesPerBatch');
  const shared =
    'BatchInput' in batcher
      ? { BatchInput: await evaluateTemplate(evaluation, 'ItemBatcher/BatchInput', batcher.BatchInput) }
      : {};
  const inputs: { Items: unknown[] }[] = [];
  let current: { Items: unknown[] } | undefined;
  for (const item of items) {
    const fits =
      current !== undefined &&
      current.Items.length < mostItems &&
      Buffer.byteLength(JSON.stringify({ ...current, Items: [...current.Items, item] })) <= mostBytes;
    if (current === undefined || !fits) {
      current = { ...shared, Items: [] };
      inputs.push(current);
    }
    current.Items.push(item);
  }
  return inputs;
}
