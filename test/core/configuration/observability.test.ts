import { parseConfiguration } from '../../../core/configuration';
import { minimalConfiguration } from '../../support/minimal-configuration';

const parsed = (observability: unknown) => parseConfiguration({ ...minimalConfiguration, observability });

test('alarms have defaults, and there are none without the setting', () => {
  const result = parsed({});
  expect(result.ok && result.configuration.observability).toEqual({
    certificate_days: 30,
    server_errors: 10,
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
])('%j is refused with what is wrong', (observability, path, message) => {
  const result = parsed(observability);
  expect(result.ok ? [] : result.problems).toMatchObject([{ path, message }]);
});
