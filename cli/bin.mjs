#!/usr/bin/env node
// The command `kubeflow-eks`: from a checkout by `npm run cli`, from anywhere after `npm link`. On a fresh checkout it
// installs the packages first, among them the Node.js that the local region needs.
import { spawn, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { otherNode } from './node-of-checkout.mjs';

const setup = fileURLToPath(new URL('../tools/setup.mjs', import.meta.url));
const { status } = spawnSync(process.execPath, [setup], { stdio: ['ignore', 'inherit', 'inherit'] });
if (status !== 0) process.exit(status ?? 1);

const main = fileURLToPath(new URL('./main.ts', import.meta.url));
const args = process.argv.slice(2);

// npm runs a script in the checkout's folder; the paths that were typed are relative to where that was done.
const { npm_lifecycle_event: script, INIT_CWD: typedIn } = process.env;
if (script === 'cli' && typedIn) process.chdir(typedIn);

const node = otherNode(args);
if (node === undefined) {
  await import('tsx');
  await import('./main.ts');
} else {
  const child = spawn(node, ['--import', import.meta.resolve('tsx'), main, ...args], { stdio: 'inherit' });
  // A terminal sends its interrupt to the child as well, which ends in its own way; others reach this process alone.
  process.on('SIGINT', () => undefined);
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 143);
  });
}
