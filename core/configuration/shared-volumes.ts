/** The setting `shared_volumes`: volumes that many pods mount at once, on a file system of EFS. */
import { z } from 'zod';

const fileSystemMessage = 'must be the id of an EFS file system, such as "fs-0123456789abcdef0"';

/** EFS API reference, FileSystemDescription: 8 hexadecimal digits, or 17 of newer ones; the file system of another account has an ARN. */
const fileSystemId = z
  .string({ error: fileSystemMessage })
  .regex(/^fs-(?:[0-9a-f]{8}|[0-9a-f]{17})$/, fileSystemMessage)
  .describe(
    'An existing file system of the account and region, with a mount target in the VPC for each zone of the nodes, which lets them in on port 2049.',
  );

export const sharedVolumesSchema = z.strictObject(
  { file_system_id: fileSystemId },
  { error: 'must be a map with "file_system_id"' },
);
