import { createHash } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import { stackNames } from '../../core/naming';
import { partitionOf } from '../../core/partitions';
import { prebuilt } from '../../infra/prebuilt';
import { cacheSubfolder } from '../cache';
import type { Template } from './intrinsics';
import type { StackTarget } from './synthesize';
import { resolveTemplate, type DeployedResources } from './template';

/** What a synthesis gives. */
export interface Synthesis {
  readonly template: Template;
  /** Folder of the cloud assembly; holds the assets. */
  readonly assemblyDir: string;
  readonly deployed: DeployedResources;
}

/** All of a checkout that decides what its stack and bundles are; a test holds it against what these import. */
export const synthesisSources = [
  ...['adapters', 'builds', 'core', 'infra', 'isolation', 'lambda', 'tasks', 'workflows'],
  ...['local/stack/synthesize.ts', 'cdk.json', 'package.json', 'package-lock.json', 'tsconfig.json'],
] as const;

const root = path.resolve(__dirname, '../..');
/** Assemblies that are kept: each has some 40 MB. */
const kept = 4;

/**
 * The stack of this checkout for a target: from the cache, where the same sources were synthesised for the same target
 * before, which takes ten seconds and more of two cores.
 *
 * @param assemblyDir folder that gets the cloud assembly; whatever was in it is removed
 * @throws Error as {@link synthesize} does
 */
export async function synthesizeOnce(assemblyDir: string, target: StackTarget): Promise<Synthesis> {
  await fs.rm(assemblyDir, { recursive: true, force: true });
  if (prebuilt === undefined) await fromCache(assemblyDir, target);
  // A package has no sources to compare, and brings what takes time.
  else await make(`${assemblyDir}.parts`, target, (made) => fs.rename(made, assemblyDir));
  const template = JSON.parse(
    await fs.readFile(path.join(assemblyDir, `${stackNames.stack}.template.json`), 'utf8'),
  ) as Template;
  const { account: accountId, region } = target;
  const resolving = { accountId, region, partition: partitionOf(region), assemblyDir };
  return { template, assemblyDir, deployed: resolveTemplate(template, resolving) };
}

async function fromCache(assemblyDir: string, target: StackTarget): Promise<void> {
  const folder = cacheSubfolder('stacks');
  const cached = path.join(folder, await digestOf(target));
  if (await copied(cached, assemblyDir)) return;
  await make(`${cached}.${process.pid}`, target, async (made) => {
    await fs.cp(made, assemblyDir, { recursive: true });
    // A rename is atomic; where somebody else was faster, theirs stays.
    await fs.rename(made, cached).catch(() => undefined);
  });
  await removeOld(folder);
}

/** Synthesises in a folder that is removed at the end. */
async function make(
  parts: string,
  target: StackTarget,
  take: (assembly: string) => Promise<void>,
): Promise<void> {
  try {
    // The CDK takes more than a second to load.
    const { synthesize } = await import('./synthesize');
    await synthesize(parts, target);
    await take(path.join(parts, 'assembly'));
  } finally {
    await fs.rm(parts, { recursive: true, force: true });
  }
}

/** Of everything that a synthesis depends on. */
async function digestOf(target: StackTarget): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify([process.version, target]));
  for (const source of synthesisSources) await addTo(hash, source);
  return hash.digest('hex').slice(0, 32);
}

async function addTo(hash: ReturnType<typeof createHash>, source: string): Promise<void> {
  const full = path.join(root, source);
  if ((await fs.stat(full)).isDirectory()) {
    for (const name of (await fs.readdir(full)).sort()) await addTo(hash, path.join(source, name));
  } else hash.update(`\0${source}\0`).update(await fs.readFile(full));
}

/** @returns whether it was there, also to the end of the copy: another process may be removing it */
async function copied(from: string, to: string): Promise<boolean> {
  try {
    await fs.cp(from, to, { recursive: true });
    const now = new Date();
    await fs.utimes(from, now, now);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    await fs.rm(to, { recursive: true, force: true });
    return false;
  }
}

/** Removes what was not used for longest. */
async function removeOld(folder: string): Promise<void> {
  const found = await Promise.all(
    (await fs.readdir(folder))
      .filter((name) => !name.includes('.'))
      .map(async (name) => ({ name, used: (await fs.stat(path.join(folder, name))).mtimeMs })),
  );
  const surplus = found.sort((one, other) => other.used - one.used).slice(kept);
  for (const { name } of surplus) await fs.rm(path.join(folder, name), { recursive: true, force: true });
}
