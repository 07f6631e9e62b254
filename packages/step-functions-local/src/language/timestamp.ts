/** RFC 3339 with upper-case T and Z, as https://states-language.net/spec.html#timestamps asks. */
const timestampPattern =
  /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})(?::(\d{2})(?:\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/;

/** Milliseconds since the epoch, or undefined if the text is not a time that exists. */
export function parseTimestamp(text: string): number | undefined {
  const match = timestampPattern.exec(text);
  if (match === null) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map((part) => Number(part));
  // Date.parse takes 30 February and turns it into 2 March.
  const date = new Date(Date.UTC(year ?? 0, (month ?? 1) - 1, day));
  const exists = date.getUTCMonth() === (month ?? 1) - 1 && date.getUTCDate() === day;
  const inRange = (hour ?? 0) <= 23 && (minute ?? 0) <= 59 && (Number.isNaN(second) || (second ?? 0) <= 59);
  if (!exists || !inRange) return undefined;
  const time = Date.parse(text.replace(/(\.\d{3})\d+/, '$1'));
  return Number.isNaN(time) ? undefined : time;
}

/**
 * A time as the context object shows it: a fraction of zero is left out.
 * https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html
 */
export function timestamp(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace('.000Z', 'Z');
}
