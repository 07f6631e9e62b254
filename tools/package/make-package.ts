/**
 * `npm run --silent package [-- FOLDER]`: the command line as a tarball that `npm install --global` takes, with its
 * SHA-256 in the form of sha256sum beside it. Prints the tarball's path.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { repositoryRoot } from '../../infra/bundle';
import { runCommand } from '../command-line';
import { assemblePackage } from './package-folder';

/** npm gives all entries the same date: the same files make the same bytes. */
async function makePackage(outdir: string): Promise<string> {
  const folder = join(outdir, 'package');
  const { name, version } = await assemblePackage(folder);
  await mkdir(outdir, { recursive: true });
  await promisify(execFile)(
    'npm',
    ['pack', '--ignore-scripts', '--loglevel=error', '--pack-destination', outdir],
    {
      cwd: folder,
      maxBuffer: 16 * 1024 * 1024,
    },
  );
  const file = `${name}-${version}.tgz`;
  const tarball = join(outdir, file);
  const digest = createHash('sha256')
    .update(await readFile(tarball))
    .digest('hex');
  await writeFile(`${tarball}.sha256`, `${digest}  ${file}\n`);
  return tarball;
}

runCommand(async () => {
  process.stdout.write(`${await makePackage(resolve(process.argv[2] ?? join(repositoryRoot, 'dist')))}\n`);
  return 0;
});
