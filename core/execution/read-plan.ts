import { z } from 'zod';
import { readAs } from '../handover/read';
import { planVerdicts, type Plan } from '../plan';

const count = z.int().min(0);

const planSchema: z.ZodType<Plan> = z.object({
  deployment: z.string(),
  steps: z.array(
    z.object({
      state: z.string(),
      verdict: z.enum(planVerdicts),
      changes: z.array(z.object({ action: z.enum(['create', 'change', 'remove']), what: z.string() })),
      notes: z.array(z.string()).exactOptional(),
      more: count.exactOptional(),
      follows: z.array(z.string()).exactOptional(),
      reason: z.string().exactOptional(),
      problem: z.object({ error: z.string(), message: z.string() }).exactOptional(),
    }),
  ),
  summary: z.object({ create: count, change: count, leave: count, follows: count, problem: count }),
});

/**
 * The plan that an execution of the plan workflow has come to. Its definition may be another release's, or edited.
 *
 * @param output JSON, as Step Functions keeps it
 * @throws UserError `InvalidTaskInput` for anything else
 */
export function readPlan(output: string): Plan {
  return readAs(planSchema, parsed(output), {
    error: 'InvalidTaskInput',
    what: 'the output of the plan',
    advice: 'Deploy the stack of this release, and plan again.',
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
