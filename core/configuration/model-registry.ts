import { z } from 'zod';
import { dnsLabel } from '../dns-label';

/** Settings of the component `model-registry`: upstream has a registry for each namespace, and one page for all. */
export const modelRegistrySchema = z.strictObject(
  {
    namespaces: z
      .array(z.string().regex(dnsLabel, 'must be the name of a namespace'), {
        error: 'must be a list of namespaces',
      })
      .min(1, 'must name at least one namespace')
      .max(30, 'has more than 30 namespaces, which the builds have room for')
      .describe(
        'Each gets a registry with a database and a volume of its own, for its members alone. A namespace that is not there gets its Profile.',
      ),
  },
  { error: 'must be a map with "namespaces"' },
);
