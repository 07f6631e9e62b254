import { z } from 'zod';
import { apiVersion } from './api-version';

/** ISO 8601, in UTC. */
export const moment = z.string().meta({ description: 'ISO 8601, in UTC.' });

/** What went wrong with a part, such as a step or a check. */
export const partError = z
  .object({
    name: z.string().meta({ description: 'Stable: a name of docs/operate/errors.md, or of AWS.' }),
    message: z.string().meta({ description: 'For people.' }),
  })
  .meta({ description: 'What went wrong.' });

/** What is wrong with one place of a file. */
const problem = z.object({
  path: z.string().meta({ description: 'As in `a.b[0]`; empty for the file as a whole.' }),
  value: z.unknown().meta({ description: 'What stands there.' }),
  message: z.string(),
});

export const problems = z.array(problem);

/** Why a command, or what it has started, did not succeed. */
export const wholeError = partError.extend({
  advice: z.string().optional().meta({ description: 'What to do, with the command for it.' }),
  exitCode: z.number().int().meta({ description: 'That of the command.' }),
});

/** A document of a kind. */
export function documentOf<Kind extends string, Shape extends z.ZodRawShape>(
  kind: Kind,
  description: string,
  shape: Shape,
) {
  return z
    .object({ apiVersion: z.literal(apiVersion), kind: z.literal(kind), ...shape })
    .meta({ title: kind, description });
}
