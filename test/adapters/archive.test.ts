import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { packFiles, readFiles } from '../../adapters/archive';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'archive-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

test('the same files are the same bytes, whatever their order, age and mode', async () => {
  await mkdir(join(folder, 'b'));
  await writeFile(join(folder, 'b', 'two'), 'two\n');
  await writeFile(join(folder, 'a'), 'one\n');
  const first = await packFiles(await readFiles(folder));
  await writeFile(join(folder, 'a'), 'one\n', { mode: 0o600 });
  await utimes(join(folder, 'a'), new Date(86_400_000), new Date(86_400_000));
  const second = await packFiles(new Map([...(await readFiles(folder))].reverse()));
  expect(second.equals(first)).toBe(true);
});

test('tar unpacks what was packed, long names included', async () => {
  const long = `${'deeper/'.repeat(30)}file.yaml`;
  const archive = await packFiles(
    new Map([
      [long, Buffer.from('kind: List\n')],
      ['empty', Buffer.alloc(0)],
    ]),
  );
  await writeFile(join(folder, 'archive.tar.gz'), archive);
  await promisify(execFile)('tar', ['-xzf', join(folder, 'archive.tar.gz'), '-C', folder]);
  expect(await readFile(join(folder, long), 'utf8')).toBe('kind: List\n');
  expect(await readFile(join(folder, 'empty'), 'utf8')).toBe('');
});

test('a folder that is refused is not looked into', async () => {
  await mkdir(join(folder, '.git'));
  await writeFile(join(folder, '.git', 'HEAD'), '');
  await writeFile(join(folder, 'kept'), '');
  const asked: string[] = [];
  const files = await readFiles(folder, (path) => asked.push(path) > 0 && path !== '.git');
  expect([...files.keys()]).toEqual(['kept']);
  expect(asked).not.toContain('.git/HEAD');
});
