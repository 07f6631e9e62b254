import { isIntegerIn, isObject, type Report } from './diagnostics';
import { catcherFields, retrierFields } from './fields';
import { checkTemplate, checkVariableNames } from './validate-expressions';
import { checkFields } from './validate-fields';

const largestNumber = 99_999_999;
/** MaxDelaySeconds is below a (leap) year. */
const longestDelaySeconds = 31_622_400;

export function validateRetry(retry: unknown, location: string, report: Report): void {
  if (!Array.isArray(retry)) {
    report.schema(location, 'The value must be an array');
    return;
  }
  for (const [index, retrier] of (retry as unknown[]).entries()) {
    const at = `${location}[${index}]`;
    if (!isObject(retrier)) {
      report.schema(at, 'A retrier must be an object');
      continue;
    }
    checkFields(retrier, retrierFields, at, report);
    checkErrorEquals(retrier['ErrorEquals'], at, index === retry.length - 1, report);
    const { IntervalSeconds, MaxAttempts, BackoffRate, MaxDelaySeconds, JitterStrategy } = retrier;
    if (IntervalSeconds !== undefined && !isIntegerIn(IntervalSeconds, 1, largestNumber)) {
      report.schema(`${at}/IntervalSeconds`, `The value must be an integer from 1 to ${largestNumber}`);
    }
    if (MaxAttempts !== undefined && !isIntegerIn(MaxAttempts, 0, largestNumber)) {
      report.schema(`${at}/MaxAttempts`, `The value must be an integer from 0 to ${largestNumber}`);
    }
    if (BackoffRate !== undefined && !(typeof BackoffRate === 'number' && BackoffRate >= 1)) {
      report.schema(`${at}/BackoffRate`, 'The value must be a number of 1.0 or more');
    }
    const interval = typeof IntervalSeconds === 'number' ? IntervalSeconds : 1;
    if (
      MaxDelaySeconds !== undefined &&
      !isIntegerIn(MaxDelaySeconds, interval + 1, longestDelaySeconds - 1)
    ) {
      report.schema(
        `${at}/MaxDelaySeconds`,
        `The value must be an integer greater than IntervalSeconds and less than ${longestDelaySeconds}`,
      );
    }
    if (JitterStrategy !== undefined && JitterStrategy !== 'FULL' && JitterStrategy !== 'NONE') {
      report.schema(`${at}/JitterStrategy`, 'The value must be one of: [FULL, NONE]');
    }
  }
}

export function validateCatch(catchers: unknown, location: string, report: Report): void {
  if (!Array.isArray(catchers)) {
    report.schema(location, 'The value must be an array');
    return;
  }
  for (const [index, catcher] of (catchers as unknown[]).entries()) {
    const at = `${location}[${index}]`;
    if (!isObject(catcher)) {
      report.schema(at, 'A catcher must be an object');
      continue;
    }
    checkFields(catcher, catcherFields, at, report);
    checkErrorEquals(catcher['ErrorEquals'], at, index === catchers.length - 1, report);
    checkVariableNames(catcher['Assign'], `${at}/Assign`, report);
    for (const field of ['Output', 'Assign']) {
      checkTemplate(catcher[field], `${at}/${field}`, report, { result: false, errorOutput: true });
    }
    if (typeof catcher['Next'] !== 'string') report.schema(at, 'These required fields are missing: [Next]');
  }
}

function checkErrorEquals(names: unknown, location: string, isLast: boolean, report: Report): void {
  const at = `${location}/ErrorEquals`;
  if (!Array.isArray(names) || names.length === 0 || names.some((name) => typeof name !== 'string')) {
    report.schema(at, 'The value must be a non-empty array of error names');
    return;
  }
  if (!names.includes('States.ALL')) return;
  if (names.length > 1) report.schema(at, 'States.ALL must appear alone');
  if (!isLast) report.schema(at, 'States.ALL must appear in the last element');
}
