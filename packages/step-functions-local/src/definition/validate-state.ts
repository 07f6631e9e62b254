import { parseTimestamp } from '../language/timestamp';
import { isIntegerIn, isObject, type Json } from './diagnostics';
import { choiceRuleFields, fieldsByType } from './fields';
import { validateCatch, validateRetry } from './validate-errors';
import { checkTemplate, checkVariableNames, isExpression } from './validate-expressions';
import { checkFields } from './validate-fields';
import type { GraphScope } from './graph-scope';
import { validateMap, validateParallel } from './validate-nested';

const longestSeconds = 99_999_999;
const withResult = new Set(['Task', 'Parallel', 'Map']);

/**
 * Checks one state; its location is the scope's.
 * @returns whether the workflow can end here.
 */
export function validateState(state: Json, scope: GraphScope): boolean {
  const { location, report } = scope;
  const type = typeof state['Type'] === 'string' ? state['Type'] : '';
  const fields = Object.hasOwn(fieldsByType, type) ? fieldsByType[type] : undefined;
  if (fields === undefined) {
    report.schema(`${location}/Type`, `The value must be one of: [${Object.keys(fieldsByType).join(', ')}]`);
    return true;
  }
  if (checkLanguage(state, scope)) return true;
  checkFields(state, fields, location, report);
  checkVariableNames(state['Assign'], `${location}/Assign`, report);
  const available = { result: withResult.has(type), errorOutput: false };
  for (const field of fields) {
    if (!(field in state) || notTemplates.has(field)) continue;
    const beforeResult = field !== 'Output' && field !== 'Assign';
    checkTemplate(
      state[field],
      `${location}/${field}`,
      report,
      beforeResult ? { result: false, errorOutput: false } : available,
    );
  }
  if (state['Retry'] !== undefined) validateRetry(state['Retry'], `${location}/Retry`, report);
  if (state['Catch'] !== undefined) validateCatch(state['Catch'], `${location}/Catch`, report);
  return byType(type, state, scope);
}

/** Fields that are checked on their own, or that take no expression. */
const notTemplates = new Set([
  'Type',
  'Comment',
  'QueryLanguage',
  'Next',
  'End',
  'Retry',
  'Catch',
  'Resource',
  'Choices',
  'Default',
  'Branches',
  'ItemProcessor',
  'Iterator',
  'Label',
]);

/** @returns true if the state is not in JSONata: then nothing else is worth saying. */
function checkLanguage(state: Json, { location, report, language }: GraphScope): boolean {
  const own = state['QueryLanguage'];
  if (own === 'JSONata' || (own === undefined && language === 'JSONata')) return false;
  report.schema(
    location,
    own === 'JSONPath' && language === 'JSONata'
      ? "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine"
      : "The local Step Functions interprets JSONata only: set 'QueryLanguage' to 'JSONata'",
  );
  return true;
}

function byType(type: string, state: Json, scope: GraphScope): boolean {
  switch (type) {
    case 'Choice':
      validateChoice(state, scope);
      return false;
    case 'Succeed':
    case 'Fail':
      return true;
    case 'Wait':
      validateWait(state, scope);
      break;
    case 'Task':
      validateTask(state, scope);
      break;
    case 'Parallel':
      validateParallel(state, scope);
      break;
    case 'Map':
      validateMap(state, scope);
      break;
    default:
  }
  return validateNext(state, scope);
}

function validateNext(state: Json, { location, report }: GraphScope): boolean {
  const { Next: next, End: end } = state;
  if ((next === undefined) === (end === undefined) || (next === undefined && end !== true)) {
    report.schema(location, "Exactly one of these fields is required: 'Next', or 'End' with the value true");
  }
  return end === true;
}

function validateChoice(state: Json, { location, report }: GraphScope): void {
  const rules = state['Choices'];
  if (!Array.isArray(rules) || rules.length === 0) {
    report.schema(`${location}/Choices`, 'A Choice state needs at least one rule');
    return;
  }
  for (const [index, rule] of (rules as unknown[]).entries()) {
    const at = `${location}/Choices[${index}]`;
    if (!isObject(rule)) {
      report.schema(at, 'A rule must be an object');
      continue;
    }
    checkFields(rule, choiceRuleFields, at, report);
    const condition = rule['Condition'];
    if (typeof condition !== 'boolean' && !isExpression(condition)) {
      report.schema(`${at}/Condition`, 'The value must be a JSONata expression or a boolean');
    }
    if (typeof rule['Next'] !== 'string') report.schema(at, 'These required fields are missing: [Next]');
    checkVariableNames(rule['Assign'], `${at}/Assign`, report);
    for (const field of ['Condition', 'Assign', 'Output']) {
      checkTemplate(rule[field], `${at}/${field}`, report, { result: false, errorOutput: false });
    }
  }
}

function validateWait(state: Json, { location, report }: GraphScope): void {
  const { Seconds: seconds, Timestamp: timestamp } = state;
  if ((seconds === undefined) === (timestamp === undefined)) {
    report.schema(location, "Exactly one of these fields is required: 'Seconds', 'Timestamp'");
  }
  if (seconds !== undefined && !isExpression(seconds) && !isIntegerIn(seconds, 0, longestSeconds)) {
    report.schema(
      `${location}/Seconds`,
      `The value must be an integer from 0 to ${longestSeconds}, or an expression`,
    );
  }
  if (timestamp !== undefined && !isExpression(timestamp)) {
    if (typeof timestamp !== 'string' || parseTimestamp(timestamp) === undefined) {
      report.schema(`${location}/Timestamp`, 'The value must be a RFC3339 timestamp, or an expression');
    }
  }
}

function validateTask(state: Json, { location, report }: GraphScope): void {
  const { Resource: resource, TimeoutSeconds: timeout, HeartbeatSeconds: heartbeat } = state;
  if (typeof resource !== 'string' || !resource.startsWith('arn:')) {
    report.schema(`${location}/Resource`, 'The value must be an ARN');
  }
  for (const [field, value] of Object.entries({ TimeoutSeconds: timeout, HeartbeatSeconds: heartbeat })) {
    if (value !== undefined && !isExpression(value) && !isIntegerIn(value, 1, longestSeconds)) {
      report.schema(
        `${location}/${field}`,
        `The value must be an integer from 1 to ${longestSeconds}, or an expression`,
      );
    }
  }
  if (typeof timeout === 'number' && typeof heartbeat === 'number' && heartbeat >= timeout) {
    report.schema(`${location}/HeartbeatSeconds`, 'The value must be smaller than TimeoutSeconds');
  }
}
