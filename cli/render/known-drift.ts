import type { RecordedDrift } from '../../adapters/aws/registry-drift';
import { defined } from '../../core/defined';
import { countDifferences } from '../../core/drift';
import type { DocumentBody } from '../documents/document-kinds';
import { formatElapsed } from './steps';

/**
 * `none 3h ago`, `4 differences 3h ago`; what the last looks that came to no plan said.
 *
 * @param workedOn when an execution last worked on the deployment: what was seen before that may be so no longer
 */
export function driftText(
  { comparedAt, changes, failures, reason }: RecordedDrift,
  now: number,
  workedOn: number | undefined,
): string {
  const found = changes === 0 ? 'none' : countDifferences(changes);
  const at = Date.parse(comparedAt ?? '');
  return [
    ...(comparedAt === undefined ? [] : [`${found} ${formatElapsed(now - at)} ago`]),
    ...(workedOn !== undefined && at < workedOn ? ['before the latest run'] : []),
    ...(failures === 0 ? [] : [`not compared since (${reason ?? 'no reason'})`]),
  ].join(', ');
}

/** The same of one deployment, with where to read what differs, or why it could not be compared. */
export function driftLine(
  deployment: string,
  drift: RecordedDrift,
  { now, workedOn, flags }: { now: number; workedOn: number | undefined; flags: string },
): string {
  const more = [
    ...(drift.changes === 0 ? [] : [`what differs: kubeflow-eks plan ${deployment}${flags}`]),
    ...(drift.failures === 0 ? [] : [`the last look: kubeflow-eks status ${drift.executionArn}${flags}`]),
  ];
  return `${[`drift: ${driftText(drift, now, workedOn)}`, ...more].join('\n')}\n`;
}

/** The same for machines. */
export function driftBody({
  executionArn,
  comparedAt,
  changes,
  since,
  failures,
  reason,
}: RecordedDrift): NonNullable<DocumentBody<'Execution'>['drift']> {
  return { executionArn, changes, failures, ...defined({ comparedAt, since, reason }) };
}
