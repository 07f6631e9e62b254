import { keyPairExists } from '../../adapters/aws/ec2-network';
import { findInstanceTypes } from '../../adapters/aws/ec2-instances';
import type { findCluster } from '../../adapters/aws/eks';
import { listHostedZones } from '../../adapters/aws/hosted-zones';
import { environmentNames, readEnvironment } from '../../core/environment';
import type { Deployment } from '../../core/handover/deployment';
import type { TaskContext } from '../support/context';
import { checkAccount } from './account';
import { checkArchive } from './archive-presence';
import { checkArtifacts } from './artifacts';
import { checkBuildQuota } from './build-quota';
import { namesOf, type Checked } from './checked-configuration';
import { checkDatabase } from './database';
import { checkDelegation } from './delegation';
import { checkKeys } from './encryption-keys';
import { checkVolumeKey } from './key-of-volumes';
import { checkEndpoint } from './endpoint';
import type { Finding } from './findings';
import { checkFrontDoor } from './front-door';
import { checkQuotas } from './instance-quotas';
import { checkNamespaceRoles } from './namespace-roles';
import type { CheckedNetwork } from './vpc-and-subnets';
import { checkNodes } from './nodes';
import { checkOwnDatabase } from './own-database';
import { checkChanges } from './refused-changes';
import { checkSamlMetadata } from './saml';
import { checkSharedVolumes } from './shared-volumes';
import { checkStackBounds } from './stack-bounds';
import { chooseZone } from './zone';

/** What is there already, or was found before. */
export interface Present {
  deployment: Deployment;
  configuration: Checked;
  cluster: Awaited<ReturnType<typeof findCluster>>;
  network: CheckedNetwork;
}

export interface AccountFindings {
  zone: Zone;
  /** All that stands in the way, in the order in which it is told. */
  findings: Finding[];
  warnings: string[];
}

type Zone = ReturnType<typeof chooseZone>['zone'];

/** Looks at everything in the account that a deployment needs or would change; what can be asked at once, is. */
export async function findInAccount(
  { deployment, configuration, cluster, network }: Present,
  context: TaskContext,
): Promise<AccountFindings> {
  const nodeSubnets = network.subnets[configuration.associate_public_ip_address ? 'public' : 'private'];
  const zones = nodeSubnets.map(({ az }) => az);
  const stackVpc = context.environment[environmentNames.clusterVpc];
  const archiveUrl = archiveOf(configuration);
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
    frontDoor,
    shared,
    database,
    ownDatabase,
    store,
    volumes,
  ] = await Promise.all([
    checkNodes(context, configuration, types, zones, cluster?.version),
    checkAccount(context, configuration),
    checkNamespaceRoles(context.clients, rolesOf(configuration)),
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
  const stack = await findOfStack(configuration, zone.zone, context);
  const warnings = [
    ...saml.warnings,
    ...stack.delegation.warnings,
    ...builds,
    ...frontDoor.warnings,
    ...shared.warnings,
    ...database.warnings,
    ...store.warnings,
    ...volumes.warnings,
  ];
  const findings = [
    ...changes,
    ...network.findings,
    ...stack.endpoint,
    ...nodes,
    ...account,
    ...roles,
    ...key,
    ...keyPair,
    ...zone.findings,
    ...stack.bounds,
    ...stack.delegation.findings,
    ...quotas,
    ...archive,
    ...frontDoor.findings,
    ...shared.findings,
    ...database.findings,
    ...ownDatabase,
    ...store.findings,
    ...volumes.findings,
    ...saml.findings,
  ];
  return { zone: zone.zone, findings, warnings };
}

/** What the stack's own place and permissions keep it from. */
async function findOfStack(configuration: Checked, zone: Zone, context: TaskContext) {
  const stackVpc = context.environment[environmentNames.clusterVpc];
  const endpoint =
    stackVpc === undefined
      ? []
      : checkEndpoint(configuration.endpoint_access, stackVpc === 'none' ? undefined : stackVpc);
  const bounds = checkStackBounds(
    {
      hostedZoneId: zone?.id,
      keyArns: [configuration.kms_key_arn, configuration.shared_volumes?.kms_key_arn].flatMap(
        (arn) => arn ?? [],
      ),
      archiveUrl: archiveOf(configuration),
      roleArns: rolesOf(configuration),
    },
    context.environment,
  );
  // Outside of a deployed stack, nobody is asked what the world is told.
  const delegation =
    zone === undefined || stackVpc === undefined
      ? { findings: [], warnings: [] }
      : await checkDelegation(context, zone, context.environment['DNS_SERVER']);
  return { endpoint, bounds, delegation };
}

const archiveOf = ({ kubeflow }: Checked): string | undefined => kubeflow.source?.archive?.url;

const rolesOf = ({ access }: Checked): string[] =>
  Object.values(access.namespaces).flatMap(({ role_arn: arn }) => arn ?? []);

async function checkKeyPair({ ssh_key_name: name }: Checked, { clients }: TaskContext): Promise<Finding[]> {
  if (name === undefined || (await keyPairExists(clients, name))) return [];
  const message = `there is no EC2 key pair ${name} in ${clients.region}. Create it, correct \`ssh_key_name\`, or leave it out for nodes without ssh.`;
  return [{ name: 'KeyPairMissing', message }];
}

async function checkZone(configuration: Checked, { clients }: TaskContext) {
  return chooseZone(
    await listHostedZones(clients),
    configuration.route53_domain,
    namesOf(configuration),
    configuration.hosted_zone_id,
  );
}
