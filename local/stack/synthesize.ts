import path from 'node:path';
import { makeApp } from '../../infra/app';
import { bundleBuilds } from '../../infra/bundle-builds';
import { bundleFunctions } from '../../infra/bundle';
import { prebuilt } from '../../infra/prebuilt';

/** For what a stack is synthesised. */
export interface StackTarget {
  readonly account: string;
  readonly region: string;
  readonly context?: Readonly<Record<string, unknown>>;
}

/**
 * Bundles the functions and synthesises the stack without the CDK's command line.
 *
 * @param outdir folder for the cloud assembly (`assembly/`), and for the bundles and builds that it is made of
 * @throws Error for a bundle that is too large, and for a finding of cdk-nag that is not acknowledged
 */
export async function synthesize(outdir: string, { account, region, context }: StackTarget): Promise<void> {
  const { functions, builds } = prebuilt ?? (await bundleAll(outdir));
  const { app } = makeApp({
    outdir: path.join(outdir, 'assembly'),
    account,
    region,
    bundles: functions,
    builds,
    ...(context && { context }),
  });
  app.synth();
}

async function bundleAll(outdir: string): Promise<{ functions: string; builds: string }> {
  const functions = path.join(outdir, 'bundles');
  const builds = path.join(outdir, 'builds');
  await bundleFunctions({ outdir: functions });
  await bundleBuilds(builds);
  // esbuild works in a process of its own, which would stay and keep what it has read.
  await (await import('esbuild')).stop();
  return { functions, builds };
}
