import { partsOf } from '../../cli/estimated-room';
import { configurationWith } from '../builds/support';

const access = { namespaces: { 'team-a': { quota: { pods: '9' } }, 'team-b': { quota: { pods: '9' } } } };
const artifacts = { bucket: 'acme-artifacts' };
const added = (document: Record<string, unknown>): string[] => {
  const without = partsOf(configurationWith({ access }));
  const parts = partsOf(configurationWith({ access, ...document }));
  expect(parts.slice(0, without.length)).toEqual(without);
  return parts.slice(without.length);
};

test('with artifacts each Profile that the configuration names wants room, without them none', () => {
  expect(added({})).toEqual([]);
  expect(added({ artifacts })).toEqual(['artifacts-of-a-profile', 'artifacts-of-a-profile']);
});

test('each namespace with a registry but the first wants room for another', () => {
  const components = ['model-registry'];
  const registries = (namespaces: string[]): Record<string, unknown> => ({
    kubeflow: { components, model_registry: { namespaces } },
  });
  const [one, three] = [['team-a'], ['team-a', 'team-b', 'team-c']].map(
    (namespaces) => partsOf(configurationWith(registries(namespaces))).length,
  );
  expect((three ?? 0) - (one ?? 0)).toBe(2);
});

test('the add-on for CloudWatch wants room, and more with the logs of containers', () => {
  const insights = (settings: object): Record<string, unknown> => ({
    observability: { container_insights: settings },
  });
  expect(added(insights({}))).toEqual(['container-insights']);
  expect(added(insights({ container_logs: true }))).toEqual(['container-insights', 'container-logs']);
});
