import { matchesArn, matchesPattern } from './patterns';
import { withVariables } from './variables';

/** A statement's Condition: operator → key → value or values. */
export type Condition = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

/** What is known of a request when its conditions are evaluated. Keys are in lower case, as IAM ignores their case. */
export interface RequestContext {
  /** A key that is not here is absent from the request, or unknown. */
  readonly values: Readonly<Record<string, readonly string[]>>;
  /** Keys, or beginnings of keys, of which {@link values} has all that the request has. The others are unknown. */
  readonly known: readonly string[];
}

/** Whether a condition holds. `unknown`: the region does not know the key's value. */
export type Outcome = 'holds' | 'fails' | 'unknown';

type Compare = (value: string, wanted: string) => boolean;

interface Operator {
  readonly compare: Compare;
  readonly negated?: true;
}

const equal: Compare = (value, wanted) => value === wanted;
const equalInAnyCase: Compare = (value, wanted) => value.toLowerCase() === wanted.toLowerCase();

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html */
const operators: Readonly<Record<string, Operator>> = {
  StringEquals: { compare: equal },
  StringNotEquals: { compare: equal, negated: true },
  StringEqualsIgnoreCase: { compare: equalInAnyCase },
  StringNotEqualsIgnoreCase: { compare: equalInAnyCase, negated: true },
  StringLike: { compare: matchesPattern },
  StringNotLike: { compare: matchesPattern, negated: true },
  ArnEquals: { compare: matchesArn },
  ArnLike: { compare: matchesArn },
  ArnNotEquals: { compare: matchesArn, negated: true },
  ArnNotLike: { compare: matchesArn, negated: true },
  Bool: { compare: equalInAnyCase },
};

interface ParsedOperator extends Operator {
  readonly quantifier?: 'ForAllValues' | 'ForAnyValue';
  readonly ifExists: boolean;
}

function parseOperator(text: string): ParsedOperator {
  const [, quantifier, name = '', ifExists] =
    /^(?:(ForAllValues|ForAnyValue):)?(.*?)(IfExists)?$/.exec(text) ?? [];
  const operator = Object.hasOwn(operators, name) ? operators[name] : undefined;
  if (operator === undefined) throw new Error(`the local region does not evaluate the condition ${text}`);
  return {
    ...operator,
    ...(quantifier !== undefined && { quantifier: quantifier as 'ForAllValues' | 'ForAnyValue' }),
    ifExists: ifExists !== undefined,
  };
}

/**
 * Evaluates a Condition: all of its operators and keys must hold, and of the values of a key one.
 *
 * @returns the outcome, and the keys that would decide it but are unknown
 * @throws Error for an operator that is not evaluated here
 */
export function evaluateCondition(
  condition: Condition,
  context: RequestContext,
): { outcome: Outcome; unknown: readonly string[] } {
  const unknown: string[] = [];
  for (const [operator, keys] of Object.entries(condition)) {
    for (const [key, wanted] of Object.entries(keys)) {
      const texts = asList(wanted).map((text) => withVariables(text, context));
      // Without the variable's value the statement does not match.
      if (texts.includes(undefined)) return { outcome: 'fails', unknown: [] };
      const outcome = evaluateKey(
        operator,
        key.toLowerCase(),
        texts.flatMap((text) => text ?? []),
        context,
      );
      if (outcome === 'fails') return { outcome, unknown: [] };
      if (outcome === 'unknown') unknown.push(key);
    }
  }
  return { outcome: unknown.length === 0 ? 'holds' : 'unknown', unknown };
}

function evaluateKey(
  operatorText: string,
  key: string,
  wanted: readonly string[],
  { values: present, known }: RequestContext,
): Outcome {
  const values = Object.hasOwn(present, key) ? present[key] : undefined;
  const absent = values === undefined || values.length === 0;
  if (operatorText === 'Null') {
    if (values === undefined && !known.some((beginning) => key.startsWith(beginning))) return 'unknown';
    return wanted.some((text) => (text === 'true') === absent) ? 'holds' : 'fails';
  }
  const { compare, negated = false, quantifier, ifExists } = parseOperator(operatorText);
  if (absent) {
    if (values === undefined && !known.some((beginning) => key.startsWith(beginning))) return 'unknown';
    if (quantifier === 'ForAllValues' || ifExists) return 'holds';
    // Without a quantifier, what is absent differs from everything.
    return negated && quantifier === undefined ? 'holds' : 'fails';
  }
  const agrees = (value: string): boolean => wanted.some((text) => compare(value, text)) !== negated;
  const all = quantifier === 'ForAllValues' || (negated && quantifier === undefined);
  const holds = all ? values.every(agrees) : values.some(agrees);
  return holds ? 'holds' : 'fails';
}

/** @throws Error for an operator that is not evaluated here */
export function checkOperators(condition: Condition): void {
  for (const operator of Object.keys(condition)) if (operator !== 'Null') parseOperator(operator);
}

/** A policy writes a list of one as its element. */
export function asList<T>(value: T | readonly T[]): readonly T[] {
  return Array.isArray(value) ? (value as readonly T[]) : [value as T];
}
