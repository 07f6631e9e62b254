import { z } from 'zod';
import {
  deleteCertificate,
  describeCertificate,
  listCertificates,
  readCertificateTags,
} from '../../adapters/aws/acm';
import { requireLock } from '../../adapters/aws/registry-lock';
import { satisfies } from '../../core/differences';
import { whatIsLeft, type Left } from '../../core/handover/left';
import { ownershipOf } from '../../core/ownership';
import { certificatePurposes } from './purposes';
import { deletionSchema, stillThere } from '../support/deletion';
import { defineTask, deploymentSchema } from '../support/task';

/**
 * Deletes every certificate with our tags from the deployment's region and from us-east-1, whatever its state and
 * names: also those that failed, and those of an earlier configuration.
 *
 * us-east-1 has those of every region. One without a mark of its region, as all were before regions were marked, goes
 * from there only where it has the configured names; in the deployment's own region it can be no other's.
 *
 * @throws NotReadyError DeletionPending while a load balancer or a distribution holds one
 */
export const task = defineTask({
  name: 'delete-certificates',
  input: z.object({ deployment: deploymentSchema, domains: z.array(z.string()).default([]) }),
  output: deletionSchema,
  lock: requireLock,
  async run({ deployment, domains }, context) {
    const { clients } = context;
    const regions = new Set(certificatePurposes(deployment.region).map(({ region }) => region));
    const deleted: string[] = [];
    const held: string[] = [];
    const left: Left[] = [];
    for (const region of regions) {
      for (const { arn } of await listCertificates(clients, region)) {
        const tags = await readCertificateTags(clients, region, arn);
        const ownership = ownershipOf(tags, deployment);
        if (ownership === 'foreign') continue;
        const certificate = await describeCertificate(clients, region, arn);
        if (!certificate) continue;
        if (
          ownership === 'unmarked' &&
          region !== deployment.region &&
          !hasNames(certificate.names, domains)
        ) {
          left.push({
            what: `the certificate ${arn}`,
            why: 'it has other names than are configured and does not say of which region it is',
          });
          continue;
        }
        const outcome = certificate.inUse
          ? 'in-use'
          : await context.produce({ action: 'remove', what: `certificate ${arn}` }, () =>
              deleteCertificate(clients, region, arn),
            );
        (outcome === 'deleted' ? deleted : held).push(arn);
      }
    }
    if (held.length > 0) {
      throw stillThere(
        `certificate ${held.join(', ')}`,
        'a load balancer or a CloudFront distribution holds it; they let go minutes after their own end',
      );
    }
    return { deleted, ...whatIsLeft(left) };
  },
});

export const handler = task.handler;

function hasNames(found: readonly string[], wanted: readonly string[]): boolean {
  return found.length === new Set(wanted).size && satisfies(found, wanted);
}
