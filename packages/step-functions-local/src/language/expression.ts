import jsonata from 'jsonata';
import { bound, withUsage } from './bounds';
import { registerFunctions, type FunctionEnvironment } from './functions';

/** A string of this form is a JSONata expression; any other string stands for itself. */
const markedExpression = /^\{%([\s\S]*)%\}$/;

/** The expression inside `{% … %}`, trimmed, or undefined if the text is not one. */
export function expressionIn(text: string): string | undefined {
  return markedExpression.exec(text)?.[1]?.trim();
}

export interface Expressions {
  /**
   * Evaluates an expression with `$name` bound to each of the given values; there is no other context.
   * @throws what JSONata throws: an object with `code` and `message`.
   */
  evaluate(expression: string, bindings: Record<string, unknown>): Promise<unknown>;
}

/** Compiles each expression once and keeps it. The number kept is bounded by the definitions that are in use. */
export function createExpressions(environment: Omit<FunctionEnvironment, 'formatMillis'>): Expressions {
  const formatter = jsonata('$fromMillis($millis, $picture, $timezone)');
  formatter.assign('millis', undefined);
  const functions: FunctionEnvironment = {
    ...environment,
    formatMillis: (millis, picture, timezone) => formatter.evaluate(undefined, { millis, picture, timezone }),
  };
  const compiled = new Map<string, jsonata.Expression>();
  return {
    evaluate(expression, bindings) {
      let program = compiled.get(expression);
      if (program === undefined) {
        program = jsonata(expression);
        registerFunctions(program, functions);
        bound(program);
        if (compiled.size >= mostCompiled) compiled.clear();
        compiled.set(expression, program);
      }
      return program.evaluate(undefined, withUsage(bindings)) as Promise<unknown>;
    },
  };
}

const mostCompiled = 20_000;

export type SyntaxNode = Readonly<Record<string, unknown>>;

/**
 * The syntax tree of an expression, for checks before anything runs.
 * @throws what JSONata throws for a syntax error: an object with `message` and `position`.
 */
export function syntaxOf(expression: string): SyntaxNode {
  return jsonata(expression).ast() as unknown as SyntaxNode;
}
