import type { AwsClients } from '../../adapters/aws/clients';
import {
  createLogGroup,
  listLogGroups,
  logGroupTags,
  setRetention,
  tagLogGroup,
} from '../../adapters/aws/log-groups';
import type { BuildConfiguration } from '../../core/configuration';
import { satisfies } from '../../core/differences';
import { deploymentTags, insightsLogPrefix } from '../../core/naming';
import type { PlannedChange } from '../../core/plan';
import type { Say } from '../support/say';

/** Something to do about the log groups, and how. */
interface LogChange extends PlannedChange {
  make: () => Promise<void>;
}

/**
 * The log groups into which the add-on for CloudWatch writes: what it knows of nodes and pods, from which CloudWatch takes the
 * metrics, and, where it sends the output of containers, that of theirs, of the nodes and of what runs on these
 * (aws-observability/helm-charts 6.4, `values.yaml`; CloudWatch user guide, "Relevant fields in performance log events").
 */
function insightsLogGroups({ eks_name: name, observability }: BuildConfiguration): string[] {
  const insights = observability?.container_insights;
  if (insights === undefined) return [];
  const kinds = ['performance', ...(insights.container_logs ? ['application', 'dataplane', 'host'] : [])];
  return kinds.map((kind) => `${insightsLogPrefix(name)}${kind}`);
}

/**
 * What {@link ensureInsightsLogs} would do. Reads only, and nothing where the add-on is not configured: what the groups hold
 * stays for as long as it was to be kept.
 *
 * A group that is there without our tag is somebody else's, or of an agent that made it itself: how long it keeps is not ours
 * to say.
 */
export async function planInsightsLogs(
  clients: AwsClients,
  configuration: BuildConfiguration,
  say: Say = () => undefined,
): Promise<LogChange[]> {
  const wanted = insightsLogGroups(configuration);
  const days = configuration.observability?.container_insights?.log_retention_days;
  if (wanted.length === 0 || days === undefined) return [];
  const tags = deploymentTags(configuration);
  const present = await listLogGroups(clients, insightsLogPrefix(configuration.eks_name));
  const changes: LogChange[] = [];
  for (const name of wanted) {
    const what = `the log group ${name}`;
    const keeps = `${what}, which keeps ${days} days`;
    const set = (): Promise<void> => setRetention(clients, name, days);
    const found = present.find((group) => group.name === name);
    if (found === undefined) {
      const make = async (): Promise<void> => {
        await createLogGroup(clients, name, tags);
        await set();
      };
      changes.push({ action: 'create', what: keeps, make });
      continue;
    }
    const { owner, tags: its } = await logGroupTags(clients, found);
    if (owner !== configuration.eks_name) {
      say(`${what} was there without our tag: how long it keeps stays as it is`);
      continue;
    }
    if (!satisfies(its, tags))
      changes.push({
        action: 'change',
        what: `tags of ${what}`,
        make: () => tagLogGroup(clients, found, tags),
      });
    if (found.retentionDays !== days) changes.push({ action: 'change', what: keeps, make: set });
  }
  return changes;
}

/**
 * Makes the log groups before the agents would, which let them keep everything for ever; of those that are ours, says how long
 * they keep.
 */
export async function ensureInsightsLogs(
  clients: AwsClients,
  configuration: BuildConfiguration,
  say: Say,
): Promise<void> {
  for (const { action, what, make } of await planInsightsLogs(clients, configuration, say)) {
    say(`${action} ${what}`);
    await make();
  }
}
