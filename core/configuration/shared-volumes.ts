/** The setting `shared_volumes`: volumes that many pods mount at once, on a file system of EFS. */
import { z } from 'zod';
import * as field from './fields';

const fileSystemMessage = 'must be the id of an EFS file system, such as "fs-0123456789abcdef0"';
const modeMessage = 'must be "elastic", "bursting" or "provisioned"';
const daysMessage = 'must be one of the numbers of days that EFS knows: 1, 7, 14, 30, 60, 90, 180, 270, 365';
const throughputMessage = 'must be a whole number of MiB/s from 1 to 3414';

/** EFS API reference, FileSystemDescription: 8 hexadecimal digits, or 17 of newer ones; the file system of another account has an ARN. */
const fileSystemId = z
  .string({ error: fileSystemMessage })
  .regex(/^fs-(?:[0-9a-f]{8}|[0-9a-f]{17})$/, fileSystemMessage)
  .optional()
  .describe(
    'An existing file system of the account and region, with a mount target in the VPC for each zone of the nodes, which lets them in on port 2049. Without it one is made for the deployment, and the other keys are for that one.',
  );

/** EFS API reference, LifecyclePolicy. */
const days = z.union(
  [1, 7, 14, 30, 60, 90, 180, 270, 365].map((number) => z.literal(number)),
  { error: daysMessage },
);

/** EFS quotas, "Provisioned throughput", of the regions that have the most; others have 1024. */
const highestProvisioned = 3414;

export const sharedVolumesSchema = z.strictObject(
  {
    file_system_id: fileSystemId,
    kms_key_arn: field.kmsKeyArn
      .optional()
      .describe('The key that encrypts the file system that is made; kms_key_arn where this is left out.'),
    throughput_mode: z
      .enum(['elastic', 'bursting', 'provisioned'], { error: modeMessage })
      .optional()
      .describe(
        'How the file system that is made performs, and is paid for: elastic follows the work and is paid by what is read and written, bursting grows with what is stored. By default elastic.',
      ),
    provisioned_mibps: z
      .int({ error: throughputMessage })
      .min(1, throughputMessage)
      .max(highestProvisioned, throughputMessage)
      .optional()
      .describe('With throughput_mode provisioned: what is paid for at all times, in MiB/s.'),
    infrequent_access_after_days: days
      .optional()
      .describe(
        'Days without access after which EFS moves a file to Infrequent Access, which is cheaper to keep and dearer to read. Without it nothing moves.',
      ),
    archive_after_days: days
      .optional()
      .describe(
        'Days without access after which EFS moves it on to Archive, with throughput_mode elastic alone.',
      ),
  },
  { error: 'must be a map with "file_system_id"; {} for a file system that is made' },
);
