import { formatProblem, parseConfiguration } from '../../../core/configuration';
import { scheduleExpression } from '../../../core/configuration/backup';
import { minimalConfiguration } from '../../support/minimal-configuration';

test('nothing is backed up without the key, and daily for five weeks with nothing said', () => {
  const parsed = (document: object) => {
    const result = parseConfiguration({ ...minimalConfiguration, ...document });
    return result.ok ? result.configuration.backup : result.problems.map(formatProblem);
  };
  expect(parsed({})).toBeUndefined();
  expect(parsed({ backup: {} })).toEqual({ schedule: 'daily', retention_days: 35, before_upgrade: true });
});

test.each([
  [true, 'must be a map with "schedule", "retention_days" and "before_upgrade"'],
  [{ schedule: 'hourly' }, 'must be "daily", "weekly" or an expression in UTC'],
  [{ schedule: 'cron(0 3 * * * *)' }, 'one of the two days is "?"'],
  [{ schedule: 'rate(1 day)' }, 'must be "daily", "weekly" or an expression in UTC'],
  [{ schedule: 'cron(* 3 * * ? *)' }, 'must be "daily", "weekly" or an expression in UTC'],
  [{ retention_days: 0 }, 'must be 1 or more'],
  [{ retention_days: 40_000 }, 'is more than the 36500 days'],
  [{ before_upgrade: 'yes' }, 'must be true or false'],
  [{ vault: 'mine' }, 'vault'],
])('%j is refused with what is wrong', (backup, message) => {
  const parsed = parseConfiguration({ ...minimalConfiguration, backup });
  expect(parsed.ok ? '' : parsed.problems.map(formatProblem).join('\n')).toContain(message);
});

test.each([
  ['daily', 'cron(0 3 * * ? *)'],
  ['weekly', 'cron(0 3 ? * SUN *)'],
  ['cron(30 1,13 ? * MON-FRI *)', 'cron(30 1,13 ? * MON-FRI *)'],
])('%s is %s to AWS Backup', (schedule, expression) => {
  const parsed = parseConfiguration({ ...minimalConfiguration, backup: { schedule } });
  if (!parsed.ok || parsed.configuration.backup === undefined) throw new Error('refused');
  expect(scheduleExpression(parsed.configuration.backup)).toBe(expression);
});
