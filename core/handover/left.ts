import { z } from 'zod';

/**
 * Something that destroy has left, in words for whoever started it: what it is, with a name to find it by, and why it is
 * still there. In the output of the execution and in its event.
 */
export const leftSchema = z.object({ what: z.string().min(1), why: z.string().min(1) });

/** See {@link leftSchema}. */
export type Left = z.infer<typeof leftSchema>;

/** For the output of a task: the key is there only where something was left. */
export const leftOutput = { left: z.array(leftSchema).optional() } as const;

/** See {@link leftOutput}. */
export function whatIsLeft(left: readonly Left[]): { left?: Left[] } {
  return left.length === 0 ? {} : { left: [...left] };
}

/** Why what carries another's marks, or none, is left. */
export const notOurs = "it is another's: it does not carry the marks of this deployment in this region";
