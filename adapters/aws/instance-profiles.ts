import {
  AddRoleToInstanceProfileCommand,
  CreateInstanceProfileCommand,
  DeleteInstanceProfileCommand,
  GetInstanceProfileCommand,
  IAMClient,
  RemoveRoleFromInstanceProfileCommand,
} from '@aws-sdk/client-iam';
import type { AwsClients } from './clients';
import { isAwsError } from './errors';
import { marksOf, type OwnerMarks } from './iam';
import { unlessMadeBefore } from './unrepeated';
import { tagList } from './tag-lists';

/** An instance profile: what gives a machine of EC2 its role. */
export interface InstanceProfile {
  name: string;
  marks: OwnerMarks;
  /** Name of its role, if it has one. */
  role?: string;
}

/** An instance profile by its name, or `undefined`. */
export async function findInstanceProfile(
  clients: AwsClients,
  name: string,
): Promise<InstanceProfile | undefined> {
  try {
    const { InstanceProfile: profile } = await clients
      .get(IAMClient)
      .send(new GetInstanceProfileCommand({ InstanceProfileName: name }));
    const role = profile?.Roles?.[0]?.RoleName;
    return { name, marks: marksOf(profile?.Tags), ...(role !== undefined && { role }) };
  } catch (error) {
    if (isAwsError(error, 'NoSuchEntityException')) return undefined;
    throw error;
  }
}

export async function createInstanceProfile(
  clients: AwsClients,
  { name, tags }: { name: string; tags: Readonly<Record<string, string>> },
): Promise<void> {
  await unlessMadeBefore('EntityAlreadyExistsException', () =>
    clients
      .get(IAMClient)
      .send(new CreateInstanceProfileCommand({ InstanceProfileName: name, Tags: tagList(tags) })),
  );
}

/** Gives a profile its role; it takes one. */
export async function addRoleToInstanceProfile(
  clients: AwsClients,
  name: string,
  role: string,
): Promise<void> {
  await unlessMadeBefore('LimitExceededException', () =>
    clients
      .get(IAMClient)
      .send(new AddRoleToInstanceProfileCommand({ InstanceProfileName: name, RoleName: role })),
  );
}

/** Takes the profile's role out and deletes it; the role stays. */
export async function deleteInstanceProfile(
  clients: AwsClients,
  { name, role }: InstanceProfile,
): Promise<void> {
  const iam = clients.get(IAMClient);
  if (role !== undefined)
    await iam.send(new RemoveRoleFromInstanceProfileCommand({ InstanceProfileName: name, RoleName: role }));
  await iam.send(new DeleteInstanceProfileCommand({ InstanceProfileName: name }));
}
