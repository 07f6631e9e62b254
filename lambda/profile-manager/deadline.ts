/** Cognito gives a trigger 5 s, cold start included, and then fails the login whatever comes. */
const cognitoLimitMs = 5_000;

/** What is kept for the answer's way back and for asking for a re-sync. */
const reserveMs = 700;

/** Longest start of a process that is counted; a provisioned one may have started long ago. */
const longestStartMs = 2_000;

let first = true;

/**
 * How long this login may take.
 *
 * @param remainingMs what Lambda has left for the invocation
 * @param uptimeMs age of the process, which counts for its first login: Cognito waits for the start too
 */
export function loginBudgetMs(remainingMs: number, uptimeMs: number = process.uptime() * 1000): number {
  const started = first ? Math.min(uptimeMs, longestStartMs) : 0;
  first = false;
  return Math.max(0, Math.min(cognitoLimitMs - started, remainingMs) - reserveMs);
}
