/** `acme-20260102-030405`: tells what and when. At most 69 of the 80 characters that Step Functions takes. */
export function executionNameFor(deployment: string, now: number): string {
  const [date = '', time = ''] = new Date(now).toISOString().split('T');
  return `${deployment}-${date.replaceAll('-', '')}-${time.slice(0, 8).replaceAll(':', '')}`;
}

/** Whether {@link executionNameFor} made a name for this deployment, and not for one whose name begins alike. */
export function isNamedFor(deployment: string, executionName: string): boolean {
  const prefix = `${deployment}-`;
  return executionName.startsWith(prefix) && /^\d{8}-\d{6}$/.test(executionName.slice(prefix.length));
}

/** What the names of plans begin with that the schedule starts: the rule on their ends knows them by it. */
export const driftPrefix = 'drift-';

/**
 * `drift-acme-20260102-030405`, the plan of a deployment for one event of the schedule: an event that is delivered twice
 * names the same execution, of which Step Functions makes one.
 *
 * @param at time of the event, in milliseconds since 1970
 */
export function driftLookName(deployment: string, at: number): string {
  return `${driftPrefix}${executionNameFor(deployment, at)}`;
}

/** Whether {@link driftLookName} made a name for this deployment, and not for one whose name begins alike. */
export function isDriftLook(deployment: string, executionName: string): boolean {
  return (
    executionName.startsWith(driftPrefix) && isNamedFor(deployment, executionName.slice(driftPrefix.length))
  );
}
