import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AppOptions } from '../../infra/app';
import type { TestSynthesis } from './synthesis';
import { synthesizeInto } from './synthesize-into';

const folders: string[] = [];
const made = new Map<string, TestSynthesis>();

/** The stack with the options of a test, once for a test file, in a folder that goes after all its tests. */
export function synthesizeAnew(options: Pick<AppOptions, 'context'>): TestSynthesis {
  const name = JSON.stringify(options);
  const known = made.get(name);
  if (known !== undefined) return known;
  const folder = mkdtempSync(join(tmpdir(), 'kubeflow-eks-synth-'));
  folders.push(folder);
  const synthesis = synthesizeInto(folder, options);
  made.set(name, synthesis);
  return synthesis;
}

afterAll(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});
