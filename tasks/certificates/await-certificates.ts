import { z } from 'zod';
import { describeCertificate } from '../../adapters/aws/acm';
import { NotReadyError, UserError } from '../../core/errors';
import { certificateSchema } from '../../core/handover/certificates';
import { defineTask, deploymentSchema } from '../support/task';

/** What the workflow waits for at most, in minutes (`certificateIssued` of the retry policies). */
export const longestIssue = 78;

/**
 * Whether all certificates are issued.
 *
 * @throws NotReadyError CertificateNotIssued while one is being validated
 * @throws UserError CertificateFailed when one never will be, CertificateMissing when one has been deleted
 */
export const task = defineTask({
  name: 'await-certificates',
  input: z.object({ deployment: deploymentSchema, certificates: z.array(certificateSchema).min(1) }),
  output: z.object({ issued: z.literal(true) }),
  async run({ certificates }, context) {
    const { clients } = context;
    const issued: number[] = [];
    const distinct = new Map(certificates.map((certificate) => [certificate.arn, certificate]));
    const pending: string[] = [];
    for (const { arn, region } of distinct.values()) {
      const certificate = await describeCertificate(clients, region, arn);
      if (!certificate) {
        throw new UserError(
          'CertificateMissing',
          `the certificate ${arn} is gone; it was requested by this execution. Start a new execution, which requests another.`,
        );
      }
      if (certificate.status === 'ISSUED') {
        const { requestedAt, issuedAt } = certificate;
        if (requestedAt !== undefined && issuedAt !== undefined)
          issued.push((issuedAt.getTime() - requestedAt.getTime()) / 60_000);
        continue;
      }
      if (certificate.status !== 'PENDING_VALIDATION') {
        const names = certificate.failedNames.length > 0 ? certificate.failedNames : certificate.names;
        throw new UserError(
          'CertificateFailed',
          `the certificate ${arn} for ${names.join(', ')} is ${certificate.status}` +
            `${certificate.failureReason === undefined ? '' : ` (${certificate.failureReason})`}; expected ISSUED. ` +
            'See that the zone is the one that the registrar names and that its CAA records, if any, allow amazon.com; ' +
            'then start a new execution, which requests another certificate (a redrive would look at this one again).',
        );
      }
      pending.push(arn);
    }
    if (pending.length > 0) {
      throw new NotReadyError(
        'CertificateNotIssued',
        `ACM is still validating ${pending.join(', ')}. Minutes are usual; if it takes more than an hour, see that ` +
          'the validation records answer from outside, that is, that the registrar names the servers of this zone.',
      );
    }
    if (issued.length > 0) {
      const minutes = Math.round(Math.max(...issued));
      const verdict = minutes <= longestIssue ? 'verified' : 'refuted';
      context.observe('certificate-time', verdict, `${minutes} min`);
    }
    return { issued: true as const };
  },
});

export const handler = task.handler;
