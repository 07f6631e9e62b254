import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { prebuilt } from '../../infra/prebuilt';

/** Programs of the local region that stand for others, by the name under which the builds call them. */
const standIns = { helm: 'helm/main.ts' } as const;

/**
 * Puts programs on a path of their own: the stand-ins, each in one file, since a build starts them dozens of times, and
 * the given ones.
 *
 * @param bin the folder; made if it is not there
 * @param others name → command line
 */
export async function installPrograms(
  bin: string,
  others: Readonly<Record<string, readonly string[]>>,
): Promise<void> {
  await mkdir(bin, { recursive: true });
  if (prebuilt === undefined) await bundleStandIns(bin);
  const programs: Readonly<Record<string, readonly string[]>> = {
    ...Object.fromEntries(
      Object.keys(standIns).map((name) => [
        name,
        [process.execPath, join(prebuilt?.standIns ?? bin, `${name}.js`)],
      ]),
    ),
    ...others,
  };
  for (const [name, command] of Object.entries(programs)) await wrap(join(bin, name), command);
}

/** Writes `<name>.js` for each stand-in, with all that it imports. */
export async function bundleStandIns(outdir: string): Promise<void> {
  const { build } = await import('esbuild');
  await build({
    absWorkingDir: __dirname,
    entryPoints: Object.entries(standIns).map(([name, file]) => ({ in: file, out: name })),
    outdir,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    mainFields: ['module', 'main'],
    legalComments: 'none',
    logLevel: 'warning',
  });
}

/** A program that calls another one. */
async function wrap(file: string, command: readonly string[]): Promise<void> {
  const quoted = command.map((part) => `'${part.replaceAll("'", `'\\''`)}'`).join(' ');
  await writeFile(file, `#!/bin/sh\nexec ${quoted} "$@"\n`);
  await chmod(file, 0o755);
}
