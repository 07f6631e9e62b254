import { z } from 'zod';
import { iamNames } from '../iam-names';
import { deploymentTags } from '../naming';
import { partitionOf } from '../partitions';

/** The role that tenants' pods have for their artifacts, where these are in S3, and the tags of who has it. */
export interface ArtifactIdentity {
  readonly roleArn: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** What of a configuration says it; the registry has all of it. */
const namingSchema = z.looseObject({
  artifacts: z.looseObject({}),
  account_id: z.string(),
  eks_name: z.string(),
  region: z.string(),
  iam_role_prefix: z.string(),
  iam_policy_prefix: z.string(),
  env: z.string(),
  tags: z.record(z.string(), z.string()),
});

/** The role of a deployment's tenants; `undefined` where artifacts are in the cluster. */
export function artifactIdentityOf(configuration: object): ArtifactIdentity | undefined {
  const { success, data } = namingSchema.safeParse(configuration);
  if (!success) return undefined;
  return {
    roleArn: `arn:${partitionOf(data.region)}:iam::${data.account_id}:role/${iamNames.artifactsRole(data)}`,
    tags: deploymentTags(data),
  };
}
