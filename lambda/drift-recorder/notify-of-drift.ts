import { publishEvent } from '../../adapters/aws/events';
import { publishToAll } from '../../adapters/aws/notifications';
import type { RecordedDrift } from '../../adapters/aws/registry-drift';
import { countDifferences, differenceLines, type Drift } from '../../core/drift';
import { readEnvironment } from '../../core/environment';
import { consoleUrl } from '../../core/execution/console-url';
import { detailTypes } from '../../core/naming';
import type { DriftContext } from './drift-context';

/** What a look has found, beside what people know. */
export interface Found {
  readonly region: string;
  readonly deployment: string;
  readonly known: RecordedDrift;
  readonly drift: Extract<Drift, { kind: 'known' }>;
  /** The digest that people were told of last; empty where nothing differed then. */
  readonly told: string;
}

/** What an event lists; all of it is in the plan. EventBridge takes 256 KB (PutEvents). */
const mostInEvent = 100;

/**
 * Tells of drift: an event for each look that finds any, with whether it is new; a mail where it is not the drift of the
 * last mail; event and mail when it is gone.
 */
export async function notifyOfDrift(found: Found, context: DriftContext): Promise<void> {
  const { deployment, known, drift, told } = found;
  const isNew = drift.digest !== told;
  if (drift.changes > 0) {
    if (isNew) await mail(found, driftMail(found), context);
    await event(detailTypes.drifted, context, {
      deployment,
      executionArn: known.executionArn,
      changes: drift.changes,
      since: known.since,
      isNew,
      differences: drift.differences.slice(0, mostInEvent),
    });
  } else if (isNew) {
    await mail(found, goneMail(found), context);
    await event(detailTypes.driftGone, context, { deployment, executionArn: known.executionArn });
  }
}

interface Mail {
  readonly headline: string;
  readonly parts: readonly string[];
}

function driftMail({ region, deployment, known, drift }: Found): Mail {
  const count = countDifferences(drift.changes);
  return {
    headline: `${deployment} is not as it was provisioned: ${count}`,
    parts: [
      'To bring it back, a provisioning with the registered configuration would:',
      differenceLines(drift.differences, drift.changes).join('\n'),
      `All of it: \`kubeflow-eks plan ${deployment} --region ${region}\`, or the execution ${consoleUrl(region, known.executionArn)}`,
      `What to do: if somebody changed this by mistake, \`kubeflow-eks start CONFIG\` with the configuration of ${deployment} brings it ` +
        'back. If it is meant, put it into the configuration, where there is a key for it, and start. After an upgrade of ' +
        'the stack this is what the new release makes otherwise: start brings it.',
      'You are told again when something else differs, or when it is gone.',
    ],
  };
}

function goneMail({ deployment }: Found): Mail {
  return {
    headline: `${deployment} is as it was provisioned again`,
    parts: ['Nothing differs any more of what the last mail told of.'],
  };
}

/** Tells the operators of the stack, and those who want to know of this deployment. */
async function mail(
  { deployment }: Found,
  { headline, parts }: Mail,
  { clients, environment }: DriftContext,
): Promise<void> {
  const topic = readEnvironment('notificationTopicArn', environment);
  const message = [`${headline}.`, ...parts].join('\n\n');
  await publishToAll(clients, topic, deployment, { subject: headline, message });
}

async function event(
  detailType: string,
  { clients, environment }: DriftContext,
  detail: Readonly<Record<string, unknown>>,
): Promise<void> {
  await publishEvent(clients, { bus: readEnvironment('eventBusName', environment), detailType, detail });
}
