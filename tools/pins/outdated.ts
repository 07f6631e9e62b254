/**
 * `npm run tools:outdated [-- [--json] [--via URL]]`: lists what core/versions.ts pins beside what there is by now.
 *
 * Exit codes: 0 all was looked up, whatever was found; 2 wrong usage; 3 a source could not be read.
 */
import { parseArgs } from 'node:util';
import { messageOf } from '../../core/errors';
import { runCommand } from '../command-line';
import { final, followed, lookUp, verdict, type Outlook } from './latest';
import { exitCodes } from './pin-releases';
import { webReader } from '../../builds/tools/web';

const usage = `usage: npm run tools:outdated -- [--json] [--via URL]

Lists the pinned version of each tool, the latest, and the latest that can be taken as it is.

  --json      as a list of objects
  --via URL   asks a proxy that has every host as a folder: URL/dl.k8s.io/...
`;

async function main(): Promise<number> {
  let values: { json: boolean; help: boolean; via?: string };
  try {
    ({ values } = parseArgs({
      options: {
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
        via: { type: 'string' },
      },
    }));
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n\n${usage}`);
    return exitCodes.usage;
  }
  if (values.help) {
    process.stdout.write(usage);
    return exitCodes.fine;
  }
  const get = webReader({ attempts: 2, firstPauseMs: 1_000, timeoutMs: 20_000, via: values.via });
  process.stderr.write(`looking up ${followed.length} releases\n`);
  const found = await Promise.all(
    followed.map(async (releases) => {
      const outlook = await lookUp(releases, get);
      process.stderr.write(`${outlook.name}: ${outlook.problem ?? 'found'}\n`);
      return outlook;
    }),
  );
  const all = [...found, ...final];
  process.stdout.write(
    values.json
      ? `${JSON.stringify(
          all.map((outlook) => ({ ...outlook, verdict: verdict(outlook) })),
          undefined,
          2,
        )}\n`
      : table(all),
  );
  return found.some(({ problem }) => problem !== undefined) ? exitCodes.unreachable : exitCodes.fine;
}

function table(all: readonly Outlook[]): string {
  const rows = [
    ['name', 'pinned', 'latest', 'compatible', '', 'source'],
    ...all.map((outlook) => [
      outlook.name,
      outlook.pinned,
      outlook.latest ?? '?',
      outlook.rule === undefined ? 'any' : (outlook.compatible ?? '-'),
      verdict(outlook),
      outlook.source,
    ]),
  ];
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  const rules = all.flatMap(({ name, rule }) => (rule === undefined ? [] : [`  ${name}: ${rule}`]));
  return [
    ...rows.map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    ),
    '',
    'compatible means:',
    ...rules,
    '',
  ].join('\n');
}

runCommand(main);
