/** The setting `backup`: the cluster's objects and volumes, backed up by AWS Backup. */
import { z } from 'zod';

const scheduleMessage =
  'must be "daily", "weekly" or an expression in UTC such as "cron(0 2 ? * MON-FRI *)": minute, hour, day of the month, month, day of the week, year; one of the two days is "?"';

/** AWS Backup developer guide, "Create a backup plan": the form of EventBridge's expressions, hourly at most. */
const cron =
  /^cron\(\d{1,2}(?:,\d{1,2})* \S+ (?:\? [\w*,/-]+ [\w*,/#-]+|[\w*,/-]+ [\w*,/-]+ \?) [\w*,/-]+\)$/;

const longestRetentionDays = 36_500;

const switchMessage = 'must be true or false, without quotes';

export const backupSchema = z.strictObject(
  {
    schedule: z
      .string({ error: scheduleMessage })
      .refine((text) => text === 'daily' || text === 'weekly' || cron.test(text), scheduleMessage)
      .default('daily')
      .describe(
        'When backups begin: "daily" at 03:00 UTC, "weekly" on Sundays at 03:00 UTC, or an expression in UTC.',
      ),
    retention_days: z
      .int({ error: 'must be a whole number of days' })
      .min(1, 'must be 1 or more')
      .max(
        longestRetentionDays,
        `is more than the ${longestRetentionDays.toString()} days that AWS Backup keeps`,
      )
      .default(35)
      .describe('Days after which AWS Backup deletes a backup.'),
    before_upgrade: z
      .boolean({ error: switchMessage })
      .default(true)
      .describe(
        'Whether another Kubernetes or Kubeflow is installed only after a backup of its own is complete, which is waited for.',
      ),
  },
  { error: 'must be a map with "schedule", "retention_days" and "before_upgrade"; {} for the defaults' },
);

/** Backups, as configured. */
export type BackupSettings = z.output<typeof backupSchema>;

/** The schedule as AWS Backup takes it. */
export function scheduleExpression({ schedule }: Pick<BackupSettings, 'schedule'>): string {
  if (schedule === 'daily') return 'cron(0 3 * * ? *)';
  if (schedule === 'weekly') return 'cron(0 3 ? * SUN *)';
  return schedule;
}
