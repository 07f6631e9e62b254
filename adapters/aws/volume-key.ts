import { EC2Client, GetEbsDefaultKmsKeyIdCommand } from '@aws-sdk/client-ec2';
import type { AwsClients } from './clients';
import { isAwsError, isDenied } from './errors';
import { findKey } from './kms';

/** A key of an account's own that encrypts volumes for which none is named. */
export interface VolumeKey {
  arn: string;
  /** `Enabled`, `Disabled`, …; nothing where it is of another account, or gone. */
  state: string | undefined;
}

/**
 * The customer managed key that EBS takes in the region where a volume is to be encrypted and no key is named, whether or not the account
 * encrypts volumes that nobody asks it for (EBS user guide, "Default KMS key for EBS encryption"). `undefined` where that is the key of
 * AWS, `alias/aws/ebs`, which everybody in the account may use for volumes.
 */
export async function findVolumeKey(clients: AwsClients): Promise<VolumeKey | undefined> {
  const id = await findDefaultKeyId(clients);
  if (id === '' || id.endsWith('alias/aws/ebs')) return undefined;
  try {
    const key = await findKey(clients, id);
    return key?.isOfAws === true ? undefined : { arn: key?.arn ?? id, state: key?.state };
  } catch (error) {
    if (isDenied(error)) return { arn: id, state: undefined };
    throw error;
  }
}

/** Empty where this EC2 does not know the question, as some emulators. */
async function findDefaultKeyId(clients: AwsClients): Promise<string> {
  try {
    const { KmsKeyId = '' } = await clients.get(EC2Client).send(new GetEbsDefaultKmsKeyIdCommand({}));
    return KmsKeyId;
  } catch (error) {
    if (isAwsError(error, 'InvalidAction')) return '';
    throw error;
  }
}
