/** The setting `artifacts`: Pipelines' artifacts in a bucket of S3 instead of a volume of the cluster. */
import { z } from 'zod';
import * as field from './fields';

const bucketMessage =
  'must be the name of an S3 bucket, of lower-case letters, digits and hyphens, such as "acme-kubeflow-artifacts"';
const prefixMessage =
  'must be names of letters, digits, "_" "-", with "/" between them and none at either end, such as "kubeflow/acme"';

export const artifactsSchema = z.strictObject(
  {
    bucket: z
      .string({ error: bucketMessage })
      // S3 user guide, "General purpose bucket naming rules". A name with dots fits no certificate of S3.
      .regex(/^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/, bucketMessage)
      .optional()
      .describe(
        'An existing bucket of the account and region. Without it one is made, named after account, region and eks_name.',
      ),
    kms_key_arn: field.kmsKeyArn
      .optional()
      .describe(
        "The key that encrypts the objects: of an existing bucket its default encryption's, if that has a key of yours; of one that is made, kms_key_arn where this is left out.",
      ),
    prefix: z
      .string({ error: prefixMessage })
      .max(128, 'is longer than 128 characters')
      // It stands in policies, where other characters would be wildcards or variables.
      .regex(/^[\w-]+(?:\/[\w-]+)*$/, prefixMessage)
      .optional()
      .describe(
        "What the objects' keys begin with, before the namespace; by default eks_name. Of deployments that share a bucket none may have one below another's: a namespace of that name would have all of it. The preflight compares with those that are registered.",
      ),
  },
  { error: 'must be a map with perhaps "bucket", "kms_key_arn" and "prefix"; {} for a bucket that is made' },
);
