import { z } from 'zod';
import type { Configuration } from '../configuration';
import { deploymentTags } from '../naming';

/** The deployment that a task works for; every input of a task has it under the key `deployment`. */
export const deploymentSchema = z.object({
  name: z.string().min(1),
  region: z.string().min(1),
  accountId: z.string().regex(/^\d{12}$/),
  tags: z.record(z.string(), z.string()),
});

/** See {@link deploymentSchema}. The tags hold the owner tag. */
export type Deployment = z.infer<typeof deploymentSchema>;

/** The deployment that a configuration describes. */
export function deploymentOf(
  configuration: Pick<Configuration, 'eks_name' | 'region' | 'account_id' | 'env' | 'tags'>,
): Deployment {
  const { eks_name: name, region, account_id: accountId } = configuration;
  return { name, region, accountId, tags: deploymentTags(configuration) };
}
