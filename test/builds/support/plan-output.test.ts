import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodePlan, inPlanMode, writePlan, type BuildPlan } from '../../../builds/support/plan-output';
import { ConflictError, TransientError } from '../../../core/errors';
import type { PlannedChange } from '../../../core/plan';
import { makeTempDir } from '../../../local/processes/temp-dir';

const changes = (count: number, length = 20): PlannedChange[] =>
  Array.from({ length: count }, (_, index) => ({ action: 'create', what: `${index} `.padEnd(length, 'x') }));

describe('what a build exports of its plan', () => {
  it('says that there is nothing to do with an empty list', () => {
    expect(JSON.parse(encodePlan([]))).toEqual({ changes: [], more: 0 });
  });

  it.each([
    ['a few', changes(3)],
    ['many', changes(500)],
    ['long ones', changes(30, 2000)],
    [
      'ones that grow when encoded',
      Array.from({ length: 100 }, () => ({ action: 'remove' as const, what: '"\\'.repeat(100) })),
    ],
  ])('fits a variable and counts what it leaves out: %s', (_, all) => {
    const text = encodePlan(all, { error: 'ResourceConflict', message: 'x'.repeat(5000) });
    const plan = JSON.parse(text) as BuildPlan;
    expect(text.length).toBeLessThanOrEqual(3000);
    expect(plan.changes.length + plan.more).toBe(all.length);
    expect(plan.problem?.error).toBe('ResourceConflict');
  });

  it('keeps its notes, whatever has to be left out', () => {
    const text = encodePlan(changes(500), undefined, ['Profiles without a quota: a', 'x'.repeat(5000)]);
    const plan = JSON.parse(text) as BuildPlan;
    expect(text.length).toBeLessThanOrEqual(3000);
    expect(plan.notes).toEqual(['Profiles without a quota: a', expect.stringMatching(/^x{299}…$/)]);
  });

  it('is asked for by the variable MODE', () => {
    expect([{}, { MODE: 'apply' }, { MODE: 'plan' }].map(inPlanMode)).toEqual([false, false, true]);
  });

  it('tells what was found before something stood in the way, and ends well', async () => {
    const dir = await makeTempDir();
    const said: string[] = [];
    try {
      await writePlan(
        async (add) => {
          add({ action: 'change', what: 'node group acme-nodegroup: 2 to 4 nodes' });
          return Promise.reject(new ConflictError('ResourceConflict', 'the stack is not ours'));
        },
        { say: (line) => said.push(line), environment: { CODEBUILD_SRC_DIR: dir.path } },
      );
      expect(JSON.parse(await readFile(join(dir.path, 'plan.json'), 'utf8'))).toEqual({
        changes: [{ action: 'change', what: 'node group acme-nodegroup: 2 to 4 nodes' }],
        more: 0,
        problem: { error: 'ResourceConflict', message: 'the stack is not ours' },
      });
    } finally {
      await dir.remove();
    }
    expect(said).toEqual([
      'would change: node group acme-nodegroup: 2 to 4 nodes',
      'in the way: ResourceConflict: the stack is not ours',
    ]);
  });

  it('is no plan where what failed may go away by itself', async () => {
    const dir = await makeTempDir();
    try {
      const gone = new TransientError('ClusterUnreachable', 'no answer');
      const written = writePlan(() => Promise.reject(gone), {
        say: () => undefined,
        environment: { CODEBUILD_SRC_DIR: dir.path },
      });
      await expect(written).rejects.toBe(gone);
      await expect(readFile(join(dir.path, 'plan.json'))).rejects.toThrow('ENOENT');
    } finally {
      await dir.remove();
    }
  });
});
