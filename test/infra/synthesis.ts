import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { stackNames } from '../../core/naming';
import { repositoryRoot } from '../../infra/bundle';
import type { Template } from '../../local/stack/intrinsics';
import { resolveTemplate, type DeployedResources } from '../../local/stack/template';

/** The stack of a test. */
export interface TestSynthesis {
  readonly template: Template;
  readonly deployed: DeployedResources;
  readonly assemblyDir: string;
}

export const testTarget = { accountId: '111122223333', region: 'eu-central-1', partition: 'aws' } as const;

let last: TestSynthesis | undefined;

/**
 * The stack without options. It is synthesised once for all test files of these sources, in a process of its own, and
 * kept in `dist`: a dozen files read it, and each would load the CDK.
 */
export function synthesizeForTest(): TestSynthesis {
  if (last) return last;
  const shared = join(repositoryRoot, 'dist', 'test-stack');
  const folder = join(shared, `stack-${fingerprint()}`);
  if (!existsSync(folder)) make(shared, folder);
  const assemblyDir = join(folder, 'assembly');
  const text = readFileSync(join(assemblyDir, `${stackNames.stack}.template.json`), 'utf8');
  const template = JSON.parse(text) as Template;
  last = { template, assemblyDir, deployed: resolveTemplate(template, { ...testTarget, assemblyDir }) };
  return last;
}

/** A rename is atomic: nobody sees half a stack, and who comes second takes the first's. */
function make(shared: string, folder: string): void {
  mkdirSync(shared, { recursive: true });
  const unfinished = mkdtempSync(join(shared, 'unfinished-'));
  try {
    const program = join(__dirname, 'synthesize-once.ts');
    const { status, stderr } = spawnSync(process.execPath, ['--import', 'tsx', program, unfinished], {
      cwd: repositoryRoot,
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`the stack could not be synthesised:\n${stderr}`);
    for (const old of readdirSync(shared).filter((name) => name.startsWith('stack-')))
      rmSync(join(shared, old), { recursive: true, force: true });
    if (!existsSync(folder)) renameSync(unfinished, folder);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
}

/** Of every source that decides what the stack is. */
function fingerprint(): string {
  const hash = createHash('sha256');
  for (const folder of ['core', 'infra', 'workflows', 'tasks', 'lambda', 'test/infra']) {
    const names = readdirSync(join(repositoryRoot, folder), { recursive: true, encoding: 'utf8' });
    for (const name of names.filter((file) => file.endsWith('.ts')).sort())
      hash.update(`${folder}/${name}\0`).update(readFileSync(join(repositoryRoot, folder, name)));
  }
  for (const name of ['package-lock.json', 'cdk.json']) hash.update(readFileSync(join(repositoryRoot, name)));
  return hash.digest('hex').slice(0, 16);
}
