import { z } from 'zod';
import { documentOf, partError } from './document-parts';

const amounts = z.object({
  cpuMillis: z.number(),
  memoryMiB: z.number(),
  gpus: z.number(),
  pods: z.number(),
});

export const room = z
  .object({
    groups: z.array(
      z.object({
        group: z.string(),
        type: z.string(),
        nodes: z.number(),
        allocatable: amounts,
        requested: amounts,
      }),
    ),
    waiting: z.array(z.object({ pod: z.string(), why: z.string() })).meta({
      description: 'Pods that no node has room for.',
    }),
  })
  .meta({ description: 'How what is installed fits on the nodes.' });

const costs = z
  .object({
    currency: z.literal('USD'),
    region: z.string().meta({ description: 'The region whose prices were taken.' }),
    asOf: z.string().meta({ description: 'Month of the price table.' }),
    items: z.array(
      z.object({
        what: z.string(),
        perMonth: z.number().optional().meta({ description: 'Absent where the table has no price.' }),
      }),
    ),
    perMonth: z.number().optional().meta({ description: 'Absent where an item has no price.' }),
    notes: z.array(z.string()).meta({ description: 'What is not in it, and what the prices are of.' }),
  })
  .meta({ description: 'What the configuration costs while nobody uses it, by list prices.' });

const count = z.number().int();

export const planDocument = documentOf('Plan', 'What start would create, change and leave.', {
  deployment: z.string(),
  steps: z.array(
    z.object({
      state: z.string(),
      verdict: z.enum(['create', 'change', 'leave', 'follows', 'problem']),
      changes: z.array(z.object({ action: z.enum(['create', 'change', 'remove']), what: z.string() })),
      more: count.optional().meta({ description: 'Further changes that are not listed.' }),
      follows: z.array(z.string()).optional().meta({ description: 'Steps that must have been done first.' }),
      reason: z.string().optional().meta({ description: 'Why nothing can be said of it.' }),
      error: partError.optional().meta({ description: 'What stands in its way: verdict problem.' }),
    }),
  ),
  summary: z.object({
    changes: z
      .object({ create: count, change: count, remove: count, unlisted: count })
      .meta({ description: 'How many changes, as the text counts them.' }),
    steps: z
      .object({ create: count, change: count, leave: count, follows: count, problem: count })
      .meta({ description: 'How many steps have come to each verdict.' }),
  }),
  notes: z.array(z.string()).meta({ description: 'What else is to be done, outside of the account.' }),
  room: room.optional(),
  costs,
});
