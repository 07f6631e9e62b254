import { createHash } from 'node:crypto';
import { z } from 'zod';
import {
  describeCertificate,
  listCertificates,
  readCertificateTags,
  requestCertificate,
  tagCertificate,
  untagCertificate,
  type Certificate,
} from '../../adapters/aws/acm';
import { requireLock } from '../../adapters/aws/registry-lock';
import { NotReadyError } from '../../core/errors';
import { satisfies } from '../../core/differences';
import { ownershipOf } from '../../core/ownership';
import { certificateSchema, validationRecordSchema } from '../../core/handover/certificates';
import { certificatePurposes } from './purposes';
import type { TaskContext } from '../support/context';
import { removeRetiredTags } from '../support/retired-tags';
import { defineTask, deploymentSchema, type Deployment } from '../support/task';

/**
 * Requests the certificates of a deployment and tells by which records their names are validated. Cognito takes its
 * certificate from us-east-1 whatever the region, the load balancer takes one from its own; in us-east-1 one serves
 * both.
 *
 * A certificate of the same names that does not carry our tag is no conflict: ACM keeps any number of them, so ours
 * is requested beside it. One of ours that failed or expired is left for the destroy workflow and another requested.
 *
 * @throws NotReadyError CertificateRecordsPending until ACM offers a validation record for every name
 */
export const task = defineTask({
  name: 'request-certificates',
  input: z.object({
    deployment: deploymentSchema,
    domains: z.array(z.string().min(1)).min(1),
    workflow: z.object({ execution: z.string() }).partial().optional(),
  }),
  output: z.object({
    certificates: z.array(certificateSchema),
    validationRecords: z.array(validationRecordSchema),
  }),
  lock: requireLock,
  async run({ deployment, domains, workflow }, context) {
    const names = [...new Set(domains.map((domain) => domain.toLowerCase().replace(/\.$/, '')))] as [string];
    const regions = [...new Set(certificatePurposes(deployment.region).map(({ region }) => region))];
    const found = new Map<string, Certificate | undefined>();
    const absent: { region: string; token: string }[] = [];
    for (const region of regions) {
      const own = await findCertificate(deployment, names, region, workflow?.execution, context);
      if ('token' in own) absent.push({ region, ...own });
      else found.set(region, own.certificate);
    }
    if (absent.length > 0) {
      const changes = absent.map(({ region }) => ({
        action: 'create' as const,
        what: `certificate in ${region} for ${names.join(', ')}`,
      }));
      await context.produce(changes, async () => {
        for (const { region, token } of absent) {
          const arn = await requestCertificate(context.clients, region, names, deployment.tags, token);
          found.set(region, await describeCertificate(context.clients, region, arn));
        }
      });
    }
    const certificates = new Map([...found].map(([region, each]) => [region, withRecords(each)]));
    // Both regions validate a name by the same record: it depends on the account and the name alone.
    observeRecords([...certificates.values()], context);
    const records = [...certificates.values()].flatMap((certificate) => certificate.validationRecords);
    return {
      certificates: certificatePurposes(deployment.region).map(({ purpose, region }) => ({
        purpose,
        region,
        arn: certificates.get(region)?.arn ?? '',
      })),
      validationRecords: [...new Map(records.map((record) => [record.name, record])).values()],
    };
  },
});

export const handler = task.handler;

/** Ours of these names, if there is one that can be used, and the token for requesting another. */
async function findCertificate(
  deployment: Deployment,
  names: [string, ...string[]],
  region: string,
  execution: string | undefined,
  context: TaskContext,
): Promise<{ certificate: Certificate } | { token: string }> {
  const { clients } = context;
  const sameName = (await listCertificates(clients, region)).filter(
    ({ domainName }) => domainName === names[0],
  );
  const alive = sameName.filter(({ status }) => status === 'ISSUED' || status === 'PENDING_VALIDATION');
  // An issued one first, then always the same one.
  alive.sort((left, right) => left.status.localeCompare(right.status) || left.arn.localeCompare(right.arn));

  for (const { arn } of alive) {
    const tags = await readCertificateTags(clients, region, arn);
    // Without a mark of a region it was made before there were any, here or elsewhere; these names are ours.
    if (ownershipOf(tags, deployment) === 'foreign') continue;
    const certificate = await describeCertificate(clients, region, arn);
    if (!certificate || !satisfies(certificate.names, names)) continue;
    if (!satisfies(tags, deployment.tags)) {
      await context.mutate({ action: 'change', what: `tags of certificate ${arn}` }, () =>
        tagCertificate(clients, region, arn, deployment.tags),
      );
    }
    await removeRetiredTags(
      { what: `certificate ${arn}`, tags, untag: (keys) => untagCertificate(clients, region, arn, keys) },
      deployment,
      context,
    );
    return { certificate };
  }

  // ACM remembers a token for an hour, so a lost answer makes no second certificate. The dead ones are part of it,
  // else a request after a failed validation would be answered with the failed certificate; and so is the execution,
  // else the one after a destroy might be answered with the deleted certificate.
  const dead = sameName.filter((summary) => !alive.includes(summary)).map(({ arn }) => arn);
  const token = createHash('sha256')
    .update(JSON.stringify([execution, deployment.name, deployment.region, [...names].sort(), dead.sort()]))
    .digest('hex')
    .slice(0, 32);
  return { token };
}

/** The records of two certificates for the same names, where there are two. */
function observeRecords(certificates: readonly Certificate[], context: TaskContext): void {
  const [first, second] = certificates;
  if (first === undefined || second === undefined) return;
  const textOf = ({ validationRecords }: Certificate): string =>
    validationRecords.map(({ name, value }) => `${name} ${value}`).join('\n');
  const same = textOf(first) === textOf(second);
  context.observe('validation-record', same ? 'verified' : 'refuted', `${first.region} and ${second.region}`);
}

function withRecords(certificate: Certificate | undefined): Certificate {
  if (!certificate?.validationRecordsComplete) {
    throw new NotReadyError(
      'CertificateRecordsPending',
      `ACM has not offered the validation records of ${certificate?.arn ?? 'the new certificate'} yet; ` +
        'it does so some seconds after the request.',
    );
  }
  return certificate;
}
