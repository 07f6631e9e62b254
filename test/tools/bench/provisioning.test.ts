import { readFileSync } from 'node:fs';
import { criticalPath } from '../../../tools/bench/provisioning/critical-path';
import { awaited, builds } from '../../../core/execution/documented-durations';
import { timelineDocument, timelineFile } from '../../../tools/bench/provisioning/timeline-document';
import { resources, timedRun } from '../../../tools/bench/provisioning/timed-run';
import { provisionSteps } from '../../../workflows/steps/provision';
import { certificateRecords, clusterActive } from '../../../workflows/retry-policies';

const steps = provisionSteps(resources);

describe('a provisioning with the durations that AWS documents', () => {
  it.each(['typical', 'worst'] as const)(
    'takes at most 2 % longer than its longest path of true dependencies (%s)',
    async (which) => {
      const { ratio, states } = await timedRun(which);
      expect(ratio).toBeLessThanOrEqual(1.02);
      expect(ratio).toBeGreaterThanOrEqual(1);
      expect(states.map(({ name }) => name)).toEqual(expect.arrayContaining(steps.map(({ name }) => name)));
    },
  );

  it('installs Kubeflow while the domain of the login is being made, however long that takes', async () => {
    const { states } = await timedRun('worst');
    const state = (name: string) => states.find((each) => each.name === name);
    expect(state('Install Kubeflow')?.end).toBeLessThan(state('Await custom domain')?.end ?? 0);
  });

  it('knows how long each build and each wait takes', () => {
    expect(Object.keys(builds)).toEqual(steps.filter((step) => 'project' in step).map(({ name }) => name));
    // Both are there the moment that they are asked for.
    const immediate = new Set([certificateRecords, clusterActive]);
    const waiting = steps.filter(
      (step) => 'polling' in step && (step.polling ?? []).some((policy) => !immediate.has(policy)),
    );
    expect(Object.keys(awaited).sort()).toEqual(waiting.map(({ name }) => name).sort());
  });

  it('is shown in docs/timeline.md (npx tsx tools/bench/provisioning/timeline-document.ts)', async () => {
    expect(readFileSync(timelineFile, 'utf8')).toBe(await timelineDocument());
  });
});

describe('the longest path', () => {
  it('goes through what is needed, not through what merely stands before', () => {
    const path = criticalPath(
      [
        { name: 'Validate configuration' },
        { name: 'Create cluster' },
        { name: 'a call' },
        { name: 'the end', needs: ['a call'] },
      ],
      'typical',
      ['Validate configuration'],
    );
    expect(path).toEqual({ seconds: 2 + 1200, steps: ['Validate configuration', 'Create cluster'] });
  });

  it('counts a wait from where it began', () => {
    const path = criticalPath(
      [
        { name: 'Create validation records' },
        { name: 'Install Kubeflow', needs: ['Create validation records'] },
        { name: 'Await certificates', after: ['Install Kubeflow', 'Create validation records'] },
      ],
      'typical',
      [],
    );
    // The certificates, three minutes, were there long before the installation's end.
    expect(path.seconds).toBe(2 + 900 + 2);
  });

  it('refuses a step that stands before what it depends on', () => {
    expect(() => criticalPath([{ name: 'a', needs: ['b'] }, { name: 'b' }], 'worst', [])).toThrow(
      'a depends on b, which does not come before it',
    );
  });
});
