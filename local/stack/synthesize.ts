import fs from 'node:fs/promises';
import path from 'node:path';
import { stackNames } from '../../core/naming';
import { partitionOf } from '../../core/partitions';
import { makeApp } from '../../infra/app';
import { bundleBuilds } from '../../infra/bundle-builds';
import { bundleFunctions, type BundleOptions, type BundleSize } from '../../infra/bundle';
import { prebuilt } from '../../infra/prebuilt';
import type { Template } from './intrinsics';
import { resolveTemplate, type DeployedResources } from './template';

/** Options of {@link synthesize}. */
export interface SynthesizeOptions {
  /** Folder for the bundles (`bundles/`) and the cloud assembly (`assembly/`). */
  readonly outdir: string;
  readonly account: string;
  readonly region: string;
  readonly context?: Readonly<Record<string, unknown>>;
  readonly entryOf?: BundleOptions['entryOf'];
  /** Folder with the builds, when it is not the repository's. */
  readonly builds?: string;
}

/** What a synthesis gives. */
export interface Synthesis {
  readonly template: Template;
  /** Folder of the cloud assembly; holds the assets. */
  readonly assemblyDir: string;
  readonly bundles: readonly BundleSize[];
  readonly deployed: DeployedResources;
}

/**
 * Bundles the functions and synthesises the stack without the CDK's command line, into a folder of the caller's.
 *
 * @throws Error for a bundle that is too large, and for a finding of cdk-nag that is not acknowledged
 */
export async function synthesize(options: SynthesizeOptions): Promise<Synthesis> {
  const assemblyDir = path.join(options.outdir, 'assembly');
  await fs.rm(assemblyDir, { recursive: true, force: true });
  const { functions, builds, sizes: bundles } = prebuilt ?? (await bundleAll(options));
  const { app } = makeApp({
    outdir: assemblyDir,
    account: options.account,
    region: options.region,
    bundles: functions,
    builds,
    ...(options.context && { context: options.context }),
  });
  app.synth();
  const template = JSON.parse(
    await fs.readFile(path.join(assemblyDir, `${stackNames.stack}.template.json`), 'utf8'),
  ) as Template;
  const deployed = resolveTemplate(template, {
    accountId: options.account,
    region: options.region,
    partition: partitionOf(options.region),
    assemblyDir,
  });
  return { template, assemblyDir, bundles, deployed };
}

async function bundleAll({
  outdir,
  entryOf,
  builds = path.join(outdir, 'builds'),
  builds: given,
}: SynthesizeOptions): Promise<{ functions: string; builds: string; sizes: BundleSize[] }> {
  const functions = path.join(outdir, 'bundles');
  const sizes = await bundleFunctions({ outdir: functions, ...(entryOf && { entryOf }) });
  if (given === undefined) await bundleBuilds(builds);
  // esbuild works in a process of its own, which would stay and keep what it has read.
  await (await import('esbuild')).stop();
  return { functions, builds, sizes };
}
