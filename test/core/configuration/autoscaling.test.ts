import { formatProblem, parseConfiguration } from '../../../core/configuration';
import { minimalConfiguration } from '../../support/minimal-configuration';

function problemsOf(autoscaling: unknown, more: object = {}): string[] {
  const parsed = parseConfiguration({ ...minimalConfiguration, ...more, autoscaling });
  return parsed.ok ? [] : parsed.problems.map(formatProblem);
}

test('nodes that follow the work are asked for by a map, and nothing is made without it', () => {
  const parsed = parseConfiguration({ ...minimalConfiguration, autoscaling: {} });
  expect(parsed.ok && parsed.configuration.autoscaling).toMatchObject({
    general: { instance_families: ['m6i', 'm7i'], capacity_types: ['on-demand'], max_vcpus: 64 },
    ami_version: 'latest',
  });
  const without = parseConfiguration(minimalConfiguration);
  expect(without.ok && without.configuration.autoscaling).toBeUndefined();
});

test.each([
  [true, 'must be a map with "general", "gpu" and "ami_version"'],
  [{ general: { instance_families: ['m5.large'] } }, 'must be an instance family, such as "m7i"'],
  [{ general: { instance_families: [] } }, 'must name at least one instance family'],
  [{ general: { instance_families: ['m7i', 'g5'] } }, 'name these in autoscaling.gpu'],
  [{ gpu: { instance_families: ['g4ad'] } }, 'families with GPUs of NVIDIA'],
  [{ gpu: { max_gpus: 0 } }, 'must be a whole number of 1 or more'],
  [{ gpu: { capacity_types: ['cheap'] } }, 'must be "on-demand" or "spot"'],
  [{ general: { zones: ['us-east-1a'] } }, 'must be a zone of the region eu-central-1'],
  [{ general: { consolidation: 'always' } }, 'must be "when-empty" or'],
  [{ ami_version: '1.35' }, 'must be "latest" or a release'],
  [{ general: { instance_families: ['m7g'] } }, 'for which Kubeflow Pipelines has no images'],
])('%j is refused with what is wrong', (autoscaling, message) => {
  expect(problemsOf(autoscaling).join('\n')).toContain(message);
});

test('tags that Karpenter sets itself are none of a deployment that scales', () => {
  const tags = { 'kubernetes.io/cluster/acme': 'owned', 'karpenter.sh/nodepool': 'general', team: 'ml' };
  const refused = problemsOf({}, { tags }).filter((problem) => problem.includes('Karpenter sets itself'));
  expect(refused).toHaveLength(2);
  expect(problemsOf(undefined, { tags }).join('\n')).not.toContain('Karpenter');
});

test('Karpenter takes no Kubernetes that is later than it knows', () => {
  expect(problemsOf({}, { kubernetes_version: '1.36' }).join('\n')).toContain(
    'must be at most 1.35 with autoscaling',
  );
  expect(problemsOf(undefined, { kubernetes_version: '1.36' }).join('\n')).not.toContain('autoscaling');
});

test('Karpenter needs nodes of the group to run on', () => {
  const sizes = { nodegroup_min_size: 0, nodegroup_desired_size: 0 };
  expect(problemsOf({}, sizes).join('\n')).toContain('Karpenter runs on the node group');
  expect(problemsOf(undefined, sizes)).toEqual([]);
});
