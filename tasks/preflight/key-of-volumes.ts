import type { AwsClients } from '../../adapters/aws/clients';
import { findVolumeKey } from '../../adapters/aws/volume-key';
import type { Finding } from './findings';

/**
 * The key that encrypts the volumes of nodes and of pods, for which none is named. Where it is the account's own, its policy says who
 * may use it, which is not read here: a key's policy, its grants and those of organisations decide together.
 */
export async function checkVolumeKey(
  clients: AwsClients,
): Promise<{ findings: Finding[]; warnings: string[] }> {
  const key = await findVolumeKey(clients);
  if (key === undefined) return { findings: [], warnings: [] };
  const what = `${key.arn}, with which the account has EBS encrypt volumes in ${clients.region}`;
  if (key.state !== undefined && key.state !== 'Enabled')
    return {
      findings: [
        {
          name: 'KmsKeyUnusable',
          message:
            `the KMS key ${what}, is ${key.state}; expected Enabled, or no node starts. Enable it, or have EBS take another: ` +
            'aws ec2 modify-ebs-default-kms-key-id --kms-key-id <key>.',
        },
      ],
      warnings: [],
    };
  return {
    findings: [],
    warnings: [
      `the key ${what}, is the account's own: what its policy allows was not looked at. It must let AWSServiceRoleForAutoScaling and the role of the ` +
        'EBS driver use it, or no node starts and no volume is made (docs/security.md has a statement)',
    ],
  };
}
