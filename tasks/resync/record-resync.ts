import { z } from 'zod';
import { publishToDeployment } from '../../adapters/aws/notifications';
import { readItem, registryKey, writeRecord } from '../../adapters/aws/registry';
import { observationsOf, observationText, refutedOnAws } from '../../core/assumptions/observation';
import { readEnvironment } from '../../core/environment';
import { deploymentTopicArn } from '../../core/naming';
import type { TaskContext } from '../support/context';
import { defineTask, deploymentSchema } from '../support/task';
import { supportWarnings } from './kubernetes-support';
import { countFailures, publishEndpointFailures } from './endpoint-failures';

const failed = z.object({ status: z.literal('failed'), error: z.string(), cause: z.string() });

function checkOf<T extends z.ZodType>(findings: T) {
  return z.discriminatedUnion('status', [z.object({ status: z.literal('done'), findings }), failed]);
}

const resultsSchema = z.object({
  access: checkOf(
    z.looseObject({
      directory: z.looseObject({ sharedEmails: z.number() }),
      refusals: z.record(z.string(), z.number()),
      failures: z.record(z.string(), z.number()),
      profilesWithoutQuota: z.number(),
      /** Missing in the executions of an older release, too. */
      unreadablePullSecrets: z.number().optional(),
    }),
  ),
  dns: checkOf(z.looseObject({ observed: z.array(z.looseObject({ name: z.string(), state: z.string() })) })),
  saml: checkOf(z.looseObject({ status: z.string(), daysLeft: z.number() })),
  /** Missing in the executions of an older release that were under way when this one was deployed. */
  endpoint: checkOf(z.looseObject({})).optional(),
});
type Results = z.infer<typeof resultsSchema>;

/**
 * Keeps what a resync found and repaired for one deployment, and sums it up. A check that failed makes the whole
 * failed; what will break later (SAML certificates that expire) needs attention without being a failure. So does an address
 * that does not lead to the login: what the resync itself is for went through, and one time may be a moment's. How often in
 * a row it did not is counted, and an alarm watches the number.
 */
export const task = defineTask({
  name: 'record-resync',
  input: z.object({
    deployment: deploymentSchema,
    executionArn: z.string(),
    results: resultsSchema,
    /** Missing in the executions of an older release that were under way. */
    watchedVersion: z.string().nullish(),
  }),
  output: z.object({
    deployment: z.string(),
    status: z.enum(['succeeded', 'failed']),
    /** What failed; empty where nothing did. */
    reason: z.string(),
    /** What an operator should look at soon. */
    warnings: z.array(z.string()),
  }),
  async run({ deployment, executionArn, results, watchedVersion }, context) {
    const failures = failuresOf(results);
    const table = readEnvironment('registryTable', context.environment);
    const now = context.now();
    const key = registryKey.resync(deployment.name);
    const last = await readItem(context.clients, table, key);
    const summary = {
      deployment: deployment.name,
      status: failures.length === 0 ? ('succeeded' as const) : ('failed' as const),
      reason: failures.join(', '),
      warnings: [
        ...warningsOf(results),
        ...(watchedVersion == null ? [] : await supportWarnings(watchedVersion, last, context)),
      ],
    };
    const endpoint = countFailures(last, results.endpoint, now);
    const record = { ...summary, executionArn, results, recordedAt: now.toISOString(), endpoint };
    await context.record(`record the resync of ${deployment.name}`, () =>
      writeRecord(context.clients, table, key, record, now),
    );
    // Last of what may fail: a record that is written again counts nothing twice.
    publishEndpointFailures(endpoint.failures);
    if (summary.warnings.length > 0) await warn(context, summary);
    return summary;
  },
});

export const handler = task.handler;

/** The operators of the stack hear of it by a rule on the event that the workflow publishes. */
async function warn(
  context: TaskContext,
  { deployment, warnings }: { deployment: string; warnings: readonly string[] },
): Promise<void> {
  const topic = deploymentTopicArn(readEnvironment('notificationTopicArn', context.environment), deployment);
  const headline = `the resync of ${deployment} found what needs a look`;
  await context.record('tell of warnings', () =>
    publishToDeployment(context.clients, topic, headline, [`${headline}.`, ...warnings].join('\n\n')),
  );
}

function failuresOf({ access, dns, saml }: Results): string[] {
  const failures = Object.entries({ access, dns, saml }).flatMap(([name, check]) =>
    check.status === 'failed' ? [`${name}: ${check.error}`] : [],
  );
  // Users or objects that could not be brought in line while the pass as a whole went through.
  if (access.status === 'done') {
    for (const [kind, count] of Object.entries(access.findings.failures)) {
      if (count > 0) failures.push(`access: ${kind} (${count})`);
    }
  }
  return failures;
}

function warningsOf({ access, dns, saml, endpoint }: Results): string[] {
  const warnings = access.status === 'done' ? accessWarnings(access.findings) : [];
  if (saml.status === 'done' && saml.findings.status !== 'valid') {
    warnings.push(
      `the SAML signing certificate is ${saml.findings.status} (${saml.findings.daysLeft} days left)`,
    );
  }
  if (dns.status === 'done') {
    for (const { name, state } of dns.findings.observed) {
      if (state === 'created' || state === 'replaced') warnings.push(`the record ${name} was ${state}`);
    }
  }
  for (const check of [access, dns, saml, endpoint]) {
    if (check?.status !== 'done') continue;
    const refuted = refutedOnAws(observationsOf(check.findings['assumptions']));
    warnings.push(...refuted.map((each) => `what is assumed of AWS does not hold: ${observationText(each)}`));
  }
  if (endpoint?.status === 'failed')
    warnings.push(`the address does not lead to the login (${endpoint.error})`);
  return warnings;
}

/** What the directory or the cluster's owners should look at; `kubeflow-eks access` names whom and what. */
function accessWarnings({
  directory,
  refusals,
  unreadablePullSecrets = 0,
  profilesWithoutQuota,
}: Extract<Results['access'], { status: 'done' }>['findings']): string[] {
  const counted: [number | undefined, string][] = [
    [
      directory.sharedEmails,
      'e-mails belong to several enabled users, who get only what all of them are granted',
    ],
    [
      refusals['ProfileOwnedByAnother'],
      'grants are refused because a Profile has an owner that no rule accepts',
    ],
    [profilesWithoutQuota, 'Profiles have no quota: their workloads may fill the cluster'],
  ];
  return [
    ...counted.flatMap(([count = 0, what]) => (count > 0 ? [`${count} ${what}`] : [])),
    ...(unreadablePullSecrets === 0
      ? []
      : [
          'the secret of access.image_pull_secret_arn is not there, may not be read, or is no .dockerconfigjson; what Profiles have of it stays',
        ]),
  ];
}
