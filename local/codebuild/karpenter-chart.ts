import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { karpenter } from '../../core/versions';
import { downloadModule } from '../programs';

export interface KarpenterChartOptions {
  environment?: NodeJS.ProcessEnv;
  signal: AbortSignal;
}

/** Name of the archive. */
export const karpenterArchive = `${karpenter.name}-${karpenter.version}.tgz`;

/**
 * Packs Karpenter's chart as its publisher does, from the sources of the pinned version: the templates as they are, the
 * definitions beside them, and the version, which the sources name only after its release. The digest of the image, which
 * they do not know yet, is left out.
 *
 * @param folder where the archive is written; made if it is not there
 */
export async function packKarpenter(folder: string, options: KarpenterChartOptions): Promise<void> {
  const { environment = process.env, signal } = options;
  const { name, version } = karpenter;
  const sources = await downloadModule(`github.com/aws/karpenter-provider-aws@v${version}`, {
    environment,
    signal,
  });
  const unpacked = join(folder, name);
  await mkdir(folder, { recursive: true });
  await rm(unpacked, { recursive: true, force: true });
  // Copies of what Go keeps are for reading only.
  await promisify(execFile)('cp', ['-R', '--no-preserve=mode', join(sources, 'charts', name), unpacked]);
  await cp(join(sources, 'pkg', 'apis', 'crds'), join(unpacked, 'crds'), { recursive: true });
  await edit(join(unpacked, 'Chart.yaml'), [
    [/^version: .*$/m, `version: ${version}`],
    [/^appVersion: .*$/m, `appVersion: ${version}`],
  ]);
  await edit(join(unpacked, 'values.yaml'), [
    [/^( +)tag: [\d.]+$/m, `$1tag: ${version}`],
    [/^( +)digest: sha256:[0-9a-f]{64}$/m, '$1digest: ""'],
  ]);
  const unfinished = `${karpenterArchive}.unfinished`;
  await promisify(execFile)('tar', ['-czf', unfinished, name], { cwd: folder });
  await rename(join(folder, unfinished), join(folder, karpenterArchive));
}

async function edit(file: string, changes: readonly (readonly [RegExp, string])[]): Promise<void> {
  let text = await readFile(file, 'utf8');
  for (const [from, to] of changes) {
    if (!from.test(text)) throw new Error(`${file} has no ${String(from)}`);
    text = text.replace(from, to);
  }
  await writeFile(file, text);
}
