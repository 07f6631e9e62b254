/** The setting `observability`: alarms of a deployment's own on what its users work with. */
import { z } from 'zod';
import { containerInsightsSchema } from './container-insights';

const daysMessage = 'must be a whole number of days, 1 to 60';
const countMessage = 'must be a whole number of 1 or more';
const percentMessage = 'must be a whole number of percent, 1 to 100';

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
      .int({ error: countMessage })
      .min(1, countMessage)
      .default(10)
      .describe(
        'An alarm goes off where the load balancer itself answers so many requests of five minutes with an error (5xx).',
      ),
    database_free_gib: z
      .int({ error: countMessage })
      .min(1, countMessage)
      .default(5)
      .describe(
        'With `database`: an alarm goes off where the instance has less storage left, in GiB. Aurora has no such bound.',
      ),
    database_cpu_percent: z
      .int({ error: percentMessage })
      .min(1, percentMessage)
      .max(100, percentMessage)
      .default(90)
      .describe('With `database`: an alarm goes off where it uses more of its CPU for a quarter of an hour.'),
    database_connections: z
      .int({ error: countMessage })
      .min(1, countMessage)
      .optional()
      .describe(
        'With `database`: an alarm goes off at so many connections. How many there may be depends on the class of the instance; there is none without it.',
      ),
    container_insights: containerInsightsSchema
      .optional()
      .describe(
        "EKS' add-on for CloudWatch: metrics of nodes and pods (Container Insights), which are paid for by their number, and alarms on nodes. Neither is without it.",
      ),
  },
  { error: 'must be a map of settings; {} for the defaults' },
);

export type Observability = z.output<typeof observabilitySchema>;
