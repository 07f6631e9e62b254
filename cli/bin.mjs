#!/usr/bin/env node
// The command `kubeflow-eks`: from a checkout by `npm run cli`, from anywhere after `npm link`. On a fresh checkout it
// installs the packages first.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const setup = fileURLToPath(new URL('../tools/setup.mjs', import.meta.url));
const { status } = spawnSync(process.execPath, [setup], { stdio: ['ignore', 'inherit', 'inherit'] });
if (status !== 0) process.exit(status ?? 1);

// npm runs a script in the checkout's folder; the paths that were typed are relative to where that was done.
const { npm_lifecycle_event: script, INIT_CWD: typedIn } = process.env;
if (script === 'cli' && typedIn) process.chdir(typedIn);

await import('tsx');
await import('./main.ts');
