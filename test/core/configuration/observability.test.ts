import { retentionDays } from '../../../core/configuration/container-insights';
import { parseConfiguration } from '../../../core/configuration';
import { minimalConfiguration } from '../../support/minimal-configuration';

const parsed = (observability: unknown) => parseConfiguration({ ...minimalConfiguration, observability });

test('alarms have defaults, and there are none without the setting', () => {
  const result = parsed({});
  expect(result.ok && result.configuration.observability).toEqual({
    certificate_days: 30,
    server_errors: 10,
    database_free_gib: 5,
    database_cpu_percent: 90,
  });
  const watched = parsed({ container_insights: {} });
  expect(watched.ok && watched.configuration.observability?.container_insights).toEqual({
    container_logs: false,
    log_retention_days: 30,
    node_cpu_percent: 90,
    node_memory_percent: 90,
    node_filesystem_percent: 80,
  });
  const without = parseConfiguration(minimalConfiguration);
  expect(without.ok && without.configuration.observability).toBeUndefined();
});

test.each([
  [true, 'observability', 'must be a map of settings; {} for the defaults'],
  [{ certificate_days: 0 }, 'observability.certificate_days', 'must be a whole number of days, 1 to 60'],
  [{ certificate_days: 61 }, 'observability.certificate_days', 'must be a whole number of days, 1 to 60'],
  [{ certificate_days: '30' }, 'observability.certificate_days', 'must be a whole number of days, 1 to 60'],
  [{ server_errors: 0 }, 'observability.server_errors', 'must be a whole number of 1 or more'],
  [{ server_errors: 1.5 }, 'observability.server_errors', 'must be a whole number of 1 or more'],
  [{ database_free_gib: 0 }, 'observability.database_free_gib', 'must be a whole number of 1 or more'],
  [
    { database_cpu_percent: 101 },
    'observability.database_cpu_percent',
    'must be a whole number of percent, 1 to 100',
  ],
  [
    { database_connections: '9' },
    'observability.database_connections',
    'must be a whole number of 1 or more',
  ],
  [
    { container_insights: true },
    'observability.container_insights',
    'must be a map of settings; {} for the defaults',
  ],
  [
    { container_insights: { container_logs: 'yes' } },
    'observability.container_insights.container_logs',
    'must be true or false, without quotes',
  ],
  [
    { container_insights: { log_retention_days: 31 } },
    'observability.container_insights.log_retention_days',
    `must be a number of days that CloudWatch Logs knows: ${retentionDays.join(', ')}`,
  ],
  [
    { container_insights: { node_memory_percent: 0 } },
    'observability.container_insights.node_memory_percent',
    'must be a whole number of percent, 1 to 100',
  ],
])('%j is refused with what is wrong', (observability, path, message) => {
  const result = parsed(observability);
  expect(result.ok ? [] : result.problems).toMatchObject([{ path, message }]);
});
