import { z } from 'zod';
import { readEvent } from '../../adapters/aws/event-handler';

/** EventBridge's "Step Functions Execution Status Change" for an execution that ended without success. */
const statusEventSchema = z.object({
  region: z.string(),
  detail: z.object({
    executionArn: z.string(),
    stateMachineArn: z.string(),
    status: z.enum(['FAILED', 'TIMED_OUT', 'ABORTED']),
    /** Milliseconds since 1970. */
    stopDate: z.number(),
    /** How often the execution had been redriven when it ended. */
    redriveCount: z.number().nullish(),
    /** JSON; left out where it is too long for an event. */
    input: z.string().nullish(),
    error: z.string().nullish(),
    cause: z.string().nullish(),
  }),
});

export type StatusEvent = z.infer<typeof statusEventSchema>;

/** @throws UserError `InvalidTaskInput` for another event */
export function readStatusEvent(event: unknown): StatusEvent {
  return readEvent(statusEventSchema, event, 'failure recorder');
}
