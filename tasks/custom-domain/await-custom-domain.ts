import { z } from 'zod';
import { describeCustomDomain } from '../../adapters/aws/cognito-domain';
import { domainFailed, domainNotActive } from './domain-status';
import { defineTask, deploymentSchema } from '../support/task';

/**
 * Whether the custom domain of the login is active.
 *
 * @throws NotReadyError CustomDomainNotActive
 * @throws UserError CustomDomainFailed
 */
export const task = defineTask({
  name: 'await-custom-domain',
  input: z.object({ deployment: deploymentSchema, domain: z.string().min(1) }),
  output: z.object({ status: z.literal('ACTIVE'), cloudFrontDomain: z.string().min(1) }),
  async run({ domain }, context) {
    const found = await describeCustomDomain(context.clients, domain);
    // Made a moment ago, so where it is not found it is not found yet.
    if (!found) throw domainNotActive({ domain, status: 'not visible yet' });
    if (found.status === 'FAILED') throw domainFailed(domain);
    if (found.status !== 'ACTIVE' || found.cloudFrontDomain === '') throw domainNotActive(found);
    const missing = [
      ...(found.certificateArn === undefined ? ['CustomDomainConfig.CertificateArn'] : []),
      ...(found.managedLoginVersion === undefined ? ['ManagedLoginVersion'] : []),
    ];
    context.observe(
      'domain-description',
      missing.length === 0 ? 'verified' : 'refuted',
      missing.length === 0 ? undefined : `without ${missing.join(' and ')}`,
    );
    return { status: 'ACTIVE' as const, cloudFrontDomain: found.cloudFrontDomain };
  },
});

export const handler = task.handler;
