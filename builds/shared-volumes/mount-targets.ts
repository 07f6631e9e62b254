import { createMountTarget, listMountTargets, type MadeFileSystem } from '../../adapters/aws/file-systems';
import { UserError } from '../../core/errors';
import { findAdmittingGroup, planAdmittingGroup } from '../network/admitting-group';
import {
  availableFileSystem,
  fileSystemGroupOf,
  patienceMs,
  type FileSystemChange,
  type FileSystemOptions,
} from './own-file-system';
import { settled } from '../cluster/settled';

/** The security group that lets the cluster's nodes in and nobody else, and a mount target in each of their zones. */
export async function planNetwork(
  options: FileSystemOptions,
  current: MadeFileSystem | undefined,
): Promise<FileSystemChange[]> {
  const { configuration, found, securityGroupId: nodes } = options;
  const group = fileSystemGroupOf(configuration);
  return [
    ...(await planAdmittingGroup(options, found.vpc.id, group, nodes)),
    ...(await planMountTargets(options, current)),
  ];
}

async function planMountTargets(
  options: FileSystemOptions,
  current: MadeFileSystem | undefined,
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
      const group = await findAdmittingGroup(options, found.vpc.id, fileSystemGroupOf(configuration));
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
