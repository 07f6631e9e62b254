import { ec2Kinds } from './ec2-kinds';
import { eksKinds } from './eks-kinds';
import { iamKinds } from './iam-kinds';
import type { ResourceKind } from './resource-kind';

/** What the stacks of the region can hold, by its type. */
export const resourceKinds: Readonly<Record<string, ResourceKind>> = {
  ...ec2Kinds,
  ...eksKinds,
  ...iamKinds,
};
