import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stackNames } from '../../core/naming';
import { repositoryRoot } from '../../infra/bundle';
import type { Template } from '../../local/stack/intrinsics';
import { resolveTemplate, type DeployedResources } from '../../local/stack/template';
import type { OptionSet } from './option-sets';

/** The stack of a test. */
export interface TestSynthesis {
  readonly template: Template;
  readonly deployed: DeployedResources;
  readonly assemblyDir: string;
}

export const testTarget = { accountId: '111122223333', region: 'eu-central-1', partition: 'aws' } as const;

const read = new Map<string, TestSynthesis>();

/**
 * The stack without options. It is synthesised once for all test files of these sources, in a process of its own, and
 * kept in `dist`: a dozen files read it, and each would load the CDK.
 */
export function synthesizeForTest(): TestSynthesis {
  return readFrom(shared('plain'));
}

/** The stack with one of the sets of options, all of which are synthesised once as {@link synthesizeForTest} is. */
export function synthesizeWith(options: OptionSet): TestSynthesis {
  return readFrom(join(shared('all'), options));
}

function readFrom(folder: string): TestSynthesis {
  const known = read.get(folder);
  if (known !== undefined) return known;
  const assemblyDir = join(folder, 'assembly');
  const text = readFileSync(join(assemblyDir, `${stackNames.stack}.template.json`), 'utf8');
  const template = JSON.parse(text) as Template;
  const found = {
    template,
    assemblyDir,
    deployed: resolveTemplate(template, { ...testTarget, assemblyDir }),
  };
  read.set(folder, found);
  return found;
}

let sources: string | undefined;

/** The folder of what these sources make, which is made where it is not there. */
function shared(which: 'plain' | 'all'): string {
  sources ??= fingerprint();
  const folder = join(repositoryRoot, 'dist', 'test-stack', `${which}-${sources}`);
  if (existsSync(folder)) return folder;
  const { status, stderr } = spawnSync(
    process.execPath,
    [
      ...['--import', 'tsx', join(__dirname, 'synthesize-once.ts'), folder],
      ...(which === 'all' ? [which] : []),
    ],
    { cwd: repositoryRoot, encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`the stack could not be synthesised:\n${stderr}`);
  return folder;
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
