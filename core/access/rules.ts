import { z } from 'zod';
import { dnsLabel } from '../dns-label';
import { defaultRules } from './default-rules';
import { groupPatternProblem } from './group-pattern';
import { limitProblem } from './quota-limits';
import { roles } from './roles';

/** A namespace's name, or a prefix of names that ends in `*`. */
const namespacePattern = /^[a-z0-9][-a-z0-9]{0,62}\*?$/;

/** A ResourceQuota's hard limits, such as `{cpu: "8", "requests.nvidia.com/gpu": "1"}`. */
const quota = z
  .record(z.string().min(1), z.string({ error: 'must be a quantity in quotes, such as "8" or "64Gi"' }))
  .superRefine((limits, context) => {
    for (const [limit, value] of Object.entries(limits)) {
      const message = limitProblem(limit, value);
      if (message !== undefined) context.addIssue({ code: 'custom', path: [limit], message });
    }
  });

/** What holds for one namespace in place of, or beside, the rules for all. */
const namespaceSchema = z.strictObject(
  {
    quota: quota
      // The profile controller leaves the ResourceQuota of a Profile whose quota is emptied (profile_controller.go).
      .refine((limits) => Object.keys(limits).length > 0, {
        error: 'must have at least one limit; to lift one, raise it: an empty quota would take none away',
      })
      .optional()
      .describe(
        'Resource quota of this namespace, in place of profile_quota or personal_profile_quota; the re-sync brings it to the Profile that is there.',
      ),
    role_arn: z
      .string({ error: 'must be the ARN of an IAM role' })
      .regex(/^arn:aws:iam::\d{12}:role\/[\w+=,.@/-]{1,128}$/, 'must be the ARN of an IAM role')
      .optional()
      .describe(
        "IAM role of the pods of this namespace's service account default-editor: notebooks, and steps of pipelines. Its path is one of the stack's option namespaceRolePaths.",
      ),
  },
  { error: 'must be a map with "quota" or "role_arn"' },
);

/**
 * How directory groups become access (`access` in the configuration). Every field has a default, so `{}` is valid and
 * means what the seed did: the group is the namespace, the role is edit, a missing profile is made.
 */
