import { z } from 'zod';
import {
  deleteCertificate,
  describeCertificate,
  listCertificates,
  readCertificateTags,
} from '../../adapters/aws/acm';
import { requireLock } from '../../adapters/aws/registry-lock';
import { ownerTag } from '../../core/naming';
import { certificatePurposes } from './purposes';
import { deletionSchema, stillThere } from '../support/deletion';
import { defineTask, deploymentSchema } from '../support/task';

/**
 * Deletes every certificate with our tag from the deployment's region and from us-east-1, whatever its state and
 * names: also those that failed, and those of an earlier configuration.
 *
 * @throws NotReadyError DeletionPending while a load balancer or a distribution holds one
 */
export const task = defineTask({
  name: 'delete-certificates',
  input: z.object({ deployment: deploymentSchema }),
  output: deletionSchema,
  lock: requireLock,
  async run({ deployment }, context) {
    const { clients } = context;
    const regions = new Set(certificatePurposes(deployment.region).map(({ region }) => region));
    const deleted: string[] = [];
    const held: string[] = [];
    for (const region of regions) {
      for (const { arn } of await listCertificates(clients, region)) {
        const tags = await readCertificateTags(clients, region, arn);
        if (tags[ownerTag] !== deployment.name) continue;
        const certificate = await describeCertificate(clients, region, arn);
        if (!certificate) continue;
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
    return { deleted };
  },
});

export const handler = task.handler;
