import { z } from 'zod';
import { endOfStandardSupport } from '../../adapters/aws/eks-versions';
import type { TaskContext } from '../support/context';

const dayMs = 24 * 60 * 60_000;

/** So many days before the end it is told of: an upgrade is tried out first. */
const noticeDays = 60;

const recordedSchema = z.object({ recordedAt: z.iso.datetime() });

/**
 * Says that EKS' standard support of a cluster's Kubernetes ends, or has ended, and the cluster's hour costs several times as
 * much: once a week from 60 days before it, and in its last week once a day. A resync runs each hour, and each that warns is
 * mailed.
 *
 * @param lastRecord of the resync before: it says whether this one is the first of its day (UTC)
 */
export async function supportWarnings(
  version: string,
  lastRecord: unknown,
  context: TaskContext,
): Promise<string[]> {
  const today = dayOf(context.now());
  const last = recordedSchema.safeParse(lastRecord);
  if (last.success && dayOf(new Date(last.data.recordedAt)) === today) return [];
  const end = await endOfStandardSupport(context.clients, version).catch((error: unknown) => {
    // What the resync is for has gone through, and tomorrow EKS is asked again.
    context.logger.warn('the end of support is not known', { version, error: String(error) });
    return undefined;
  });
  if (end === undefined) return [];
  const daysLeft = Math.round((Date.parse(end) - Date.parse(today)) / dayMs);
  const isDue = daysLeft % 7 === 0 || (daysLeft > 0 && daysLeft < 7);
  if (daysLeft > noticeDays || !isDue) return [];
  const when = daysLeft < 0 ? `ended on ${end}` : `ends on ${end}, in ${daysLeft} days`;
  return [
    `standard support of Kubernetes ${version} ${when}; after that the cluster's hour costs several times as much. Set a later \`kubernetes_version\` and start`,
  ];
}

function dayOf(time: Date): string {
  return time.toISOString().slice(0, 'yyyy-mm-dd'.length);
}
