/**
 * How long commands take that do next to nothing: the packaged command against the one of a checkout, in one run.
 *
 *     npm run --silent bench:startup [-- --rounds 11 --json]
 */
import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { repositoryRoot } from '../../../infra/bundle';
import { bundleProgram } from '../../package/program-bundle';
import { atMost, printTable, printVerdicts, runBench, say, type Verdict } from '../support/output';
import { median, rounded, timed } from '../support/stats';

/** What is measured, with how long it may take in seconds on two cores of which nobody else wants anything. */
const commands = [
  { args: ['--help'], limit: 0.2 },
  { args: ['validate', 'acme.yaml'], limit: 0.4 },
  { args: ['local', 'status'], limit: 0.3 },
] as const;

interface Row {
  readonly command: string;
  /** Seconds, the median of the rounds. */
  readonly packaged: number;
  readonly checkout: number;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { rounds: { type: 'string', default: '11' }, json: { type: 'boolean', default: false } },
  });
  const folder = await mkdtemp(join(tmpdir(), 'kubeflow-eks-startup-'));
  try {
    say('bundling the command …');
    await bundleProgram(join(folder, 'lib'));
    await cp(join(repositoryRoot, 'examples', 'acme.yaml'), join(folder, 'acme.yaml'));
    // As in the package: Node must not have to find out which kind of module it is.
    await writeFile(join(folder, 'package.json'), '{"type":"module"}');
    const rows = await measure(folder, Number(values.rounds));
    const verdicts: Verdict[] = rows.map(({ command, packaged }, index) =>
      atMost(`kubeflow-eks ${command}, in seconds`, packaged, commands[index]?.limit ?? 0),
    );
    if (values.json) process.stdout.write(`${JSON.stringify({ rows, verdicts }, null, 2)}\n`);
    else {
      printTable(
        ['command', 'packaged (s)', 'checkout (s)'],
        rows.map(({ command, packaged, checkout }) => [command, packaged, checkout]),
      );
      printVerdicts(verdicts);
    }
    if (verdicts.some(({ met }) => !met)) process.exitCode = 1;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** In turns, so that both meet the same machine; the first round only fills caches. */
async function measure(folder: string, rounds: number): Promise<Row[]> {
  const programs = {
    packaged: [join(folder, 'lib', 'kubeflow-eks.js')],
    checkout: [join(repositoryRoot, 'cli', 'bin.mjs')],
  };
  const env = { ...process.env, KUBEFLOW_EKS_CACHE: join(folder, 'cache') };
  const rows: Row[] = [];
  for (const { args } of commands) {
    const times = { packaged: [] as number[], checkout: [] as number[] };
    for (let round = 0; round <= rounds; round += 1) {
      for (const [name, program] of Object.entries(programs) as [keyof typeof programs, string[]][]) {
        const { ms } = await timed(() =>
          // "No region is up" is an exit code, too.
          promisify(execFile)(process.execPath, [...program, ...args], { cwd: folder, env }).catch(
            () => undefined,
          ),
        );
        if (round > 0) times[name].push(ms / 1000);
      }
    }
    rows.push({
      command: args.join(' '),
      packaged: rounded(median(times.packaged)),
      checkout: rounded(median(times.checkout)),
    });
  }
  return rows;
}

runBench(main);
