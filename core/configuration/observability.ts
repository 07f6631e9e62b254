/** The setting `observability`: alarms of a deployment's own on what its users work with. */
import { z } from 'zod';

const daysMessage = 'must be a whole number of days, 1 to 60';
const errorsMessage = 'must be a whole number of 1 or more';

export const observabilitySchema = z.strictObject(
  {
    certificate_days: z
      .int({ error: daysMessage })
      .min(1, daysMessage)
      .max(60, daysMessage)
      .default(30)
      .describe(
        'An alarm goes off where a certificate has fewer days left; ACM renews it 60 days before its end.',
      ),
    server_errors: z
      .int({ error: errorsMessage })
      .min(1, errorsMessage)
      .default(10)
      .describe(
        'An alarm goes off where the load balancer itself answers so many requests of five minutes with an error (5xx).',
      ),
  },
  { error: 'must be a map of settings; {} for the defaults' },
);

export type Observability = z.output<typeof observabilitySchema>;
