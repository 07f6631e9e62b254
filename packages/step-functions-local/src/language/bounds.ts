import type jsonata from 'jsonata';

/**
 * What one evaluation of an expression may use.
 * https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html ("Handling expression errors"); how deep
 * and how large is as measured on AWS by the authors of floci: https://github.com/floci-io/floci/issues/2737.
 */
const deepest = 100;
const longestArray = 873_782;
/** Characters of a text: AWS takes one of 2^22 and none of 2^23, and counts eight bytes for each item of an array. */
const longestText = longestArray * 8;
/**
 * AWS gives an expression a second. Steps stand for it here, so that the outcome depends neither on the machine nor on
 * what else it evaluates meanwhile; AWS is known to get through 600,000 of them.
 */
const mostSteps = 2_000_000;

export const memoryExceeded = 'Expression evaluation memory limit exceeded: Check for excessive memory usage';
const tooDeep =
  'Stack overflow error: Check for non-terminating recursive function. Consider rewriting as tail-recursive';
const tooLong = 'Expression evaluation timeout: Check for infinite loop';

/** A name that no expression can spell. */
const usageByEvaluation = '#usage';

interface Usage {
  depth: number;
  steps: number;
}

interface Environment {
  lookup(name: string): unknown;
}

/** The bindings of one evaluation of a bounded expression. */
export function withUsage(bindings: Record<string, unknown>): Record<string, unknown> {
  const usage: Usage = { depth: 0, steps: 0 };
  return { ...bindings, [usageByEvaluation]: usage };
}

/** Makes a compiled expression keep to the limits. It may be evaluated many times at once, each with its own usage. */
export function bound(expression: jsonata.Expression): void {
  const usageOf = (environment: Environment): Usage => environment.lookup(usageByEvaluation) as Usage;
  const assign = (hook: symbol, callback: unknown): void => {
    // The hooks are symbols, which the types do not foresee as names of variables.
    expression.assign(hook as unknown as string, callback);
  };
  assign(
    Symbol.for('jsonata.__evaluate_entry'),
    (_node: unknown, _input: unknown, environment: Environment) => {
      const usage = usageOf(environment);
      if (++usage.depth > deepest) throw new Error(tooDeep);
      if (++usage.steps > mostSteps) throw new Error(tooLong);
    },
  );
  assign(
    Symbol.for('jsonata.__evaluate_exit'),
    (_node: unknown, _input: unknown, environment: Environment, result: unknown) => {
      usageOf(environment).depth--;
      const tooLarge =
        (Array.isArray(result) && result.length > longestArray) ||
        (typeof result === 'string' && result.length > longestText);
      if (tooLarge) throw new Error(memoryExceeded);
    },
  );
}
