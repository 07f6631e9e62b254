import { findSecurityGroups, groupsOfInterfaces } from '../../adapters/aws/ec2-network';
import { findFileSystem, type FileSystem } from '../../adapters/aws/efs';
import { foreignResource } from '../../adapters/aws/errors';
import { findMadeFileSystem } from '../../adapters/aws/file-systems';
import type { AwsClients } from '../../adapters/aws/clients';
import type { Configuration } from '../../core/configuration';
import { ownerTag } from '../../core/naming';
import { ownershipOf } from '../../core/ownership';
import { sharedStorageOf, type SharedStorage } from '../../core/shared-storage';
import type { Finding } from './findings';
import { letIn } from './let-in';

/** Where the nodes are. */
interface Nodes {
  vpcId: string;
  zones: readonly string[];
  /** IPv4 ranges of their subnets. */
  ranges: readonly string[];
  /** The cluster's security group, in which they are; none before the first run. */
  groupId: string | undefined;
}

type Checked = Pick<Configuration, 'eks_name' | 'region' | 'kms_key_arn' | 'shared_volumes'>;

interface Judged {
  findings: Finding[];
  warnings: string[];
}

const nothing: Judged = { findings: [], warnings: [] };

/** Port of NFS (EFS user guide, "Using VPC security groups"). */
const nfsPort = 2049;

/**
 * Whether nodes could mount the file system of shared volumes: the driver would find it out when a pod waits for its
 * volume. Of one that is made for the deployment, whether the one of an earlier deployment of the name can be taken.
 *
 * @throws ConflictError `ResourceConflict` where somebody else has made a file system with the deployment's token
 */
export async function checkSharedVolumes(
  clients: AwsClients,
  configuration: Checked,
  nodes: Nodes,
): Promise<Judged> {
  const id = configuration.shared_volumes?.file_system_id;
  if (id !== undefined) return checkExisting(clients, id, nodes);
  const storage = sharedStorageOf(configuration);
  return storage === undefined ? nothing : checkMade(clients, configuration, storage);
}

async function checkMade(
  clients: AwsClients,
  { eks_name: name, region }: Checked,
  { token, keyArn }: SharedStorage,
): Promise<Judged> {
  const found = await findMadeFileSystem(clients, token);
  if (found === undefined) return nothing;
  if (ownershipOf(found.tags, { name, region }) !== 'ours')
    throw foreignResource(`the file system ${found.id}`, found.tags[ownerTag], name);
  const itsKey = found.keyArn ?? "a key of AWS'";
  return itsKey === keyArn || keyArn.endsWith(`:key/${itsKey}`)
    ? nothing
    : unusable(
        found.id,
        `of an earlier ${name} is encrypted with ${itsKey}, which EFS cannot exchange; expected ${keyArn}. Name its key in \`shared_volumes.kms_key_arn\`, or delete it with what is in it.`,
      );
}

const unusable = (id: string, message: string): Judged => ({
  findings: [{ name: 'FileSystemUnusable', message: `the file system ${id} ${message}` }],
  warnings: [],
});

/**
 * A mount target in its own zone is what a node finds by the file system's name (EFS user guide, "Mounting on EC2 instances with
 * DNS").
 */
async function checkExisting(clients: AwsClients, id: string, nodes: Nodes): Promise<Judged> {
  const found = await findFileSystem(clients, id);
  if (found === undefined)
    return unusable(
      id,
      `is not in ${clients.region}. Create it, or correct \`shared_volumes.file_system_id\`.`,
    );
  if (found.state !== 'available')
    return unusable(id, `is ${found.state}; expected available. Wait until it is, or name another.`);
  const targets = found.mountTargets.filter(
    ({ vpcId, state }) => vpcId === nodes.vpcId && state === 'available',
  );
  const served = new Set(targets.map(({ zone }) => zone));
  const unserved = [...new Set(nodes.zones)].filter((zone) => !served.has(zone)).sort();
  if (unserved.length > 0)
    return unusable(
      id,
      `has no available mount target in ${nodes.vpcId} for ${unserved.join(', ')}, where nodes are. ` +
        `Create them: aws efs create-mount-target --file-system-id ${id} --subnet-id <subnet> --security-groups <group that lets the nodes in on port 2049>.`,
    );
  const network = await checkNetwork(clients, id, targets, nodes);
  return {
    findings: network.findings,
    warnings: [
      ...network.warnings,
      ...(found.encrypted
        ? []
        : [
            `the file system ${id} is not encrypted at rest, which EFS decides when one is made: what tenants store on shared volumes is not either`,
          ]),
    ],
  };
}

/**
 * Whom the mount targets let in. By a rule that names another group nodes may come or not: the cluster's own is not there at the
 * first run, and later a group that it does not name may be added to nodes.
 */
async function checkNetwork(
  clients: AwsClients,
  id: string,
  targets: FileSystem['mountTargets'],
  { zones, ranges, groupId }: Nodes,
): Promise<Judged> {
  const used = targets.filter(({ zone }) => zones.includes(zone));
  const attached = await groupsOfInterfaces(
    clients,
    used.map(({ networkInterfaceId }) => networkInterfaceId),
  );
  const groups = await findSecurityGroups(clients, [...new Set([...attached.values()].flat())]);
  const judged = used.map(({ zone, networkInterfaceId }) => {
    const its = attached.get(networkInterfaceId) ?? [];
    const known = groups.filter((group) => its.includes(group.id));
    // Of an interface that EC2 does not show, nothing is known.
    const how = its.length === 0 ? { shut: [], perhaps: [] } : letIn(known, nfsPort, { ranges, groupId });
    return { zone, its, ...how };
  });
  const shut = judged.filter((each) => each.shut.length > 0);
  if (shut.length > 0)
    return unusable(
      id,
      `lets nobody from ${[...new Set(shut.flatMap((each) => each.shut))].join(', ')}, where nodes are, in on port 2049: the mount targets in ` +
        `${shut.map(({ zone }) => zone).join(', ')} are closed. Add a rule to ${[...new Set(shut.flatMap(({ its }) => its))].join(', ')}.`,
    );
  const perhaps = judged.filter((each) => each.perhaps.length > 0);
  return perhaps.length === 0 || groupId === undefined
    ? nothing
    : {
        findings: [],
        warnings: [
          `the file system ${id} lets other security groups than the cluster's (${groupId}) in on port 2049 in ${perhaps.map(({ zone }) => zone).join(', ')}: nodes mount it only if they have one of these`,
        ],
      };
}
