/** Two clocks of one service round the same moment differently, in milliseconds. */
const tolerance = 1_000;

/**
 * Whether two times, in milliseconds since 1970, that EventBridge's event and DescribeExecution give are of one end of an
 * execution: each redrive has an end of its own.
 */
export function isSameMoment(one: number, other: number): boolean {
  return Math.abs(one - other) <= tolerance;
}
