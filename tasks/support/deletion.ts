import { z } from 'zod';
import { NotReadyError } from '../../core/errors';
import { leftOutput } from '../../core/handover/left';

/**
 * What a deletion returns: the ids of what this attempt took away. Empty when there was nothing of ours, which is
 * also what the attempt after a successful one finds. What it left that has our names is in `left`.
 */
export const deletionSchema = z.object({ deleted: z.array(z.string()), ...leftOutput });

/** What was told to go is still there. */
export function stillThere(what: string, why: string): NotReadyError {
  return new NotReadyError('DeletionPending', `${what} is still there: ${why}`);
}
