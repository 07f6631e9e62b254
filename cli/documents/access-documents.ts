import { z } from 'zod';
import { documentOf } from './document-parts';
import { executionShape } from './execution-documents';

const because = z
  .array(z.object({ group: z.string(), rule: z.string() }))
  .meta({ description: 'The groups that ask for it, and the rules that read them so.' });

const accessRow = z.object({
  subject: z.string(),
  kind: z.enum(['User', 'Group']),
  namespace: z.string(),
  role: z.string(),
  source: z
    .enum(['directory', 'contributor', 'owner', 'other'])
    .meta({ description: 'Who gave it: only `directory` is ours.' }),
  because,
  object: z.string().meta({ description: '`namespace/name` of the binding.' }),
  stale: z.boolean().meta({ description: 'Ours, and not asked for any more: the next re-sync takes it.' }),
});

const leftBehind = z.array(
  z.object({
    namespace: z.string(),
    pods: z.array(z.string()).optional(),
    lastingTokens: z.array(z.string()).optional(),
  }),
);

const refusal = z.object({
  reason: z.string().optional(),
  group: z.string().optional(),
  namespace: z.string().optional(),
  message: z.string(),
});

export const accessDocument = documentOf('Access', "Who may do what in a deployment's cluster, and why.", {
  deployment: z.string(),
  rows: z.array(accessRow),
  profileOwner: z.string().optional().meta({
    description: "Owner of the groups' Profiles, whose login is refused: its rows are nobody's.",
  }),
  refused: z.array(refusal).meta({ description: 'Of one user: what the groups ask for and do not get.' }),
  sharedEmails: z.array(z.object({ email: z.string(), userNames: z.array(z.string()) })),
  leftBehind: leftBehind.meta({ description: 'Of one user: what may be left in namespaces that they edit.' }),
  withoutQuota: z.array(z.string()),
  quotaToChange: z.array(z.string()),
  quotaKept: z.array(z.string()).meta({
    description:
      'Profiles that keep another quota than `access.namespaces` says: an administrator made them, or set them apart.',
  }),
});

export const explanationDocument = documentOf('Explanation', 'What a list of groups would give, and why.', {
  groups: z.array(z.string()),
  grants: z.array(z.object({ namespace: z.string(), role: z.string(), because })),
  refusals: z.array(refusal),
  ignored: z.array(z.object({ group: z.string(), why: z.string() })),
  outranked: z.array(z.string()).meta({ description: 'Give less than another group of the same namespace.' }),
});

export const identityProviderDocument = documentOf(
  'IdentityProvider',
  "What the directory's side of the login is told.",
  {
    deployment: z.string(),
    userPoolId: z.string().optional().meta({ description: 'Not there before the first provisioning.' }),
    provider: z.literal('adfs'),
    groupPrefix: z.string().meta({ description: 'Only groups with it are sent.' }),
    trust: z.object({
      identifier: z.string().optional().meta({ description: "With the pool's id in it." }),
      identifierPattern: z.string(),
      endpoints: z.array(z.object({ binding: z.string(), protocol: z.string(), uri: z.string() })),
      claimRules: z
        .array(z.object({ name: z.string(), text: z.string() }))
        .meta({ description: "In ADFS' claim rule language, in their order." }),
    }),
    script: z.string().meta({ description: 'In PowerShell.' }),
  },
);

export const lockOutDocument = documentOf('LockOut', 'What a lock-out did, and what is left to decide.', {
  deployment: z.string(),
  users: z.array(z.string()).meta({ description: 'User names of the pool that were disabled.' }),
  notOurs: z.array(accessRow).meta({ description: 'Access that others gave, and that stays.' }),
  leftBehind,
  resync: z.object(executionShape).optional().meta({ description: 'Not there with --no-resync.' }),
});
