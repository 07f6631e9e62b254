import { z } from 'zod';
import { readEvent } from '../../adapters/aws/event-handler';

/** EventBridge's "Step Functions Execution Status Change" for a plan that has ended. */
const planEventSchema = z.object({
  region: z.string(),
  detail: z.object({
    executionArn: z.string(),
    name: z.string(),
    status: z.enum(['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED']),
    /** Milliseconds since 1970. */
    startDate: z.number(),
    stopDate: z.number(),
    /** JSON; left out where input and output are too long for an event. */
    input: z.string().nullish(),
    output: z.string().nullish(),
    error: z.string().nullish(),
  }),
});

export type PlanEvent = z.infer<typeof planEventSchema>;

/** @throws UserError `InvalidTaskInput` for another event */
export function readPlanEvent(event: unknown): PlanEvent {
  return readEvent(planEventSchema, event, 'drift recorder');
}
