import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { configurationShape } from '../../../core/configuration/schema';
import { kubeflowSteps } from '../../../core/upgrades/kubeflow-steps';
import { kubernetesSteps } from '../../../core/upgrades/kubernetes-steps';
import { upgradeNotes, upgradePath } from '../../../core/upgrades/path';
import type { UpgradeStep } from '../../../core/upgrades/upgrade-step';
import { upgradesDocument } from '../../../core/upgrades/upgrades-document';
import { kubeflowDistribution } from '../../../core/versions';

const kubernetes = (from: string, to: string) => ({ of: 'Kubernetes', from, to }) as const;
const kubeflow = (from: string | null, to: string) => ({ of: 'Kubeflow', from, to }) as const;
const stepsOf = (change: Parameters<typeof upgradePath>[0]) =>
  upgradePath(change).steps.map(({ from, to }) => `${from} → ${to}`);

test.each<[string, readonly UpgradeStep[], string]>([
  ['Kubernetes', kubernetesSteps, configurationShape.kubernetes_version.parse(undefined)],
  ['Kubeflow', kubeflowSteps, kubeflowDistribution.version],
])(
  'the steps of %s join, each has a point with a source, and end at what is installed now',
  (_, steps, last) => {
    steps.slice(1).forEach(({ from }, index) => {
      expect(from).toBe(steps[index]?.to);
    });
    expect(steps.at(-1)?.to).toBe(last);
    for (const { points } of steps) {
      expect(points.length).toBeGreaterThan(0);
      for (const { what, todo = 'X.', source } of points) {
        expect(`${what}${todo}`).toMatch(/^.+\..+\.$/);
        expect(source).not.toBe('');
      }
    }
  },
);

test('a way has the steps that are on it, also from and to a patch', () => {
  expect(stepsOf(kubernetes('1.32', '1.34'))).toEqual(['1.32 → 1.33', '1.33 → 1.34']);
  expect(stepsOf(kubernetes('1.34', '1.35'))).toEqual(['1.34 → 1.35']);
  expect(stepsOf(kubeflow('1.10.2', '26.03'))).toEqual(['1.10 → 1.11', '1.11 → 26.03']);
  expect(stepsOf(kubeflow('26.03', '26.03.1'))).toEqual(['26.03 → 26.03.1']);
  expect(stepsOf(kubeflow('26.03.1', '26.03.2'))).toEqual([]);
});

test.each([
  [kubeflow('1.9', '1.11'), /skips 1\.10/],
  [kubeflow('26.03.1', '1.11'), /goes back/],
  [kubeflow(null, '26.03.1'), /is not known/],
  [kubeflow('unknown', '26.03.1'), /is not known/],
  [kubernetes('1.31', '1.34'), /one after the other/],
])('%j is warned of', (change, warning) => {
  expect(upgradePath(change).warnings).toEqual([expect.stringMatching(warning)]);
});

test.each([kubeflow('1.11', '26.03'), kubernetes('1.33', '1.35')])('%j is not warned of', (change) => {
  expect(upgradePath(change).warnings).toEqual([]);
});

test('notes have what is to be done first, and fit into a plan', () => {
  const notes = upgradeNotes(kubeflow('26.03', '26.03.1'));
  expect(notes[0]).toBe(
    "Kubeflow 26.03 → 26.03.1: JobSet's Deployment has another selector, which cannot be changed. Before: kubectl -n kubeflow-system delete deployment jobset-controller-manager.",
  );
  const all = upgradeNotes(kubeflow('1.9', '26.03.1'));
  expect(all).toHaveLength(5);
  expect(all[0]).toContain('skips 1.10, 1.11, 26.03');
  expect(all.at(-1)).toMatch(
    /^\d+ more things between these versions of Kubeflow: docs\/guides\/upgrades\.md$/,
  );
  for (const note of [...notes, ...all]) expect(note.length).toBeLessThanOrEqual(300);
});

test('docs/guides/upgrades.md has what the tables say (npx tsx tools/write-upgrades.ts)', () => {
  const page = readFileSync(join(__dirname, '../../../docs/guides/upgrades.md'), 'utf8');
  expect(upgradesDocument(page)).toBe(page);
});
