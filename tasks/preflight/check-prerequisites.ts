import { z } from 'zod';
import {
  findSubnets,
  findVpc,
  keyPairExists,
  missingDnsAttributes,
  type Vpc,
} from '../../adapters/aws/ec2-network';
import { findInstanceTypes } from '../../adapters/aws/ec2-instances';
import { findCluster } from '../../adapters/aws/eks';
import { foreignResource } from '../../adapters/aws/errors';
import { listHostedZones } from '../../adapters/aws/hosted-zones';
import { listRecords } from '../../adapters/aws/route53';
import type { Configuration } from '../../core/configuration';
import { environmentNames, readEnvironment } from '../../core/environment';
import { foundSchema, type Subnets } from '../../core/handover/found';
import { checkBuildQuota } from './build-quota';
import { checkAccount } from './account';
import { checkChanges } from './refused-changes';
import { checkArchive } from './archive-presence';
import { checkArtifacts } from './artifacts';
import { delegatedNames } from './delegated-names';
import { checkDatabase } from './database';
import { checkOwnDatabase } from './own-database';
import { checkDelegation } from './delegation';
import { checkEndpoint } from './endpoint';
import { findingsError, type Finding } from './findings';
import { checkFrontDoor } from './front-door';
import { checkSharedVolumes } from './shared-volumes';
import { chooseSubnets } from './choose-subnets';
import { checkNodes } from './nodes';
import { checkKeys } from './encryption-keys';
import { checkSamlMetadata, type SamlSource } from './saml';
import { checkQuotas } from './instance-quotas';
import { checkStackBounds } from './stack-bounds';
import { checkNamespaceRoles } from './namespace-roles';
import { checkVolumeKey } from './key-of-volumes';
import { refuseTakenNames } from './taken-names';
import { chooseZone } from './zone';
import type { TaskContext } from '../support/context';
import { defineTask, deploymentSchema } from '../support/task';

/** What of the configuration is checked against the account. */
type Checked = Pick<
  Configuration,
  | 'vpc_id'
  | 'iam_role_prefix'
  | 'iam_policy_prefix'
  | 'subnets'
  | 'kms_key_arn'
  | 'ssh_key_name'
  | 'associate_public_ip_address'
  | 'route53_domain'
  | 'hosted_zone_id'
  | 'auth_base_domain'
  | 'cognito_domain'
  | 'kubeflow_domain'
  | 'cert_alt_names'
  | 'kubeflow'
  | 'account_id'
  | 'cpu_worker_type'
  | 'gpu_node_group'
  | 'kubernetes_version'
  | 'endpoint_access'
  | 'image_registry'
  | 'permissions_boundary_arn'
  | 'admin_role_arns'
  | 'lambda_concurrency_enabled'
  | 'lambda_profile_concurrency'
  | 'nodegroup_desired_size'
  | 'access'
  | 'shared_volumes'
  | 'database'
  | 'artifacts'
