import { dataLimitExceeded } from '../language/errors';

/**
 * Quotas of the service.
 * https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
 */

/** UTF-8 bytes of an input, an output, arguments, a result, one variable, or all variables of one Assign. */
export const maximumPayloadBytes = 262_144;
/** Bytes of all variables that an execution stores. */
export const maximumVariablesBytes = 10 * 1024 * 1024;
/** Events in a history; the one that fails the execution is among them. */
export const maximumHistoryEvents = 25_000;
/** Bytes of a definition. */
export const maximumDefinitionBytes = 1024 * 1024;
/** An execution can be redriven for this long after it ended. */
export const redrivablePeriodMs = 14 * 24 * 3600 * 1000;
/** An execution may be open for a year. */
export const maximumOpenTimeMs = 365 * 24 * 3600 * 1000;

/** A failed execution with this many events has no room for a redrive. */
export const maximumRedrivableEvents = maximumHistoryEvents - 1;

export function exceedsPayload(text: string): boolean {
  // A UTF-16 code unit is at most three bytes of UTF-8: most texts need no counting.
  return text.length * 3 > maximumPayloadBytes && Buffer.byteLength(text, 'utf8') > maximumPayloadBytes;
}

/**
 * The JSON text of a payload.
 * @throws StatesError States.DataLimitExceeded if it is too large; `what` names it in the cause.
 */
export function payloadText(value: unknown, what: string): string {
  const text = JSON.stringify(value);
  if (exceedsPayload(text)) throw dataLimitExceeded(what);
  return text;
}
