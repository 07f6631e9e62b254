import { z } from 'zod';
import { unknownDeployment } from '../../core/naming';

/** EventBridge's "Step Functions Execution Status Change" for an execution that ended without success. */
export const statusEventSchema = z.object({
  region: z.string(),
  detail: z.object({
    executionArn: z.string(),
    stateMachineArn: z.string(),
    status: z.enum(['FAILED', 'TIMED_OUT', 'ABORTED']),
    /** Milliseconds since 1970. */
    stopDate: z.number(),
    /** JSON; left out where it is too long for an event. */
    input: z.string().nullish(),
    error: z.string().nullish(),
    cause: z.string().nullish(),
  }),
});

export type StatusEvent = z.infer<typeof statusEventSchema>;

/**
 * The deployment that an input names: a configuration (`eks_name`), or the input of resync or destroy (`deployment`).
 */
export function deploymentOf(input: string | null | undefined): string {
  try {
    const { eks_name, deployment } = JSON.parse(input ?? '{}') as Record<string, unknown>;
    const name = eks_name ?? (isRecord(deployment) ? deployment['name'] : deployment);
    return typeof name === 'string' && /^[A-Za-z][A-Za-z0-9-]*$/.test(name) ? name : unknownDeployment;
  } catch {
    return unknownDeployment;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