export const accessRulesSchema = z.strictObject({
  group_names: z
    .record(z.string().min(1).max(512), z.string().min(1).max(256))
    .default(defaultRules.group_names)
    .describe(
      'What the rules below shall read in place of what the directory sends, e.g. {"0a1b2c3d-…": team-a-admins} for the object ids of Entra ID; an object id that neither stands here nor in namespace_aliases does not count.',
    ),
  group_separator: z
    .string()
    .regex(/^(?:[;|\t\n ]|, ?)$/, 'must be one of ; | , or white space')
    .optional()
    .describe(
      'What stands between the groups (one of ; | , or white space) where the directory sends all of them in one value. By default a value is one group.',
    ),
  group_prefix: z
    .string()
    .max(256)
    .default(defaultRules.group_prefix)
    .describe('Only groups with this prefix count (upper and lower case alike); it is cut off.'),
  group_pattern: z
    .string()
    .min(1)
    .max(512)
    .superRefine((pattern, context) => {
      const problem = groupPatternProblem(pattern);
      if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
    })
    .optional()
    .describe(
      'Regular expression (RE2 syntax) with the named parts namespace and, optionally, role, that the whole group name (after the prefix) must match; other groups do not count.',
    ),
  role_suffixes: z
    .record(z.string().min(1).max(64), z.enum(roles))
    .default(defaultRules.role_suffixes)
    .describe('Endings of the group name that choose the role and are cut off, e.g. {"-admins": admin}.'),
  default_role: z
    .enum(roles)
    .default(defaultRules.default_role)
    .describe('The role where neither pattern nor suffix names one.'),
  namespace_aliases: z
    .record(z.string().min(1).max(256), z.string().regex(dnsLabel))
    .default(defaultRules.namespace_aliases)
    .describe(
      'Namespace of a group whose name is no namespace name, e.g. {"Data Science": data-science}; a group that has the name of such a namespace itself is refused.',
    ),
  create_profiles: z
    .boolean()
    .default(defaultRules.create_profiles)
    .describe('Whether a group whose namespace does not exist gets a Profile made.'),
  profile_owner: z
    .email()
    .default(defaultRules.profile_owner)
    .describe(
      'Owner of the Profiles that are made for groups: an address of nobody, since its owner could enter all of them. Its login is refused.',
    ),
  accepted_profile_owners: z
    .array(z.email())
    .default(defaultRules.accepted_profile_owners)
    .describe(
      'Further owners whose Profiles a group may name: a former profile_owner, or whoever owns Profiles that administrators made. The namespaces of all other Profiles are closed to groups.',
    ),
  self_service_profiles: z
    .boolean()
    .default(defaultRules.self_service_profiles)
    .describe(
      "Whether users may make Profiles through the dashboard; otherwise the API server refuses Kubeflow's own access management to make any.",
    ),
  revoke_unused_after: z
    .int()
    .min(0)
    .max(3650)
    .default(defaultRules.revoke_unused_after)
    .describe(
      'Days without a login after which the re-sync takes what a person holds, at most a week later; the next login gives it back. 0 is never.',
    ),
  default_quota: quota
    .default(defaultRules.default_quota)
    .describe(
      'Resource quota that the re-sync gives to every Profile without one, no matter who made it; {} is none.',
    ),
  profile_quota: quota
    .default(defaultRules.profile_quota)
    .describe(
      'Resource quota of the Profiles that are made for groups, which the re-sync brings to those that are there; {} is default_quota, and takes none away.',
    ),
  namespaces: z
    .record(z.string().regex(dnsLabel, 'must be the name of a namespace'), namespaceSchema)
    .default(defaultRules.namespaces)
    .describe(
      'What holds for single namespaces, by their names, e.g. {team-a: {quota: {requests.nvidia.com/gpu: "8"}, role_arn: "arn:aws:iam::…:role/kubeflow-teams/team-a"}}.',
    ),
  pipelines_token: z
    .boolean()
    .default(defaultRules.pipelines_token)
    .describe(
      'Whether every Profile gets a PodDefault "Allow access to Kubeflow Pipelines", which gives a notebook the token that kfp.Client() looks for.',
    ),
  image_pull_secret_arn: z
    .string({ error: 'must be the ARN of a secret' })
    .regex(
      /^arn:aws:secretsmanager:[a-z0-9-]+:\d{12}:secret:kubeflow-eks\/images\/[\w/+=.@-]{1,128}$/,
      'must be the ARN of a secret whose name begins with kubeflow-eks/images/',
    )
    .optional()
    .describe(
      'A secret in Secrets Manager with a .dockerconfigjson, with which the pods of every Profile pull images. Who may edit a namespace can read it: give it to an account of the registry that may only pull. ECR needs none.',
    ),
  personal_profiles: z
    .boolean()
    .default(defaultRules.personal_profiles)
    .describe('Whether each user gets a Profile of their own.'),
  personal_profile_quota: quota
    .default(defaultRules.personal_profile_quota)
    .describe(
      'Resource quota of the personal Profiles, which the re-sync brings to those that are there; by default nothing can run in them.',
    ),
  reserved_namespaces: z
    .array(z.string().regex(namespacePattern))
    .default(defaultRules.reserved_namespaces)
    .describe('Namespaces that no group may name, beside the built-in ones; a final * stands for any rest.'),
  email_domains: z
    .array(z.string().regex(/^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/))
    .default(defaultRules.email_domains)
    .describe(
      "The company's e-mail domains of more than two parts or with a hyphen; users of a listed domain get the very object names that the dashboard gives.",
    ),
  allowed_email_domains: z
    .array(z.string().regex(/^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/))
    .default(defaultRules.allowed_email_domains)
    .describe(
      'E-mail domains whose users may log in, each without those below it; others are refused and lose what they have. By default every domain that the directory gives.',
    ),
  max_grants_per_user: z
    .int()
    .min(1)
    .max(1000)
    .default(defaultRules.max_grants_per_user)
    .describe('Namespaces that one user may be granted; more are refused and reported.'),
  on_sync_failure: z
    .enum(['deny', 'allow'])
    .default(defaultRules.on_sync_failure)
    .describe('Whether a login is refused when the cluster could not be brought in line with the directory.'),
  log_identities: z
    .boolean()
    .default(defaultRules.log_identities)
    .describe('Whether logs name users and groups; otherwise users appear as a stable hash.'),
});

/** The access rules of a deployment, all defaults filled. */
export type AccessRules = z.infer<typeof accessRulesSchema>;
