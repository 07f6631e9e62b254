import { z } from 'zod';
import { ownerTag, regionTag } from '../naming';

/**
 * The characters that every service takes in a tag's key and value: the pattern of the API references of ACM, IAM,
 * Cognito, SNS, Secrets Manager and KMS alike. EC2 would take more.
 */
const characters = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;
const allowed = 'may hold letters, digits, spaces and _ . : / = + - @ only: ACM and IAM take no others';

/**
 * The load balancer controller's chart writes the tags as `--default-tags=NAME=VALUE,…` into a list of a YAML document,
 * without quotes (aws-load-balancer-controller v3.5.0, `templates/deployment.yaml`): this would make a map of it, which no
 * API server takes for a flag.
 */
const breaksChart = /:(?: |$)/;
const noColon = (what: string): string =>
  `${what} may have no colon before a space or at its end: the chart of the load balancer controller breaks on it`;
const withoutBreak = (text: string): boolean => !breaksChart.test(text);

/** Keys that AWS and eksctl set themselves; AWS compares without case (AWS General Reference, "Tagging"). */
const reservedPrefixes = ['aws:', 'eks:', 'alpha.eksctl.io/', 'eksctl.cluster.k8s.io/'];

/** Whether two keys are one to IAM, whose tag keys ignore case (IAM user guide, "Rules for tagging in IAM"). */
export function sameTagKey(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase();
}

const tagKey = z
  .string()
  .min(1, 'a tag needs a name')
  .max(128, 'a tag name has at most 128 characters')
  .regex(characters, `a tag name ${allowed}`)
  .refine(withoutBreak, noColon('a tag name'))
  .refine(
    (key) => !key.includes('='),
    'a tag name may have no "=": that controller takes its tags as NAME=VALUE',
  )
  .superRefine((key, context) => {
    const refuse = (message: string): void => {
      context.addIssue({ code: 'custom', message, input: key });
    };
    const reserved = reservedPrefixes.find((prefix) => key.toLowerCase().startsWith(prefix));
    if (reserved !== undefined) refuse(`tag names that begin with "${reserved}" are reserved`);
    const ours = [ownerTag, regionTag].find((tag) => sameTagKey(key, tag));
    if (ours !== undefined) refuse(`the tag ${ours} is set by this system`);
    // eksctl names what it makes by a tag `Name`, the tags of its stacks reach roles, and to IAM the two are one.
    if (sameTagKey(key, 'Name') && key !== 'Name') refuse('must be spelt "Name", as eksctl spells its own');
  });

/** Tags as AWS takes them; 50 to a resource, of which some are ours and EKS' own. */
export const tags = z
  .record(
    tagKey,
    z
      .string({ error: 'a tag value must be a string; put it in quotes' })
      .max(256, 'a tag value has at most 256 characters')
      .regex(characters, `a tag value ${allowed}`)
      .refine(withoutBreak, noColon('a tag value')),
    { error: 'must be a map of tag names to values' },
  )
  .refine(
    (value) => Object.keys(value).length <= 40,
    'has more than 40 tags; AWS allows 50 to a resource, some of them its own',
  );
