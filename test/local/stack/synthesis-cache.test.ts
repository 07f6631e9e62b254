import { build } from 'esbuild';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { repositoryRoot } from '../../../infra/bundle';
import { buildPrograms } from '../../../infra/bundle-builds';
import { functionFiles, functionSpec } from '../../../infra/functions';
import { makeTempDir, type TempDir } from '../../../local/processes/temp-dir';
import { synthesisSources, synthesizeOnce } from '../../../local/stack/synthesis-cache';

// A synthesis takes seconds on an idle machine, a minute and more beside other work.
jest.setTimeout(600_000);

const target = { account: '111122223333', region: 'eu-central-1' };

let dir: TempDir;
const before = process.env['KUBEFLOW_EKS_CACHE'];
beforeEach(async () => {
  dir = await makeTempDir();
  process.env['KUBEFLOW_EKS_CACHE'] = join(dir.path, 'cache');
});
afterEach(async () => {
  if (before === undefined) delete process.env['KUBEFLOW_EKS_CACHE'];
  else process.env['KUBEFLOW_EKS_CACHE'] = before;
  await dir.remove();
});

const cached = async (): Promise<string[]> => readdir(join(dir.path, 'cache', 'stacks'));

test('what is synthesised once comes from the cache, as long as the target is the same', async () => {
  const first = await synthesizeOnce(join(dir.path, 'one'), target);
  const [name = '', ...others] = await cached();
  expect(others).toEqual([]);
  // A mark that only a copy of the cache has.
  await writeFile(join(dir.path, 'cache', 'stacks', name, 'mark'), '');
  const second = await synthesizeOnce(join(dir.path, 'two'), target);
  expect(await readdir(second.assemblyDir)).toContain('mark');
  expect(second.template).toEqual(first.template);
  expect(second.deployed.functions[0]?.assetDir).toContain(join(dir.path, 'two'));

  const other = await synthesizeOnce(join(dir.path, 'three'), { ...target, region: 'eu-west-1' });
  expect(await readdir(other.assemblyDir)).not.toContain('mark');
  expect(await cached()).toHaveLength(2);
});

test('the oldest are removed when there are more than four', async () => {
  const folder = join(dir.path, 'cache', 'stacks');
  for (const name of ['a', 'b', 'c', 'd', 'e']) await mkdir(join(folder, name), { recursive: true });
  await synthesizeOnce(join(dir.path, 'one'), target);
  expect(await cached()).toHaveLength(4);
});

test('all that the stack and its bundles are made of decides', async () => {
  const { metafile } = await build({
    absWorkingDir: repositoryRoot,
    entryPoints: [
      'infra/app.ts',
      'local/stack/synthesize.ts',
      ...functionFiles.map((file) => functionSpec(file).entry),
      ...buildPrograms.map((name) => `builds/${name}/main.ts`),
    ],
    outdir: dir.path,
    write: false,
    bundle: true,
    platform: 'node',
    packages: 'external',
    metafile: true,
    logLevel: 'silent',
  });
  const inputs = Object.keys(metafile.inputs).map((input) => resolve(repositoryRoot, input));
  expect(inputs.length).toBeGreaterThan(200);
  const outside = inputs.filter(
    (input) => !synthesisSources.some((source) => input.startsWith(resolve(repositoryRoot, source))),
  );
  expect(outside).toEqual([]);
});