> & { saml_metadata: SamlSource };

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
    const nodeSubnets = network.subnets[configuration.associate_public_ip_address ? 'public' : 'private'];
    const zones = nodeSubnets.map(({ az }) => az);
    const stackVpc = context.environment[environmentNames.clusterVpc];
    const archiveUrl = configuration.kubeflow.source?.archive?.url;
    const roleArns = Object.values(configuration.access.namespaces).flatMap(({ role_arn: arn }) => arn ?? []);
    const types = await findInstanceTypes(context.clients, [
      configuration.cpu_worker_type,
      ...(configuration.gpu_node_group === undefined ? [] : [configuration.gpu_node_group.worker_type]),
    ]);
    const own = { ...configuration, eks_name: deployment.name, region: deployment.region };
    const [
      nodes,
      account,
      roles,
      key,
      keyPair,
      zone,
      saml,
      quotas,
      builds,
      archive,
      door,
      shared,
      database,
      ownDatabase,
      store,
      volumes,
    ] = await Promise.all([
      checkNodes(context, configuration, types, zones, cluster?.version),
      checkAccount(context, configuration),
      checkNamespaceRoles(context.clients, roleArns),
      checkKeys(configuration, context),
      checkKeyPair(configuration, context),
      checkZone(configuration, context),
      checkSamlMetadata(configuration.saml_metadata, context.now()),
      checkQuotas(context, configuration, types),
      checkBuildQuota(context),
      checkArchive(context.clients, archiveUrl, stackVpc === 'none'),
      checkFrontDoor(context.clients, configuration.kubeflow),
      checkSharedVolumes(context.clients, own, {
        vpcId: configuration.vpc_id,
        zones,
        ranges: nodeSubnets.flatMap(({ cidr }) => cidr ?? []),
        groupId: cluster?.securityGroupId,
      }),
      checkDatabase(context.clients, configuration.database, {
        vpcId: configuration.vpc_id,
        ranges: nodeSubnets.flatMap(({ cidr }) => cidr ?? []),
      }),
      checkOwnDatabase(context.clients, configuration.database, {
        deployment: deployment.name,
        zones: network.subnets.private.map(({ az }) => az),
      }),
      checkArtifacts(context.clients, own, readEnvironment('registryTable', context.environment)),
      checkVolumeKey(context.clients),
    ]);
    const asked = {
      configuration: own,
      naming: own,
      vpcId: configuration.vpc_id,
      hostedZoneId: zone.zone?.id,
      subnets: configuration.subnets,
    };
    const changes = await checkChanges(deployment, asked, cluster, context);
    const endpoint =
      stackVpc === undefined
        ? []
        : checkEndpoint(configuration.endpoint_access, stackVpc === 'none' ? undefined : stackVpc);
    const bounds = checkStackBounds(
      {
        hostedZoneId: zone.zone?.id,
        keyArns: [configuration.kms_key_arn, configuration.shared_volumes?.kms_key_arn].flatMap(
          (arn) => arn ?? [],
        ),
        archiveUrl,
        roleArns,
      },
      context.environment,
    );
    // Outside of a deployed stack, nobody is asked what the world is told.
    const delegation =
      zone.zone === undefined || stackVpc === undefined
        ? { findings: [], warnings: [] }
        : await checkDelegation(context, zone.zone, context.environment['DNS_SERVER']);
    const warnings = [
      ...saml.warnings,
      ...delegation.warnings,
      ...builds,
      ...door.warnings,
      ...shared.warnings,
      ...database.warnings,
      ...store.warnings,
      ...volumes.warnings,
    ];
    const findings = [
      ...changes,
      ...network.findings,
      ...endpoint,
      ...nodes,
      ...account,
      ...roles,
      ...key,
      ...keyPair,
      ...zone.findings,
      ...bounds,
      ...delegation.findings,
      ...quotas,
      ...archive,
      ...door.findings,
      ...shared.findings,
      ...database.findings,
      ...ownDatabase,
      ...store.findings,
      ...volumes.findings,
      ...saml.findings,
    ];
    if (findings.length > 0 || network.vpc === undefined || zone.zone === undefined)
      throw findingsError(findings);
    const records = await listRecords(context.clients, zone.zone.id);
    const given = delegatedNames(records, zone.zone.name, namesOf(configuration));
    if (given.length > 0) throw findingsError(given);
    refuseTakenNames(records, zone.zone.id, deployment, [
      configuration.kubeflow_domain,
      configuration.cognito_domain,
    ]);
    for (const warning of warnings) context.logger.warn('preflight', { warning });
    const { url } = configuration.saml_metadata;
    return {
      vpc: network.vpc,
      subnets: network.subnets,
      hostedZone: { id: zone.zone.id, name: zone.zone.name },
      samlMetadata: url === undefined ? { inline: true as const } : { url },
      warnings,
    };
  },
});

export const handler = task.handler;

async function checkNetwork(
  {
    vpc_id: vpcId,
    subnets: named,
    kubeflow,
    associate_public_ip_address: publicNodes,
    image_registry: mirror,
  }: Checked,
  { clients }: TaskContext,
): Promise<{ vpc?: Vpc; subnets: Subnets; findings: Finding[] }> {
  const vpc = await findVpc(clients, vpcId);
  const needsPublic = kubeflow.ingress_scheme === 'internet-facing';
  if (vpc !== undefined) {
    const needsWayOut = mirror === undefined && !publicNodes;
    const [available, missing] = await Promise.all([
      findSubnets(clients, vpcId),
      missingDnsAttributes(clients, vpcId),
    ]);
    const { subnets, findings } = chooseSubnets(
      { vpc, named, needsPublic, publicNodes, needsWayOut },
      available,
    );
    const unusable = missing.map((attribute): Finding => ({
      name: 'VpcUnusable',
      message: `the VPC ${vpcId} has not ${attribute}, without which no node registers with EKS. Turn it on: aws ec2 modify-vpc-attribute --vpc-id ${vpcId} --${attribute === 'enableDnsSupport' ? 'enable-dns-support' : 'enable-dns-hostnames'} "{\\"Value\\":true}".`,
    }));
    return { vpc, subnets, findings: [...findings, ...unusable] };
  }
  const message = `there is no VPC ${vpcId} in ${clients.region}; expected an existing one with private subnets in two availability zones. Correct \`vpc_id\` or \`region\`.`;
  return {
    subnets: { private: [], public: [] },
    findings: [{ name: 'VpcMissing', message }],
  };
}

async function checkKeyPair({ ssh_key_name: name }: Checked, { clients }: TaskContext): Promise<Finding[]> {
  if (name === undefined || (await keyPairExists(clients, name))) return [];
  const message = `there is no EC2 key pair ${name} in ${clients.region}. Create it, correct \`ssh_key_name\`, or leave it out for nodes without ssh.`;
  return [{ name: 'KeyPairMissing', message }];
}

/** Every name that gets a record, but for the domain itself. */
function namesOf({ auth_base_domain, cognito_domain, kubeflow_domain, cert_alt_names }: Checked): string[] {
  return [auth_base_domain, cognito_domain, kubeflow_domain, ...cert_alt_names];
}

async function checkZone(configuration: Checked, { clients }: TaskContext) {
  return chooseZone(
    await listHostedZones(clients),
    configuration.route53_domain,
    namesOf(configuration),
    configuration.hosted_zone_id,
  );
}
