import { z } from 'zod';
import {
  createCustomDomain,
  describeCustomDomain,
  updateCustomDomain,
} from '../../adapters/aws/cognito-domain';
import { foreignResource } from '../../adapters/aws/errors';
import { requireLock } from '../../adapters/aws/registry-lock';
import { ConflictError } from '../../core/errors';
import { differences } from '../../core/differences';
import { domainFailed, domainNotActive } from './domain-status';
import { requireOwnPool } from '../support/require-own-pool';
import { defineTask, deploymentSchema } from '../support/task';

/**
 * The classic hosted pages. With one provider Cognito sends the browser on to it without showing a page, and managed
 * login (2) would show an error until the client is given a branding (docs/adr/0011-classic-login-pages.md).
 */
const managedLoginVersion = 1;

/**
 * The custom domain of a user pool's login. It becomes active minutes later: see `await-custom-domain`.
 *
 * @throws NotReadyError CustomDomainNotActive while the parent's record is not seen, or another change is under way
 * @throws ConflictError ResourceConflict when another pool has the domain, or the pool another domain
 * @throws UserError CustomDomainFailed, UserPoolMissing
 */
export const task = defineTask({
  name: 'ensure-custom-domain',
  input: z.object({
    deployment: deploymentSchema,
    userPoolId: z.string().min(1),
    domain: z.string().min(1),
    certificateArn: z.string().startsWith('arn:'),
  }),
  output: z.object({ cloudFrontDomain: z.string() }),
  lock: requireLock,
  async run({ deployment, userPoolId, domain, certificateArn }, context) {
    const { clients } = context;
    const desired = { certificateArn, managedLoginVersion };
    const found = await describeCustomDomain(clients, domain);
    if (!found) {
      const pool = await requireOwnPool(clients, userPoolId, deployment);
      const other = pool.description.CustomDomain;
      if (other !== undefined && other !== '' && other !== domain) {
        throw new ConflictError(
          'ResourceConflict',
          `user pool ${userPoolId} has the custom domain ${other}, and can have one only; expected ${domain}. ` +
            'It was left alone. Delete that domain in Cognito, then retry, or set cognito_domain back.',
        );
      }
      const cloudFrontDomain = await context.produce(
        { action: 'create', what: `custom domain ${domain}` },
        () => createCustomDomain(clients, userPoolId, domain, desired),
      );
      context.observe('parent-record', 'verified');
      return { cloudFrontDomain };
    }
    if (found.userPoolId !== userPoolId) {
      throw foreignResource(
        `custom domain ${domain} (of user pool ${found.userPoolId})`,
        undefined,
        deployment.name,
      );
    }
    if (found.status === 'FAILED') throw domainFailed(domain);
    if (found.status === 'DELETING') throw domainNotActive(found);
    // Only what Cognito tells is compared: of a domain made long ago it tells no version.
    const told = Object.fromEntries(Object.entries(desired).filter(([key]) => key in found));
    const drifted = differences(found, told);
    if (drifted.length > 0) {
      if (found.status !== 'ACTIVE') throw domainNotActive(found);
      await context.mutate({ action: 'change', what: `custom domain ${domain}: ${drifted.join(', ')}` }, () =>
        updateCustomDomain(clients, userPoolId, domain, desired),
      );
    }
    return { cloudFrontDomain: found.cloudFrontDomain };
  },
});

export const handler = task.handler;
