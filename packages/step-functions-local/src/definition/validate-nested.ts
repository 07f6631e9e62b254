import { isIntegerIn, isObject, type Json } from './diagnostics';
import { branchFields, processorFields } from './fields';
import { isExpression } from './validate-expressions';
import { checkFields } from './validate-fields';
import type { GraphScope } from './graph-scope';

const longestLabel = 40;

export function validateParallel(state: Json, scope: GraphScope): void {
  const { location, report } = scope;
  const branches = state['Branches'];
  if (!Array.isArray(branches) || branches.length === 0) {
    report.schema(`${location}/Branches`, 'A Parallel state needs at least one branch');
    return;
  }
  for (const [index, branch] of (branches as unknown[]).entries()) {
    validateNested(branch, branchFields, { ...scope, location: `${location}/Branches[${index}]` });
  }
}

export function validateMap(state: Json, scope: GraphScope): void {
  const { location, report } = scope;
  const field = 'ItemProcessor' in state ? 'ItemProcessor' : 'Iterator';
  const processor = state[field];
  const config = isObject(processor) ? processor['ProcessorConfig'] : undefined;
  const mode = isObject(config) ? (config['Mode'] ?? 'INLINE') : 'INLINE';
  if (mode !== 'INLINE' && mode !== 'DISTRIBUTED') {
    report.schema(
      `${location}/${field}/ProcessorConfig/Mode`,
      'The value must be one of: [INLINE, DISTRIBUTED]',
    );
  }
  const distributed = mode === 'DISTRIBUTED';
  if (distributed && !['STANDARD', 'EXPRESS'].includes(String((config as Json)['ExecutionType']))) {
    report.schema(
      `${location}/${field}/ProcessorConfig`,
      "A distributed Map needs 'ExecutionType' STANDARD or EXPRESS",
    );
  }
  if (!distributed) {
    for (const only of ['Label', 'ItemBatcher']) {
      if (only in state) report.schema(`${location}/${only}`, `The field '${only}' needs a distributed Map`);
    }
  }
  const batcher = state['ItemBatcher'];
  if (isObject(batcher) && !('MaxItemsPerBatch' in batcher) && !('MaxInputBytesPerBatch' in batcher)) {
    report.schema(`${location}/ItemBatcher`, 'One of MaxItemsPerBatch and MaxInputBytesPerBatch is required');
  }
  const label = state['Label'];
  if (label !== undefined && (typeof label !== 'string' || label.length > longestLabel)) {
    report.schema(`${location}/Label`, `The value must be a text of ${longestLabel} characters at most`);
  }
  const items = state['Items'];
  if (
    items !== undefined &&
    !Array.isArray(items) &&
    !isExpression(items) &&
    !(distributed && isObject(items))
  ) {
    report.schema(`${location}/Items`, 'The value must be an array or a JSONata expression');
  }
  for (const [name, maximum] of Object.entries({
    MaxConcurrency: Number.MAX_SAFE_INTEGER,
    ToleratedFailureCount: Number.MAX_SAFE_INTEGER,
  })) {
    const value = state[name];
    if (value !== undefined && !isExpression(value) && !isIntegerIn(value, 0, maximum)) {
      report.schema(
        `${location}/${name}`,
        'The value must be a non-negative integer or a JSONata expression',
      );
    }
  }
  const percentage = state['ToleratedFailurePercentage'];
  if (percentage !== undefined && !isExpression(percentage)) {
    if (typeof percentage !== 'number' || percentage < 0 || percentage > 100) {
      report.schema(`${location}/ToleratedFailurePercentage`, 'The value must be a number from 0 to 100');
    }
  }
  validateNested(processor, processorFields, {
    ...scope,
    location: `${location}/${field}`,
    // Child workflows are executions of their own and see none of the parent's variables.
    ...(distributed ? { outerVariables: new Set<string>() } : {}),
  });
}

function validateNested(graph: unknown, fields: readonly string[], scope: GraphScope): void {
  if (!isObject(graph)) {
    scope.report.schema(scope.location, 'The value must be an object with StartAt and States');
    return;
  }
  checkFields(graph, fields, scope.location, scope.report);
  scope.validateGraph(graph, scope);
}
