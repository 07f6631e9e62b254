import { DescribeKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import type { AwsClients } from './clients';
import { isAwsError } from './errors';

export interface KmsKey {
  arn: string;
  /** `Enabled`, `Disabled`, `PendingDeletion`, … */
  state: string;
  /** `SYMMETRIC_DEFAULT` for the keys that EKS takes; all of these encrypt and decrypt. */
  spec: string;
  /** Whether it is one that AWS manages for a service. */
  isOfAws: boolean;
}

/** A key in the clients' region, or `undefined` where there is none. */
export async function findKey(clients: AwsClients, arn: string): Promise<KmsKey | undefined> {
  try {
    const { KeyMetadata } = await clients.get(KMSClient).send(new DescribeKeyCommand({ KeyId: arn }));
    if (KeyMetadata === undefined) return undefined;
    return {
      arn: KeyMetadata.Arn ?? arn,
      state: KeyMetadata.KeyState ?? '',
      spec: KeyMetadata.KeySpec ?? '',
      isOfAws: KeyMetadata.KeyManager === 'AWS',
    };
  } catch (error) {
    if (isAwsError(error, 'NotFoundException', 'InvalidArnException')) return undefined;
    throw error;
  }
}
