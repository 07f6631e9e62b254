import { QueryEvaluationError } from './errors';
import { expressionIn, type Expressions } from './expression';

/** Where a value is evaluated: the state, for messages, and what `$…` names mean there. */
export interface EvaluationScope {
  readonly expressions: Expressions;
  readonly stateName: string;
  /** Id of the state's Entered event: AWS names it in every cause. */
  readonly enteredEventId: number;
  readonly bindings: Record<string, unknown>;
}

/** What a field must evaluate to, in the words of AWS' messages. */
export type ExpectedType = 'array' | 'boolean' | 'number' | 'string' | 'object';

/**
 * Evaluates a field's value: strings that are expressions, wherever they are nested in objects and arrays.
 * https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
 *
 * @param field the field's name, for the location of an error (`Output/total`, `Items[1]`).
 * @throws QueryEvaluationError
 */
export async function evaluateTemplate(
  scope: EvaluationScope,
  field: string,
  template: unknown,
): Promise<unknown> {
  if (typeof template === 'string') {
    const expression = expressionIn(template);
    return expression === undefined ? template : await evaluateExpression(scope, field, expression);
  }
  if (Array.isArray(template)) {
    const items: unknown[] = [];
    for (const [index, item] of template.entries()) {
      items.push(await evaluateTemplate(scope, `${field}[${index}]`, item));
    }
    return items;
  }
  if (typeof template === 'object' && template !== null) {
    const result: Record<string, unknown> = {};
    for (const [key, value] of Object.entries(template)) {
      define(result, key, await evaluateTemplate(scope, `${field}/${key}`, value));
    }
    return result;
  }
  return template;
}

/** Evaluates a field that must have a given type, or may be absent. */
export async function evaluateTyped(
  scope: EvaluationScope,
  field: string,
  template: unknown,
  expected: ExpectedType,
): Promise<unknown> {
  const value = await evaluateTemplate(scope, field, template);
  const actual = typeName(value);
  if (actual !== expected) {
    const expression =
      typeof template === 'string' ? (expressionIn(template) ?? template) : JSON.stringify(template);
    throw evaluationError(
      scope,
      `The JSONata expression '${expression}' specified for the field '${field}' returned an unexpected result ` +
        `type. Expected '${expected}', but was '${actual}' for value: ${JSON.stringify(value)}`,
      field,
    );
  }
  return value;
}

/** An error of evaluation in the words of AWS: the state and its Entered event, then what was wrong. */
export function evaluationError(
  scope: Pick<EvaluationScope, 'stateName' | 'enteredEventId'>,
  message: string,
  location?: string,
): QueryEvaluationError {
  return new QueryEvaluationError(
    `${stateFailed(scope.stateName, scope.enteredEventId)} ${message}`,
    location,
  );
}

/** The beginning of every cause that the interpreter itself gives. */
export function stateFailed(stateName: string, enteredEventId: number): string {
  return `An error occurred while executing the state '${stateName}' (entered at the event id #${enteredEventId}).`;
}

async function evaluateExpression(
  scope: EvaluationScope,
  field: string,
  expression: string,
): Promise<unknown> {
  const about = `The JSONata expression '${expression}' specified for the field '${field}'`;
  let value: unknown;
  try {
    value = await scope.expressions.evaluate(expression, scope.bindings);
  } catch (thrown) {
    throw evaluationError(scope, `${about} threw an error during evaluation${describe(thrown)}`, field);
  }
  if (value === undefined) throw evaluationError(scope, `${about} returned nothing (undefined).`, field);
  try {
    return toJson(value);
  } catch {
    throw evaluationError(scope, `${about} returned an unsupported result type.`, field);
  }
}

/** The end of the sentence: JSONata's code and message, or the message alone of what has no code, such as a limit. */
function describe(thrown: unknown): string {
  const { code, message } = thrown as { code?: unknown; message?: unknown };
  const text = typeof message === 'string' ? message : String(thrown);
  return typeof code === 'string' ? `. ${code}: ${text}` : `: ${text}`;
}

/**
 * A plain copy of JSONata's result: its arrays carry hidden marks that would change a later evaluation.
 * @throws TypeError for a function or a regular expression, which have no JSON form.
 */
function toJson(value: unknown): unknown {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') {
    // As measured on AWS (https://github.com/floci-io/floci/issues/2737): `1/0` gives "Infinity".
    return Number.isFinite(value) ? value : String(value);
  }
  if (Array.isArray(value)) return value.map((item) => (item === undefined ? null : toJson(item)));
  if (typeof value !== 'object') throw new TypeError(`no JSON form for ${typeof value}`);
  // JSONata marks its functions with these properties; lambdas are plain objects otherwise.
  if ('_jsonata_lambda' in value || '_jsonata_function' in value || value instanceof RegExp) {
    throw new TypeError('no JSON form for a function');
  }
  const result: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) {
    if (item !== undefined) define(result, key, toJson(item));
  }
  return result;
}

/** Sets a property even if it is called `__proto__`. */
function define(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__') {
    Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
  } else {
    target[key] = value;
  }
}

function typeName(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}
