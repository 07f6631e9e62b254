import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import '../../support/control-plane';

/** What a bench says of its measurements; its times are nobody's to assert. */
interface Verdict {
  readonly requirement: string;
  readonly measured: number;
  readonly met: boolean;
}

const root = join(__dirname, '../../..');

/** Runs a bench as its script does; the exit code also tells of times and is left alone. */
async function bench<T>(name: string, args: readonly string[]): Promise<T & { verdicts: Verdict[] }> {
  const main = join(root, 'tools/bench', name, 'main.ts');
  const child = spawn(process.execPath, ['--import', 'tsx', main, '--json', ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  await once(child, 'close');
  return JSON.parse(output) as T & { verdicts: Verdict[] };
}

test('a morning of logins with a resync in its middle leaves what the directory says', async () => {
  const size = ['--users', '60', '--namespaces', '50', '--minutes', '0.05', '--seed-seconds', '1'];
  const { ours, seed } = await bench<{
    ours: Record<'logins' | 'changedLogins' | 'refused' | 'lost' | 'wrong' | 'coldStarts', number>;
    seed: { logins: number };
  }>('monday', size);
  expect(ours).toMatchObject({ logins: 66, changedLogins: 3, lost: 0, wrong: 0 });
  expect(ours.coldStarts).toBeGreaterThan(0);
  expect(seed.logins).toBeGreaterThan(0);
}, 600_000);

test('a resync repairs what was taken away, and then writes nothing', async () => {
  const { rows } = await bench<{ rows: Record<'writes' | 'created', number>[] }>('resync', [
    '--users',
    '100,300',
    '--namespaces',
    '50',
  ]);
  expect(rows.map(({ writes, created }) => ({ writes, created }))).toEqual([
    { writes: 0, created: 0 },
    { writes: 0, created: 0 },
    { writes: expect.any(Number) as number, created: 3 },
    { writes: 0, created: 0 },
  ]);
}, 600_000);
