import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run, type CommandResult } from '../../../builds/support/command';

const root = join(__dirname, '../../..');
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'build-'));
});
afterEach(async () => rm(folder, { recursive: true }));

/** A build's program in a process of its own, since it sets the exit code. */
const program = async (body: string): Promise<CommandResult> =>
  run(
    process.execPath,
    ['--import', 'tsx', '--eval', `require('./builds/support/run-main').runMain(async () => { ${body} })`],
    { cwd: root, env: { CODEBUILD_SRC_DIR: folder }, allowFailure: true },
  );

test('a failure is the last lines of the log, and the file that is exported, which has a limit', async () => {
  const { code, stderr } = await program(
    "throw Object.assign(new Error('x'.repeat(5_000)), { name: 'ComponentNotReady' })",
  );
  expect(code).toBe(1);
  expect(stderr).toContain(`\nComponentNotReady: ${'x'.repeat(5_000)}\n`);
  const exported = await readFile(join(folder, 'failure.txt'), 'utf8');
  expect(exported).toHaveLength(2_000);
  expect(exported).toMatch(/^ComponentNotReady: x+…$/);
}, 60_000);

test('a success exports what was seen of assumptions, and of the version of Node.js in any case', async () => {
  const seen =
    "require('./builds/support/assumptions-output').observe('access-entry-tags', 'refuted', '0 of 2 entries');";
  expect((await program(seen)).code).toBe(0);
  expect(await readdir(folder)).toEqual(['assumptions.json']);
  expect(JSON.parse(await readFile(join(folder, 'assumptions.json'), 'utf8'))).toEqual([
    { id: 'access-entry-tags', verdict: 'refuted', value: '0 of 2 entries' },
    { id: 'build-proxy', verdict: 'verified', value: `Node.js ${process.versions.node}` },
  ]);
}, 60_000);
