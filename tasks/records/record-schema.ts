import { z } from 'zod';

const shared = { name: z.string().min(1), type: z.enum(['A', 'AAAA', 'CNAME']) };

/** A DNS record as the workflow asks for it: values with a TTL in seconds, or an alias. */
export const recordSchema = z.union([
  z.object({ ...shared, alias: z.object({ zoneId: z.string().min(1), dnsName: z.string().min(1) }) }),
  z.object({ ...shared, ttl: z.number().int().min(1), values: z.array(z.string().min(1)).min(1) }),
]);
