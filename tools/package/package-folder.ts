import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import { bundleFunctions, repositoryRoot } from '../../infra/bundle';
import { bundleBuilds } from '../../infra/bundle-builds';
import { prebuiltFolders } from '../../infra/prebuilt';
import { bundleProgram } from './program-bundle';
import { thirdPartyLicences } from './third-party';

/** What of the repository is in the package as it is. */
const asTheyAre = ['CHANGELOG.md', 'LICENSE', 'cdk.json', 'docs', 'examples'] as const;

/** Oldest Node.js that the commands but for the local region's run on (`local/region/node-version.ts`). */
const engines = { node: '>=20' };

interface Manifest {
  name: string;
  version: string;
  description: string;
  license: string;
}

/**
 * Assembles the package: everything in it, so that an installation needs no registry. Where a file of ours is read at run
 * time it lies where it lies in the repository.
 *
 * @param folder whatever was in it is removed
 * @returns name and version
 */
export async function assemblePackage(folder: string): Promise<{ name: string; version: string }> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await bundleProgram(join(folder, 'lib'));
  // The bundles of functions and builds are CommonJS.
  await writeFile(join(folder, 'lib', 'package.json'), '{"type":"module"}\n');
  await bundleFunctions({ outdir: join(folder, prebuiltFolders.functions), sourceMaps: false });
  await bundleBuilds(join(folder, prebuiltFolders.builds));
  for (const part of asTheyAre) await cp(join(repositoryRoot, part), join(folder, part), { recursive: true });
  await cp(join(repositoryRoot, 'local'), join(folder, 'local'), {
    recursive: true,
    filter: isReadAtRunTime,
  });
  // HashiCorp's parser: it looks for its program above the folder in which its code is.
  await cp(require.resolve('@cdktn/hcl2json/main.wasm.gz'), join(folder, 'main.wasm.gz'));
  await writeFile(join(folder, 'THIRD-PARTY.txt'), await thirdPartyLicences(repositoryRoot));
  await writeFile(join(folder, 'README.md'), readme);
  const { name, version, description, license } = JSON.parse(
    await readFile(join(repositoryRoot, 'package.json'), 'utf8'),
  ) as Manifest;
  const manifest = {
    name,
    version,
    description,
    license,
    bin: { [name]: 'lib/kubeflow-eks.js' },
    engines,
  };
  await writeFile(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  return { name, version };
}

/** What the local region is made of but for its sources in TypeScript, which are in the bundle. */
function isReadAtRunTime(source: string): boolean {
  const path = relative(join(repositoryRoot, 'local'), source);
  return !/\.(?:ts|md|in|pyc)$/.test(path) && basename(path) !== '__pycache__';
}

const readme = `# kubeflow-eks

The command line of kubeflow-eks: multi-user Kubeflow on Amazon EKS behind the corporate login.

    npm install --global kubeflow-eks-VERSION.tgz
    kubeflow-eks --help
    kubeflow-eks init

It runs on Node.js 20 or newer. \`rehearse\` and \`local\`, which need no AWS account, run on Node.js 22.21 or newer with
Python 3.10 and Go, and install the rest. docs/operate says what to do when something fails.
`;
