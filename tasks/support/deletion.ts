import { z } from 'zod';
import { NotReadyError } from '../../core/errors';

/**
 * What a deletion returns: the ids of what this attempt took away. Empty when there was nothing of ours, which is
 * also what the attempt after a successful one finds.
 */
export const deletionSchema = z.object({ deleted: z.array(z.string()) });

/** What was told to go is still there. */
export function stillThere(what: string, why: string): NotReadyError {
  return new NotReadyError('DeletionPending', `${what} is still there: ${why}`);
}
