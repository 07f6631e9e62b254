import type { SyntaxNode } from '../language/expression';
import { expressionIn, syntaxOf } from '../language/expression';
import type { Report } from './diagnostics';
import { isObject } from './diagnostics';
import { list } from './paths';

/** Which parts of `$states` a field may use, beside `input` and `context`. */
export interface Available {
  readonly result: boolean;
  readonly errorOutput: boolean;
}

// https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html ("Variable name syntax")
const VARIABLE_NAME = /^[\p{ID_Start}_][\p{ID_Continue}]*$/u;
const LONGEST_VARIABLE_NAME = 80;

export function isExpression(value: unknown): value is string {
  return typeof value === 'string' && expressionIn(value) !== undefined;
}

/** Checks every expression in a field's value, however deep, and refuses keys in JSONPath's notation. */
export function checkTemplate(value: unknown, location: string, report: Report, available: Available): void {
  if (typeof value === 'string') {
    checkText(value, location, report, available);
  } else if (Array.isArray(value)) {
    for (const [index, item] of (value as unknown[]).entries()) {
      checkTemplate(item, `${location}[${index}]`, report, available);
    }
  } else if (isObject(value)) {
    for (const [key, item] of Object.entries(value)) {
      if (key.endsWith('.$')) {
        report.schema(
          `${location}/${key}`,
          `The field '${key}' is not supported when QueryLanguage is 'JSONata'`,
        );
      }
      checkTemplate(item, `${location}/${key}`, report, available);
    }
  }
}

function checkText(text: string, location: string, report: Report, available: Available): void {
  const expression = expressionIn(text);
  if (expression === undefined) {
    if (text.startsWith('{%') || text.endsWith('%}')) {
      report.schema(location, "A JSONata expression must start with '{%' and end with '%}'");
    }
    return;
  }
  let syntax: SyntaxNode;
  try {
    syntax = syntaxOf(expression);
  } catch (error) {
    const { message } = error as { message?: unknown };
    report.add('INVALID_EXPRESSION', location, `Invalid JSONata expression: ${String(message)}`);
    return;
  }
  for (const part of statesParts(syntax)) {
    const missing =
      (part === 'result' && !available.result) || (part === 'errorOutput' && !available.errorOutput);
    if (missing) report.schema(location, `'$states.${part}' is not available in this field`);
  }
}

/** Checks the names that an Assign gives values to. */
export function checkVariableNames(assign: unknown, location: string, report: Report): void {
  if (assign === undefined) return;
  if (!isObject(assign)) {
    report.schema(location, 'The value must be an object');
    return;
  }
  for (const name of Object.keys(assign)) {
    if (name === 'states') {
      report.schema(`${location}/${name}`, "The variable name 'states' is reserved");
    } else if (name.length > LONGEST_VARIABLE_NAME || !VARIABLE_NAME.test(name)) {
      report.schema(`${location}/${name}`, `'${name}' is not a valid variable name`);
    }
  }
}

/** The variables that a state assigns in its own scope: its Assign, and those of its rules and catchers. */
export function variablesAssignedIn(state: unknown): string[] {
  if (!isObject(state)) return [];
  const holders = [state, ...list(state['Choices']), ...list(state['Catch'])];
  return holders.flatMap((holder) =>
    isObject(holder) && isObject(holder['Assign']) ? Object.keys(holder['Assign']) : [],
  );
}

/** The names that follow `$states.` anywhere in an expression. */
function statesParts(node: unknown): string[] {
  if (typeof node !== 'object' || node === null) return [];
  if (Array.isArray(node)) return node.flatMap(statesParts);
  const parts: string[] = [];
  const { type, steps } = node as { type?: unknown; steps?: unknown };
  if (type === 'path' && Array.isArray(steps)) {
    const [first, second] = steps as { type?: unknown; value?: unknown }[];
    if (first?.type === 'variable' && first.value === 'states' && second?.type === 'name') {
      parts.push(String(second.value));
    }
  }
  return [...parts, ...Object.values(node).flatMap(statesParts)];
}
