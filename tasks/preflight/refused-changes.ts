import { z } from 'zod';
import type { Cluster } from '../../adapters/aws/eks';
import { readRegistration } from '../../adapters/aws/registry';
import { foundSchema } from '../../core/handover/found';
import { refusedChanges, type Known } from '../../core/configuration/changes';
import { readEnvironment } from '../../core/environment';
import { formerIamNames, iamNames, type IamNaming } from '../../core/iam-names';
import type { TaskContext } from '../support/context';
import type { Deployment } from '../support/task';
import { ownUserPools } from '../user-pool/own-user-pools';
import type { Finding } from './findings';

/** What is asked for, and what the other checks have found for it. */
interface Asked extends Pick<Known, 'vpcId' | 'hostedZoneId'> {
  configuration: Record<string, unknown>;
  naming: IamNaming;
  subnets: { private: string[]; public: string[] } | undefined;
}

/**
 * The changes to a deployment that is there which cannot be had (docs/changes.md). What is there is taken from the
 * registration, and, since a first provisioning may not have come to it, from the living cluster and the user pool.
 *
 * @param cluster of this deployment, if there is one
 */
export async function checkChanges(
  deployment: Deployment,
  asked: Asked,
  cluster: Cluster | undefined,
  context: TaskContext,
): Promise<Finding[]> {
  const { subnets } = asked;
  const wanted: Known = {
    ...asked,
    subnetIds: subnets && [...subnets.private, ...subnets.public],
  };
  const refused = (await lastKnown(deployment, asked, cluster, context)).flatMap((known) =>
    refusedChanges(known, wanted),
  );
  const distinct = new Map(refused.map((change) => [change.path, change]));
  return [...distinct.values()].map(({ path, was, asked: now, why }) => ({
    name: 'ChangeRefused',
    message: `\`${path}\` of ${deployment.name} cannot become ${now}: it is ${was}. ${why} Set it back, or destroy the deployment first.`,
  }));
}

async function lastKnown(
  { name, ...deployment }: Deployment,
  { naming }: Asked,
  cluster: Cluster | undefined,
  context: TaskContext,
): Promise<Known[]> {
  const table = readEnvironment('registryTable', context.environment);
  const registration = await readRegistration(context.clients, table, name);
  const known: Known[] = [];
  if (registration !== undefined) {
    const { success, data: found } = foundSchema.safeParse(registration.row['found']);
    known.push({
      configuration: z.record(z.string(), z.unknown()).catch({}).parse(registration.row['configuration']),
      ...(success && {
        vpcId: found.vpc.id,
        hostedZoneId: found.hostedZone.id,
        subnetIds: [...found.subnets.private, ...found.subnets.public].map(({ id }) => id),
      }),
    });
  }
  // One that failed is removed and re-created.
  if (cluster !== undefined && cluster.status !== 'FAILED') {
    const names = [iamNames.clusterRole(naming), formerIamNames.clusterRole(naming)];
    const role = cluster.roleArn?.split('/').at(-1);
    known.push({
      vpcId: cluster.vpcId,
      configuration: {
        kms_key_arn: cluster.secretsKeyArn,
        ...(cluster.version !== '' && { kubernetes_version: cluster.version }),
        ...(role !== undefined &&
          !names.includes(role) && { iam_role_prefix: `that of the cluster's role ${role}` }),
      },
    });
  }
  const [pool] = await ownUserPools({ name, ...deployment }, context);
  const domain = pool?.description.CustomDomain;
  if (domain !== undefined && domain !== '') known.push({ configuration: { cognito_domain: domain } });
  return known;
}
