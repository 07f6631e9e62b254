import { inWords, kubeflowOf, versionChanges } from '../../../core/upgrades/software';
import { kubeflowDistribution } from '../../../core/versions';

const commit = 'b'.repeat(40);
const wanted = { kubernetes: '1.35', kubeflow: kubeflowOf({}) };
const words = (has: Parameters<typeof versionChanges>[0], to = wanted) =>
  versionChanges(has, to).map(inWords);

test('a configuration means what it names, or what the release brings', () => {
  expect(kubeflowOf(undefined)).toEqual({
    version: kubeflowDistribution.version,
    source: kubeflowDistribution.git.commit,
  });
  expect(kubeflowOf({ source: { git: { url: 'https://x.example', commit } } })).toEqual({
    version: null,
    source: commit,
  });
  expect(kubeflowOf({ version: '1.9.0', source: { archive: { url: 's3://x/y', sha256: 'c' } } })).toEqual({
    version: '1.9.0',
    source: 'c',
  });
});

test('versions change where they differ, and nothing of what is not known does', () => {
  expect(words({})).toEqual([]);
  expect(words(wanted)).toEqual([]);
  expect(words({ kubernetes: '1.34', kubeflow: { version: '1.10.0', source: commit } })).toEqual([
    'Kubernetes 1.34 → 1.35',
    `Kubeflow 1.10.0 → ${kubeflowDistribution.version}`,
  ]);
  expect(words({ kubeflow: { version: kubeflowDistribution.version, source: commit } })).toEqual([
    `Kubeflow ${kubeflowDistribution.version} (bbbbbbbbbbbb) → ${kubeflowDistribution.version} (${kubeflowDistribution.git.commit.slice(0, 12)})`,
  ]);
  expect(words({ kubeflow: { version: null, source: 'unknown' } })).toEqual([
    `Kubeflow unknown → ${kubeflowDistribution.version}`,
  ]);
});
