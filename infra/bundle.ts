import type { Metafile, Plugin } from 'esbuild';
import fs from 'node:fs/promises';
import path from 'node:path';
import { messageOf } from '../core/errors';
import { functionFiles, functionSpec, type FunctionFile } from './functions';

/** The repository's root: entry points are relative to it. */
export const repositoryRoot = path.resolve(__dirname, '..');

/** Where the bundles of a checkout are. */
export const defaultBundlesFolder = path.join(repositoryRoot, 'dist', 'functions');

/** Largest allowed bundle in bytes, where there is a limit: a cold start reads and compiles all of it. */
export const sizeLimits: Partial<Record<FunctionFile, number>> = { 'profile-manager': 1_000_000 };

/** The size of one bundle. */
export interface BundleSize {
  readonly file: FunctionFile;
  readonly bytes: number;
}

/** Options of {@link bundleFunctions}. */
export interface BundleOptions {
  /** Folder that gets one folder for each function. */
  readonly outdir?: string;
  /** Where a function's entry point is; by default what {@link functionSpec} says. */
  readonly entryOf?: (file: FunctionFile) => string;
  /** Source maps beside the bundles, by default. */
  readonly sourceMaps?: boolean;
}

/**
 * Bundles every function in one pass: `<outdir>/<file>/index.js`, minified, with everything it imports.
 *
 * The SDK is bundled too: the copy in the Lambda runtime changes without notice and is slower to load, because
 * it is read as hundreds of files. Source maps stand beside the bundles and are not deployed.
 *
 * @returns the sizes, largest first
 * @throws Error when a bundle exceeds its limit, and esbuild's own for a file that cannot be bundled
 */
export async function bundleFunctions(options: BundleOptions = {}): Promise<BundleSize[]> {
  const outdir = options.outdir ?? defaultBundlesFolder;
  const entryOf = options.entryOf ?? ((file) => functionSpec(file).entry);
  const { build } = await import('esbuild');
  await fs.rm(outdir, { recursive: true, force: true });
  const { metafile } = await build({
    absWorkingDir: repositoryRoot,
    entryPoints: functionFiles.map((file) => ({ in: entryOf(file), out: `${file}/index` })),
    outdir,
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    mainFields: ['module', 'main'],
    ...(options.sourceMaps !== false && { sourcemap: 'external' as const }),
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
    plugins: [englishOnly],
  });
  const sizes = bundleSizes(metafile, outdir);
  for (const { file, bytes } of sizes) {
    const limit = sizeLimits[file];
    if (limit !== undefined && bytes > limit) {
      throw new Error(
        `the bundle of ${file} has ${bytes} bytes, more than the ${limit} it may have: ${heaviest(metafile, file)}`,
      );
    }
  }
  return sizes;
}

/** zod brings its messages in fifty languages, a third of a bundle; ours are in English. */
export const englishOnly: Plugin = {
  name: 'english-only',
  setup(bundler) {
    bundler.onLoad({ filter: /[\\/]zod[\\/]v4[\\/]locales[\\/]index\.js$/ }, () => ({
      contents: "export { default as en } from './en.js';",
    }));
  },
};

function bundleSizes(metafile: Metafile, outdir: string): BundleSize[] {
  const bytes = new Map(
    Object.entries(metafile.outputs).map(([file, output]) => [
      path.resolve(repositoryRoot, file),
      output.bytes,
    ]),
  );
  return functionFiles
    .map((file) => ({ file, bytes: bytes.get(path.join(path.resolve(outdir), file, 'index.js')) ?? 0 }))
    .sort((one, other) => other.bytes - one.bytes);
}

/** The packages that weigh most in a bundle, for the message of one that is too heavy. */
function heaviest(metafile: Metafile, file: FunctionFile): string {
  const output = Object.entries(metafile.outputs).find(([name]) => name.endsWith(`${file}/index.js`))?.[1];
  const packages = new Map<string, number>();
  for (const [input, { bytesInOutput }] of Object.entries(output?.inputs ?? {})) {
    const name = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input)?.[1] ?? 'own code';
    packages.set(name, (packages.get(name) ?? 0) + bytesInOutput);
  }
  return [...packages]
    .sort(([, one], [, other]) => other - one)
    .slice(0, 5)
    .map(([name, bytes]) => `${name} ${bytes}`)
    .join(', ');
}

/** The sizes as lines of text. */
export function formatSizes(sizes: readonly BundleSize[]): string {
  const width = Math.max(...sizes.map(({ file }) => file.length));
  return sizes
    .map(({ file, bytes }) => `${file.padEnd(width)} ${(bytes / 1000).toFixed(1).padStart(8)} kB`)
    .join('\n');
}

/** `tsx infra/bundle.ts`: bundles and prints the sizes. */
if (require.main === module) {
  bundleFunctions().then(
    (sizes) => {
      process.stdout.write(`${formatSizes(sizes)}\n`);
    },
    (error: unknown) => {
      process.stderr.write(`${messageOf(error)}\n`);
      process.exitCode = 1;
    },
  );
}
