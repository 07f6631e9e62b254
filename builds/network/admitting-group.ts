import type { AwsClients } from '../../adapters/aws/clients';
import { foreignResource } from '../../adapters/aws/errors';
import {
  admitGroup,
  createSecurityGroup,
  deleteSecurityGroup,
  findSecurityGroup,
  findSecurityGroups,
  withdrawGroup,
  type OwnSecurityGroup,
} from '../../adapters/aws/security-groups';
import type { BuildConfiguration } from '../../core/configuration';
import { notOurs } from '../../core/handover/left';
import { deploymentTags, ownerTag } from '../../core/naming';
import type { PlannedChange } from '../../core/plan';
import type { Leave } from '../support/left-output';
import type { Say } from '../support/say';
import { settle } from '../support/settle';

/**
 * A security group of a deployment's own that lets the nodes of its cluster in on one port and nobody else, by the security group
 * that EKS gives them all, Karpenter's too. A cluster that was made again has another one, and a rule about the former would hold that
 * from being deleted (EC2 API reference, DeleteSecurityGroup: `DependencyViolation`).
 */
export interface AdmittingGroup {
  name: string;
  /** What EC2 shows beside the name; it cannot be changed. */
  description: string;
  /** The TCP port. */
  port: number;
}

interface Options {
  clients: AwsClients;
  configuration: BuildConfiguration;
}

/** Something to do about the group, and how. */
interface GroupChange extends PlannedChange {
  make: () => Promise<void>;
}

/**
 * The group, or none.
 *
 * @throws ConflictError `ResourceConflict` where one of the name is another's
 */
export async function findAdmittingGroup(
  { clients, configuration }: Options,
  vpcId: string,
  { name }: AdmittingGroup,
): Promise<OwnSecurityGroup | undefined> {
  const group = await findSecurityGroup(clients, name, vpcId);
  if (group !== undefined && !isOurs(group, configuration))
    throw foreignResource(`the security group ${name}`, group.tags[ownerTag], configuration.eks_name);
  return group;
}

const isOurs = ({ tags }: OwnSecurityGroup, { eks_name: name }: BuildConfiguration): boolean =>
  tags[ownerTag] === name;

/**
 * The group itself, and with it who is let in. Reads only.
 *
 * @param clusterGroupId of the cluster; none before there is one, when a group that is there stays as it is
 * @throws as {@link findAdmittingGroup}
 */
export async function planAdmittingGroup(
  options: Options,
  vpcId: string,
  group: AdmittingGroup,
  clusterGroupId: string | undefined,
): Promise<GroupChange[]> {
  const { clients, configuration } = options;
  const { name, description, port } = group;
  if ((await findAdmittingGroup(options, vpcId, group)) !== undefined)
    return planAdmission(options, vpcId, group, clusterGroupId);
  const make = async (): Promise<void> => {
    await createSecurityGroup(clients, { name, description, vpcId, tags: deploymentTags(configuration) });
    for (const change of await planAdmission(options, vpcId, group, clusterGroupId)) await change.make();
  };
  const what = `the security group ${name}, which lets the cluster in on port ${port.toString()} alone`;
  return [{ action: 'create', what, make }];
}

/**
 * Lets the cluster in, and former ones no more, where the group is there. Reads only.
 *
 * @throws as {@link findAdmittingGroup}
 */
export async function planAdmission(
  options: Options,
  vpcId: string,
  group: AdmittingGroup,
  clusterGroupId: string | undefined,
): Promise<GroupChange[]> {
  const { clients } = options;
  const { name, port } = group;
  const found = await findAdmittingGroup(options, vpcId, group);
  if (found === undefined || clusterGroupId === undefined) return [];
  const isIn = found.admits.some((rule) => rule.groupId === clusterGroupId && rule.port === port);
  const change = (is: string, make: () => Promise<void>): GroupChange => ({
    action: 'change',
    what: `the security group ${name}: it lets ${is}`,
    make,
  });
  return [
    ...(isIn
      ? []
      : [
          change(`${clusterGroupId} of the cluster in`, () =>
            admitGroup(clients, found.id, { groupId: clusterGroupId, port }),
          ),
        ]),
    ...letInBy(found, port)
      .filter((id) => id !== clusterGroupId)
      .map((groupId) =>
        change(`${groupId} in no more`, () => withdrawGroup(clients, found.id, { groupId, port })),
      ),
  ];
}

/** The groups that we have let in; what somebody else has is theirs to take back. */
const letInBy = ({ admits }: OwnSecurityGroup, wanted: number): string[] =>
  admits.flatMap(({ groupId, port, ours }) => (ours && port === wanted ? [groupId] : []));

interface RemovalOptions extends Options {
  say: Say;
  leave: Leave;
}

/** The groups of the name that are the deployment's, in whichever VPC: its configuration may name another by now. */
export async function ownGroups(
  { clients, configuration }: Options,
  { name }: Pick<AdmittingGroup, 'name'>,
): Promise<OwnSecurityGroup[]> {
  return (await findSecurityGroups(clients, name)).filter((group) => isOurs(group, configuration));
}

/**
 * Lets nobody in any more, so that nothing holds the security group of the cluster, whatever becomes of ours. Says which groups of the
 * name are another's.
 *
 * @returns those that are ours
 */
export async function closeGroups(
  { clients, configuration, leave }: RemovalOptions,
  { name, port }: Pick<AdmittingGroup, 'name' | 'port'>,
): Promise<OwnSecurityGroup[]> {
  const groups = await findSecurityGroups(clients, name);
  for (const group of groups) {
    if (!isOurs(group, configuration)) leave({ what: `the security group ${name}`, why: notOurs });
    else
      for (const groupId of letInBy(group, port)) await withdrawGroup(clients, group.id, { groupId, port });
  }
  return groups.filter((group) => isOurs(group, configuration));
}

/**
 * Deletes groups of ours once nothing has them; says which stay.
 *
 * @param waiting until when, in milliseconds since the epoch, and between two looks, in milliseconds
 */
export async function deleteGroups(
  { clients, say, leave }: RemovalOptions,
  groups: readonly Pick<OwnSecurityGroup, 'id'>[],
  waiting: { deadline: number; poll: number },
): Promise<void> {
  for (const { id } of groups) {
    const what = `the security group ${id}`;
    say(`deleting ${what}`);
    await settle(
      async () =>
        (await deleteSecurityGroup(clients, id))
          ? { done: undefined }
          : { waiting: `${what} is still in use` },
      {
        ...{ ...waiting, say },
        late: () => {
          leave({ what, why: 'something has it; delete it when nothing does' });
        },
      },
    );
  }
}
