/** The setting `observability.container_insights`: metrics of nodes and pods, by EKS' add-on for CloudWatch. */
import { z } from 'zod';

const switchMessage = 'must be true or false, without quotes';
const percentMessage = 'must be a whole number of percent, 1 to 100';

/** The days that CloudWatch Logs knows, up to ten years (API reference, PutRetentionPolicy). */
export const retentionDays = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;
const retentionMessage = `must be a number of days that CloudWatch Logs knows: ${retentionDays.join(', ')}`;

const percent = (usual: number, what: string) =>
  z
    .int({ error: percentMessage })
    .min(1, percentMessage)
    .max(100, percentMessage)
    .default(usual)
    .describe(what);

export const containerInsightsSchema = z.strictObject(
  {
    container_logs: z
      .boolean({ error: switchMessage })
      .default(false)
      .describe(
        'Whether the output of all containers, those of tenants too, goes to CloudWatch Logs, where whoever may read the log groups reads it.',
      ),
    log_retention_days: z
      .literal(retentionDays, { error: retentionMessage })
      .default(30)
      .describe('Days after which what is in the log groups is deleted. The groups outlive a destroy.'),
    node_cpu_percent: percent(
      90,
      'An alarm goes off where the nodes together use more of their CPU for half an hour.',
    ),
    node_memory_percent: percent(
      90,
      'An alarm goes off where a node uses more of its memory for a quarter of an hour.',
    ),
    node_filesystem_percent: percent(
      80,
      'An alarm goes off where a file system of a node is fuller for a quarter of an hour; at 85 the kubelet begins to delete images.',
    ),
  },
  { error: 'must be a map of settings; {} for the defaults' },
);

export type ContainerInsights = z.output<typeof containerInsightsSchema>;
