import { expressionIn, syntaxOf, type SyntaxNode } from '../language/expression';
import { isObject, type Report } from './diagnostics';
import { list } from './paths';
import { unsupportedReferences, type Available } from './references';

// https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html ("Variable name syntax")
const variableName = /^\p{ID_Start}\p{ID_Continue}*$/u;
const longestVariableName = 80;

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
    report.add('INVALID_JSONATA_EXPRESSION', location, String(message));
    return;
  }
  for (const message of unsupportedReferences(syntax, available)) {
    report.add('UNSUPPORTED_JSONATA_EXPRESSION', location, message);
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
    } else if (name.length > longestVariableName || !variableName.test(name)) {
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
