import { findFileSystem } from '../../adapters/aws/efs';
import type { AwsClients } from '../../adapters/aws/clients';
import type { Configuration } from '../../core/configuration';
import type { Finding } from './findings';

/**
 * Whether nodes could mount the file system of shared volumes: the driver would find it out when a pod waits for its
 * volume. Whom the mount targets' security groups let in is not judged.
 *
 * @param nodes the VPC, and the zones of the nodes: without a mount target in its own zone a node finds none by the file
 *   system's name (EFS user guide, "Mounting on EC2 instances with DNS")
 */
export async function checkSharedVolumes(
  clients: AwsClients,
  wanted: Configuration['shared_volumes'],
  nodes: { vpcId: string; zones: readonly string[] },
): Promise<{ findings: Finding[]; warnings: string[] }> {
  if (wanted === undefined) return { findings: [], warnings: [] };
  const { file_system_id: id } = wanted;
  const found = await findFileSystem(clients, id);
  const finding = (message: string): { findings: Finding[]; warnings: string[] } => ({
    findings: [{ name: 'FileSystemUnusable', message: `the file system ${id} ${message}` }],
    warnings: [],
  });
  if (found === undefined)
    return finding(`is not in ${clients.region}. Create it, or correct \`shared_volumes.file_system_id\`.`);
  if (found.state !== 'available')
    return finding(`is ${found.state}; expected available. Wait until it is, or name another.`);
  const served = new Set(
    found.mountTargets
      .filter(({ vpcId, state }) => vpcId === nodes.vpcId && state === 'available')
      .map(({ zone }) => zone),
  );
  const unserved = [...new Set(nodes.zones)].filter((zone) => !served.has(zone)).sort();
  if (unserved.length > 0)
    return finding(
      `has no available mount target in ${nodes.vpcId} for ${unserved.join(', ')}, where nodes are. ` +
        `Create them: aws efs create-mount-target --file-system-id ${id} --subnet-id <subnet> --security-groups <group that lets the nodes in on port 2049>.`,
    );
  return {
    findings: [],
    warnings: found.encrypted
      ? []
      : [
          `the file system ${id} is not encrypted at rest, which EFS decides when one is made: what tenants store on shared volumes is not either`,
        ],
  };
}
