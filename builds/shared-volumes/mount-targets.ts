import { createMountTarget, listMountTargets, type MadeFileSystem } from '../../adapters/aws/file-systems';
import { foreignResource } from '../../adapters/aws/errors';
import {
  admitGroup,
  createSecurityGroup,
  findSecurityGroup,
  type OwnSecurityGroup,
} from '../../adapters/aws/security-groups';
import { UserError } from '../../core/errors';
import { deploymentNames, deploymentTags, ownerTag } from '../../core/naming';
import { ownershipOf } from '../../core/ownership';
import {
  availableFileSystem,
  patienceMs,
  type FileSystemChange,
  type FileSystemOptions,
} from './own-file-system';
import { settled } from '../cluster/settled';

/** Port of NFS 4.1, which is all that EFS speaks (EFS user guide, "Using VPC security groups"). */
const nfsPort = 2049;

/** The security group that lets the cluster's nodes in and nobody else, and a mount target in each of their zones. */
export async function planNetwork(
  options: FileSystemOptions,
  current: MadeFileSystem | undefined,
): Promise<FileSystemChange[]> {
  const { clients, configuration, found, securityGroupId: nodes } = options;
  const name = deploymentNames.fileSystemGroup(configuration.eks_name);
  const group = await findSecurityGroup(clients, name, found.vpc.id);
  const { eks_name: deployment, region } = configuration;
  if (group !== undefined && ownershipOf(group.tags, { name: deployment, region }) !== 'ours')
    throw foreignResource(`the security group ${name}`, group.tags[ownerTag], deployment);
  const make = async (): Promise<void> => {
    await createSecurityGroup(clients, {
      name,
      description: `NFS from the nodes of ${deployment}`,
      vpcId: found.vpc.id,
      tags: deploymentTags(configuration),
    });
  };
  const admit = async (): Promise<void> => {
    const made = await findSecurityGroup(clients, name, found.vpc.id);
    await admitGroup(clients, made?.id ?? '', { groupId: nodes ?? '', port: nfsPort });
  };
  return [
    ...(group === undefined
      ? [{ action: 'create' as const, what: `the security group ${name} of its mount targets`, make }]
      : []),
    ...(letsIn(group, nodes)
      ? []
      : [
          {
            action: 'change' as const,
            what: `the security group ${name}: NFS from the cluster's own`,
            make: admit,
          },
        ]),
    ...(await planMountTargets(options, current, name)),
  ];
}

const letsIn = (group: OwnSecurityGroup | undefined, nodes: string | undefined): boolean =>
  group?.admits.some(({ groupId, port }) => groupId === nodes && port === nfsPort) === true;

async function planMountTargets(
  options: FileSystemOptions,
  current: MadeFileSystem | undefined,
  groupName: string,
): Promise<FileSystemChange[]> {
  const { clients, configuration, found } = options;
  const all = current === undefined ? [] : await listMountTargets(clients, current.id);
  const present = all.filter(({ state }) => state !== 'deleting');
  const elsewhere = present.find(({ vpcId }) => vpcId !== found.vpc.id);
  if (elsewhere !== undefined)
    throw new UserError(
      'FileSystemUnusable',
      `the file system ${current?.id ?? ''} of an earlier ${configuration.eks_name} has mount targets in ${elsewhere.vpcId}; expected none outside of ` +
        `${found.vpc.id}, since EFS takes one VPC. Delete them: aws efs delete-mount-target --mount-target-id ${elsewhere.id}.`,
    );
  const missing = new Map<string, string>();
  for (const { id, az } of found.subnets[configuration.associate_public_ip_address ? 'public' : 'private'])
    if (!missing.has(az) && !present.some(({ zone }) => zone === az)) missing.set(az, id);
  return [...missing].map(([zone, subnetId]) => ({
    action: 'create' as const,
    what: `a mount target of the file system in ${zone} (${subnetId})`,
    make: async () => {
      const { id: fileSystemId } = await availableFileSystem(options);
      await withoutFormer(options, fileSystemId, zone);
      const group = await findSecurityGroup(clients, groupName, found.vpc.id);
      await createMountTarget(clients, { fileSystemId, subnetId, securityGroupId: group?.id ?? '' });
    },
  }));
}

/** Waits until a zone has no mount target that a destroy had begun to delete: EFS makes no second one beside it. */
async function withoutFormer(
  { clients, say, pollMs }: FileSystemOptions,
  fileSystemId: string,
  zone: string,
): Promise<void> {
  await settled({ say, pollMs, patienceMs }, 'a former mount target', async () => {
    const former = (await listMountTargets(clients, fileSystemId)).find((target) => target.zone === zone);
    return former === undefined
      ? { done: undefined }
      : { waiting: `the mount target ${former.id} in ${zone} is ${former.state}` };
  });
}

/** Waits until each mount target answers. */
export async function mountTargetsAvailable(
  { clients, say, pollMs }: FileSystemOptions,
  id: string,
): Promise<void> {
  await settled({ say, pollMs, patienceMs }, 'the mount targets of shared volumes', async () => {
    const unfinished = (await listMountTargets(clients, id)).filter(({ state }) => state !== 'available');
    const said = unfinished.map(({ zone, state }) => `${zone} (${state})`).join(', ');
    return unfinished.length === 0 ? { done: undefined } : { waiting: `the mount targets in ${said}` };
  });
}
