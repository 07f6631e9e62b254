/**
 * `npm run tools:pin [-- [--check] [--via URL] [NAME[@VERSION]…]]`: pins tools in core/versions.ts at the SHA-256 that
 * their publishers state for both architectures, or with --check only compares.
 *
 * Exit codes: 0 done, 1 a pinned digest is not the published one, 2 wrong usage, 3 a source could not be read.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { messageOf } from '../../core/errors';
import { releases } from '../../core/versions';
import { say } from '../../builds/support/say';
import { runCommand } from '../command-line';
import { exitCodes, pinReleases, readWanted, type Wanted } from './pin-releases';
import { webReader } from '../../builds/tools/web';

const usage = `usage: npm run tools:pin -- [--check] [--via URL] [NAME[@VERSION]...]

Pins tools in core/versions.ts at the SHA-256 that their publishers state for both
architectures; all of them, or those named, at the version named.

  --check     compares what is pinned with what is published, and writes nothing
  --via URL   asks a proxy that has every host as a folder: URL/dl.k8s.io/...
  --file F    the file with the table of pins (core/versions.ts)
`;

async function main(): Promise<number> {
  let wanted: Wanted[];
  const options = { check: false, via: undefined as string | undefined, file: '' };
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        check: { type: 'boolean', default: false },
        via: { type: 'string' },
        file: { type: 'string', default: join(__dirname, '..', '..', 'core', 'versions.ts') },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) {
      process.stdout.write(usage);
      return exitCodes.fine;
    }
    Object.assign(options, values);
    wanted = readWanted(positionals, releases);
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n\n${usage}`);
    return exitCodes.usage;
  }
  const before = await readFile(options.file, 'utf8');
  const { text, code } = await pinReleases(before, wanted, {
    check: options.check,
    get: webReader({ attempts: 2, firstPauseMs: 1_000, timeoutMs: 20_000, via: options.via }),
    say,
    progress: (line) => process.stderr.write(`${line}\n`),
  });
  if (text !== before) {
    await writeFile(options.file, text);
    say(`${options.file} is written`);
  }
  return code;
}

runCommand(main);
