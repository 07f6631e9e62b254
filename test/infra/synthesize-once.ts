/**
 * `tsx test/infra/synthesize-once.ts FOLDER [all]`: makes a folder with the stack without options, or with each set of options
 * in a folder of its own, for all tests (see synthesis.ts). Of several that are asked for the same one makes it.
 */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { lock } from 'proper-lockfile';
import { optionSets } from './option-sets';
import { synthesizeInto } from './synthesize-into';

const [, , folder, which] = process.argv;
if (folder === undefined) throw new Error('usage: synthesize-once FOLDER [all]');
const parent = dirname(folder);
const kind = /^\w+-/.exec(basename(folder))?.[0] ?? '';

async function make(): Promise<void> {
  const unfinished = mkdtempSync(join(parent, 'unfinished-'));
  try {
    if (which === undefined) synthesizeInto(unfinished);
    else
      for (const [name, context] of Object.entries(optionSets)) {
        synthesizeInto(join(unfinished, name), { context });
        // The lock is renewed by a timer.
        await nextTurn();
      }
    for (const old of readdirSync(parent).filter((name) => name.startsWith(kind)))
      rmSync(join(parent, old), { recursive: true, force: true });
    // A rename is atomic: nobody sees half a stack.
    if (!existsSync(folder ?? '')) renameSync(unfinished, folder ?? '');
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
}

async function main(): Promise<void> {
  mkdirSync(parent, { recursive: true });
  // A synthesis keeps this process from renewing its lock: on a busy machine that may take a minute. Who takes a lock over
  // all the same makes the same once more.
  const release = await lock(parent, {
    stale: 180_000,
    retries: { retries: 1_000, minTimeout: 200, factor: 1 },
    onCompromised: () => undefined,
  });
  try {
    if (!existsSync(folder ?? '')) await make();
  } finally {
    await release().catch(() => undefined);
  }
}

void main();
