import { build, type Metafile, type Plugin } from 'esbuild';
import { readFile } from 'node:fs/promises';
import { dirname, relative } from 'node:path';
import { englishOnly, repositoryRoot } from '../../infra/bundle';

/** Files of the bundle by their entry points; `local/region/lifecycle.ts` knows the daemon by its name. */
const entries = { 'kubeflow-eks': 'cli/packaged.ts', daemon: 'local/region/daemon.ts' } as const;

/**
 * Bundles the command line with all it imports, the local region included, as ES modules: one file for each part that is
 * loaded by itself, so that a command reads what it needs and no more.
 *
 * @param outdir folder `lib` of the package; the sources' own folders are looked for beside it
 * @returns what went into it
 */
export async function bundleProgram(outdir: string): Promise<Metafile> {
  const { metafile } = await build({
    absWorkingDir: repositoryRoot,
    entryPoints: Object.entries(entries).map(([out, file]) => ({ in: file, out })),
    outdir,
    bundle: true,
    splitting: true,
    minify: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    mainFields: ['module', 'main'],
    // esbuild compiles what a package brings compiled (infra/prebuilt.ts); a module `performance` is asked for by HashiCorp's
    // parser where Node has no such global, which it has.
    external: ['esbuild', 'performance'],
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
    banner: { js: commonJsNames },
    plugins: [ownFolders, cdkWithoutServices, withoutChecks, englishOnly],
  });
  return metafile;
}

/** What CommonJS packages find in their scope, and where the package is. */
const commonJsNames = `import { createRequire as createRequireHere } from 'node:module';
import { fileURLToPath as pathOfUrl } from 'node:url';
import { dirname as folderOf } from 'node:path';
const require = createRequireHere(import.meta.url);
const __filename = pathOfUrl(import.meta.url);
const __dirname = folderOf(__filename);
const __packageFolder = folderOf(__dirname);`;

/**
 * Our files read others beside them: in the package these lie where they lie in the repository, and so `__dirname` is what
 * it is there. None of the files is a program in a bundle.
 */
const ownFolders: Plugin = {
  name: 'own-folders',
  setup(bundler) {
    bundler.onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      if (path.includes('node_modules')) return undefined;
      const text = await readFile(path, 'utf8');
      const folder = relative(repositoryRoot, dirname(path));
      return {
        loader: 'ts',
        contents: text
          .replaceAll('require.main === module', 'false')
          .replaceAll(/\b__dirname\b/g, `(__packageFolder + ${JSON.stringify(`/${folder}`)})`),
      };
    });
  },
};

/** The library's index has every service of AWS; the stack imports those that it has by their own paths. */
const cdkWithoutServices: Plugin = {
  name: 'cdk-without-services',
  setup(bundler) {
    bundler.onLoad({ filter: /[\\/]node_modules[\\/]aws-cdk-lib[\\/]index\.js$/ }, () => ({
      contents: "module.exports = require('./core');",
    }));
  },
};

/**
 * The rules of cdk-nag and of the CDK's own check have been held against the template of this very version, by its tests;
 * they bring 9 MB and every service of AWS.
 */
const withoutChecks: Plugin = {
  name: 'without-checks',
  setup(bundler) {
    const check = (name: string): string => `class ${name} {
      static _singletonInstance() { return new ${name}(); }
      name = 'checked before it was packaged';
      validate() { return { success: true, violations: [] }; }
    }`;
    bundler.onResolve({ filter: /^cdk-nag$/ }, ({ path }) => ({ path, namespace: 'without-checks' }));
    bundler.onLoad({ filter: /.*/, namespace: 'without-checks' }, () => ({
      contents: `export ${check('AwsSolutionsChecks')}`,
    }));
    bundler.onLoad(
      { filter: /[\\/]core[\\/]lib[\\/]validation[\\/]cloudformation-validate-plugin\.js$/ },
      () => ({
        contents: `exports.CloudFormationValidatePlugin = ${check('CloudFormationValidatePlugin')};`,
      }),
    );
  },
};
