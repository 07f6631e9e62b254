import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parseAllDocuments } from 'yaml';
import { cacheSubfolder } from '../cache';
import { moduleFolder as sources } from '../programs/module-folders';

const istioModule = 'istio.io/api';
const file = 'kubernetes/customresourcedefinitions.gen.yaml';

export interface CustomResourceDefinition {
  metadata: { name: string };
  spec: { group: string; names: { kind: string; plural: string }; versions: { name: string }[] };
}

/**
 * Istio's own CustomResourceDefinitions, at the version in the local region's go.mod. They come out of the Go module
 * that Istio publishes them in, checked by go.sum, and are kept as JSON in the cache folder: the repository has no copy.
 *
 * @throws Error when they are not cached and Go cannot fetch the module.
 */
export async function istioCrds(
  environment: NodeJS.ProcessEnv = process.env,
): Promise<CustomResourceDefinition[]> {
  const sums = await readFile(join(sources, 'go.sum'), 'utf8');
  const pinned = sums
    .split('\n')
    .find((line) => line.startsWith(`${istioModule} `) && !line.includes('/go.mod'));
  if (pinned === undefined) throw new Error(`go.sum of the local region does not pin ${istioModule}`);
  const digest = createHash('sha256').update(pinned).digest('hex').slice(0, 16);
  const cached = join(cacheSubfolder('definitions', environment), `istio-crds-${digest}.json`);
  if (!existsSync(cached)) {
    const yaml = await readFile(join(await moduleFolder(environment), file), 'utf8');
    const documents = parseAllDocuments(yaml)
      .map((document) => document.toJS() as CustomResourceDefinition | null)
      .filter((definition) => definition !== null);
    const next = `${cached}.${process.pid}`;
    await writeFile(next, JSON.stringify(documents));
    await rename(next, cached);
  }
  return JSON.parse(await readFile(cached, 'utf8')) as CustomResourceDefinition[];
}

async function moduleFolder(environment: NodeJS.ProcessEnv): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)('go', ['mod', 'download', '-json', istioModule], {
      cwd: sources,
      env: { ...environment, GOTOOLCHAIN: 'local', GOFLAGS: '-mod=mod' },
    });
    return (JSON.parse(stdout) as { Dir: string }).Dir;
  } catch (error) {
    throw new Error(
      `the Istio definitions could not be had from the Go module ${istioModule}; is Go on the PATH?`,
      {
        cause: error,
      },
    );
  }
}
