import { z } from 'zod';

const subnet = z.object({
  id: z.string(),
  az: z.string(),
  /** Missing where an older release registered the deployment. */
  cidr: z.string().optional(),
});

/** The subnets of a deployment, by where their routes lead. */
export const subnetsSchema = z.object({ private: z.array(subnet), public: z.array(subnet) });

/** The network that the preflight checks found: what the builds get in the variable `FOUND`. */
export const networkSchema = z.object({
  vpc: z.object({ id: z.string(), cidr: z.string() }),
  subnets: subnetsSchema,
});

/** What the account already has for a deployment: the workflows' variable `$found`. */
export const foundSchema = networkSchema.extend({
  hostedZone: z.object({ id: z.string(), name: z.string() }),
});

export type Subnets = z.infer<typeof subnetsSchema>;
export type Network = z.infer<typeof networkSchema>;
export type Found = z.infer<typeof foundSchema>;
