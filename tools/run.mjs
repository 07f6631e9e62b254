// node tools/run.mjs [--local] PROGRAM [ARGUMENT…]: installs what is missing (tools/setup.mjs), then runs a TypeScript
// file of the repository or a program of its packages. With --local, what the local region needs must be there too.
import { spawn, spawnSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const [, , ...given] = process.argv;
const needs = given[0] === '--local' ? ['--local'] : [];
const [program, ...rest] = given.slice(needs.length);
if (program === undefined) {
  process.stderr.write('usage: node tools/run.mjs [--local] PROGRAM [ARGUMENT…]\n');
  process.exit(2);
}

const setup = spawnSync(process.execPath, [path.join(root, 'tools', 'setup.mjs'), ...needs], {
  stdio: ['ignore', 'inherit', 'inherit'],
});
if (setup.status !== 0) process.exit(setup.status ?? 1);

const bin = (name) => path.join(root, 'node_modules', '.bin', name);
const child = program.endsWith('.ts')
  ? spawn(bin('tsx'), [path.join(root, program), ...rest], { stdio: 'inherit' })
  : spawn(bin(program), rest, { stdio: 'inherit' });
// A terminal sends its interrupt to the child as well, which ends in its own way; others reach this process alone.
process.on('SIGINT', () => undefined);
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('error', (error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
child.on('exit', (code, signal) => {
  process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 143);
});
