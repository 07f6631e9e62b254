import fs from 'node:fs/promises';
import path from 'node:path';
import { repositoryRoot } from './bundle';

/** The programs of the builds, by the folder that each is in. */
export const buildPrograms = ['cluster', 'kubeflow', 'teardown', 'tools', 'eks-token'] as const;

/** Where the source of the builds of a checkout is assembled. */
export const defaultBuildSource = path.join(repositoryRoot, 'dist', 'builds');

/**
 * Assembles what CodeBuild gets as its source: the build specifications, the Kubernetes manifests of ours, and each
 * program in one file, `<program>/build.js`, so that a build installs no packages.
 *
 * @param outdir the folder; whatever was in it is removed
 */
export async function bundleBuilds(outdir = defaultBuildSource): Promise<void> {
  const { build } = await import('esbuild');
  await fs.rm(outdir, { recursive: true, force: true });
  await fs.cp(path.join(repositoryRoot, 'builds'), outdir, {
    recursive: true,
    filter: (source) => !source.endsWith('.ts'),
  });
  await build({
    absWorkingDir: repositoryRoot,
    entryPoints: buildPrograms.map((name) => ({ in: `builds/${name}/main.ts`, out: `${name}/build` })),
    outdir,
    bundle: true,
    platform: 'node',
    // The runtime of CodeBuild's standard image.
    target: 'node22',
    format: 'cjs',
    mainFields: ['module', 'main'],
    legalComments: 'none',
    logLevel: 'warning',
  });
}
