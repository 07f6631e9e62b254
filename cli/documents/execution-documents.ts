import { z } from 'zod';
import { documentOf, moment, partError, wholeError } from './document-parts';

const step = z.object({
  name: z.string(),
  type: z.string().optional().meta({ description: 'Of the state: Task, Parallel, …' }),
  status: z.enum(['PENDING', 'RUNNING', 'SUCCEEDED', 'CAUGHT', 'FAILED', 'TIMED_OUT', 'ABORTED']),
  attempts: z.number().int().meta({ description: 'Retries, polls and redrives each count.' }),
  startedAt: moment,
  endedAt: moment.optional(),
  error: partError
    .optional()
    .meta({ description: 'The last failure; not there once the step has succeeded.' }),
  log: z
    .string()
    .optional()
    .meta({ description: 'CloudWatch log group of what it called; where the execution has failed.' }),
  parent: z.string().optional().meta({ description: 'The Parallel or Map in which it stands.' }),
  branch: z
    .string()
    .optional()
    .meta({ description: 'The first state of its branch, or its iteration from 0.' }),
});

export const steps = z.array(step);

export const outputs = z
  .record(z.string(), z.unknown())
  .meta({ description: 'Of a provisioning: url, userPoolId and more; of a destroy: left.' });

const assumption = z.object({
  id: z.string().meta({ description: 'A name of docs/assumptions.md.' }),
  verdict: z.enum(['verified', 'refuted', 'not-observed']),
  sentence: z.string().meta({ description: 'What is assumed, for people.' }),
  value: z.string().optional().meta({ description: 'What was seen, for people.' }),
  elsewhere: z
    .string()
    .optional()
    .meta({ description: 'The host that answered, where it is none of AWS: then nothing is proven of AWS.' }),
});

const drift = z.object({
  executionArn: z.string().meta({ description: 'The plan of the last look.' }),
  comparedAt: moment.optional().meta({ description: 'Absent where no look has come to a plan yet.' }),
  changes: z
    .number()
    .int()
    .meta({ description: 'How much a provisioning would change, or be stopped by, as of then.' }),
  since: moment.optional().meta({ description: 'Since when there is something.' }),
  failures: z.number().int().meta({ description: 'Looks in a row since then that came to no plan.' }),
  reason: z.string().optional().meta({ description: 'The error of the last of them.' }),
});

export const executionShape = {
  executionArn: z.string(),
  workflow: z
    .string()
    .optional()
    .meta({ description: 'provision, plan, resync or destroy; not there for a foreign state machine.' }),
  deployment: z.string().optional(),
  status: z.enum(['RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED', 'PENDING_REDRIVE']),
  startedAt: moment.optional(),
  endedAt: moment.optional(),
  redrives: z.number().int(),
  steps,
  outputs: outputs.optional(),
  error: wholeError.optional().meta({ description: 'Of one that ended without success.' }),
  drift: drift.optional().meta({
    description:
      'Of `status NAME`: what the looks for drift know of the deployment, whichever execution its name means.',
  }),
  assumptions: z.array(assumption).optional().meta({
    description: 'What its steps have seen of what is assumed of AWS; not there where they saw nothing.',
  }),
  next: z.array(z.string()).meta({ description: 'What somebody does or looks at next, for people.' }),
  console: z.string().optional().meta({ description: 'Its page in the console; none in the local region.' }),
};

export const executionDocument = documentOf(
  'Execution',
  'An execution as it stands, or as it ended.',
  executionShape,
);

const run = z.object({
  executionArn: z.string(),
  workflow: z.string().optional(),
  status: z.string(),
  updatedAt: moment,
  error: partError
    .extend({
      state: z.string().optional().meta({ description: 'The step that failed.' }),
      advice: z.string().optional(),
    })
    .optional(),
});

const resync = z.object({
  executionArn: z.string(),
  status: z.enum(['succeeded', 'failed']),
  reason: z.string().meta({ description: 'What failed; empty where nothing did.' }),
  warnings: z.array(z.string()),
  recordedAt: moment,
});

export const deploymentsDocument = documentOf('Deployments', 'Every deployment of the account and region.', {
  deployments: z.array(
    z.object({
      name: z.string(),
      registered: z.boolean().meta({ description: 'Whether its provisioning has come to its end.' }),
      latest: run.optional().meta({ description: 'The run that its name means.' }),
      resync: resync.optional().meta({ description: 'The last re-sync.' }),
      drift: drift.optional().meta({ description: 'What the looks for drift know of it.' }),
    }),
  ),
});
