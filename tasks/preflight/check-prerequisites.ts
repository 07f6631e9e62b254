import { z } from 'zod';
import { findCluster } from '../../adapters/aws/eks';
import { foreignResource } from '../../adapters/aws/errors';
import { listRecords } from '../../adapters/aws/route53';
import { foundSchema } from '../../core/handover/found';
import { defineTask, deploymentSchema } from '../support/task';
import { findInAccount } from './account-findings';
import { namesOf, type Checked } from './checked-configuration';
import { delegatedNames } from './delegated-names';
import { findingsError } from './findings';
import { checkNetwork } from './vpc-and-subnets';
import { refuseTakenNames } from './taken-names';

/** As the step before has validated it: its shape is declared in `core/configuration` alone. */
const configurationSchema = z.custom<Checked>((value) => typeof value === 'object' && value !== null);

/**
 * Checks everything that the account, its network and the directory must already have, and finds what the
 * configuration leaves to be found. Refuses changes that cannot be had to a deployment that is there. Changes nothing. All
 * that stands in the way comes in one error.
 *
 * @throws UserError named after the first thing missing, TransientError `DirectoryUnreachable` where only the directory does not
 *   answer, ConflictError `ResourceConflict` where somebody else's cluster has the name, or another deployment a domain
 */
export const task = defineTask({
  name: 'check-prerequisites',
  input: z.object({ deployment: deploymentSchema, configuration: configurationSchema }),
  output: foundSchema.extend({
    samlMetadata: z.union([z.object({ url: z.string() }), z.object({ inline: z.literal(true) })]),
    warnings: z.array(z.string()),
  }),
  async run({ deployment, configuration }, context) {
    const cluster = await findCluster(context.clients, deployment.name);
    if (cluster !== undefined && cluster.owner !== deployment.name) {
      throw foreignResource(`the cluster ${deployment.name}`, cluster.owner, deployment.name);
    }
    const network = await checkNetwork(configuration, context);
    const { zone, findings, warnings } = await findInAccount(
      { deployment, configuration, cluster, network },
      context,
    );
    if (findings.length > 0 || network.vpc === undefined || zone === undefined) throw findingsError(findings);
    const records = await listRecords(context.clients, zone.id);
    const given = delegatedNames(records, zone.name, namesOf(configuration));
    if (given.length > 0) throw findingsError(given);
    refuseTakenNames(records, zone.id, deployment, [
      configuration.kubeflow_domain,
      configuration.cognito_domain,
    ]);
    for (const warning of warnings) context.logger.warn('preflight', { warning });
    const { url } = configuration.saml_metadata;
    return {
      vpc: network.vpc,
      subnets: network.subnets,
      hostedZone: { id: zone.id, name: zone.name },
      samlMetadata: url === undefined ? { inline: true as const } : { url },
      warnings,
    };
  },
});

export const handler = task.handler;
