import { z } from 'zod';
import { documentOf, moment, wholeError } from './document-parts';
import { outputs, steps } from './execution-documents';
import { room } from './plan-document';

export const regionDocument = documentOf('LocalRegion', 'The local region: whether it is up, and where.', {
  up: z.boolean(),
  stopped: z.boolean().optional().meta({ description: 'Of `local down`: whether one was up.' }),
  endpoint: z.string().optional().meta({ description: 'For AWS_ENDPOINT_URL.' }),
  region: z.string().optional(),
  accountId: z.string().optional(),
  credentials: z
    .object({ accessKeyId: z.string(), secretAccessKey: z.string() })
    .optional()
    .meta({ description: "The region's own; they are worth nothing on AWS." }),
  pid: z.number().optional(),
  dir: z.string().optional().meta({ description: 'Its logs and data.' }),
  startedAt: moment.optional(),
  clock: z.enum(['virtual', 'real']).optional().meta({
    description: 'Whether waits of workflows pass at once (virtual), or take the time that they take on AWS.',
  }),
  version: z.string().optional().meta({ description: 'Of the product that runs it.' }),
});

export const personDocument = documentOf('LocalPerson', "Somebody of the local region's directory.", {
  account: z.string(),
  email: z.string(),
  groups: z.array(z.string()),
});

export const addressesDocument = documentOf('LocalAddresses', 'How a deployment is opened in a browser.', {
  urls: z.array(z.string()),
  proxyUrl: z.string(),
  arguments: z.array(z.string()).meta({ description: "A browser's, of the Chromium family." }),
});

export const programsDocument = documentOf('Programs', 'The programs that the local region builds.', {
  programs: z.array(
    z.object({
      name: z.string(),
      version: z.string(),
      module: z.string(),
      why: z.string(),
      state: z.enum(['named', 'built', 'missing']),
      path: z.string().optional(),
      bytes: z.number().optional(),
      builtAt: moment.optional(),
    }),
  ),
});

export const builtDocument = documentOf('BuiltPrograms', 'Programs that are there now.', {
  programs: z.array(z.object({ name: z.string(), path: z.string() })),
});

export const prunedDocument = documentOf('PrunedPrograms', 'What was taken out of the cache.', {
  pruned: z.array(z.object({ path: z.string(), bytes: z.number() })),
});

export const rehearsalDocument = documentOf('Rehearsal', 'A whole provisioning in a local region.', {
  status: z.string(),
  deployment: z.string(),
  executionArn: z.string(),
  steps,
  outputs,
  logins: z.array(
    z.object({
      user: z.string(),
      groups: z.array(z.string()).meta({ description: 'As the token has them.' }),
      outcome: z.string().meta({ description: '`allowed`, or `refused: <error>: <message>`.' }),
      durationMs: z.number(),
      requests: z.object({ read: z.number(), write: z.number() }),
      grants: z.array(z.object({ namespace: z.string(), role: z.string() })),
    }),
  ),
  loginsThrough: z.enum(['gateway', 'user pool']).optional().meta({
    description:
      'How the sample users came: through Envoy and oauth2-proxy, or, where these are not built, at the pool alone.',
  }),
  access: z
    .array(
      z.object({
        user: z.string(),
        namespace: z.string(),
        verb: z.string(),
        resource: z.string(),
        allowed: z.boolean(),
      }),
    )
    .meta({ description: "The API server's own answers." }),
  logFile: z
    .string()
    .optional()
    .meta({ description: 'Of a failure under `--keep-logs`: the log of the step that failed.' }),
  room: room.optional(),
  mappings: z
    .array(z.object({ path: z.string(), configured: z.string(), used: z.string() }))
    .meta({ description: 'Configured ids, and what stood for them.' }),
  refusals: z
    .array(z.object({ role: z.string(), action: z.string(), resource: z.string() }))
    .meta({ description: "Calls that the roles' own policies refused; there should be none." }),
  chaos: z
    .object({
      seed: z.number(),
      redrives: z.number(),
      met: z.array(
        z.object({
          kind: z
            .string()
            .meta({ description: 'What the fault was: `throttled`, `answer lost`, `build killed` …' }),
          call: z.string(),
          step: z.string().optional(),
          recovery: z
            .enum(['the call was repeated', 'the step was retried', 'the execution was redriven'])
            .optional()
            .meta({ description: 'What was done about it; missing where nothing has helped.' }),
        }),
      ),
    })
    .optional()
    .meta({ description: 'Of `--chaos`: the seed, and the faults that were met, in their order.' }),
  error: wholeError.optional(),
});
