import { z } from 'zod';

const webAclMessage =
  'must be the ARN of a regional web ACL of WAFv2, such as "arn:aws:wafv2:eu-central-1:111122223333:regional/webacl/<name>/<id>"';

/** A web ACL of WAFv2 that a load balancer can have: a global one is CloudFront's (WAFV2 API reference, AssociateWebACL). */
export const webAclArn = z
  .string({ error: webAclMessage })
  .regex(
    /^arn:aws(?:-[a-z]+)*:wafv2:[a-z0-9-]+:\d{12}:regional\/webacl\/[\w-]{1,128}\/[\w-]{1,64}$/,
    webAclMessage,
  );

const bucketMessage = 'must be the name of an S3 bucket, such as "acme-load-balancer-logs"';
const prefixMessage =
  'must be names of letters, digits, "." "_" "-", with "/" between them and none at either end, such as "kubeflow/acme"';

/** Where a load balancer writes its access logs; a map with `bucket` and perhaps `prefix`. */
export const accessLogs = z.strictObject(
  {
    bucket: z
      .string({ error: bucketMessage })
      .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, bucketMessage)
      .describe(
        'A bucket of the region, whose policy lets Elastic Load Balancing write (the runbook has one).',
      ),
    prefix: z
      .string({ error: prefixMessage })
      .max(256, 'is longer than 256 characters')
      // It stands in an annotation, where a comma would begin the next attribute.
      .regex(/^[\w.-]+(?:\/[\w.-]+)*$/, prefixMessage)
      // Elastic Load Balancing user guide, "Enable access logs": what follows the prefix begins with it.
      .refine((prefix) => !prefix.includes('AWSLogs'), 'must not contain "AWSLogs", which is put behind it')
      .optional()
      .describe('What the keys of the logs begin with.'),
  },
  { error: 'must be a map with "bucket" and perhaps "prefix"' },
);
