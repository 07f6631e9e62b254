import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { installPrograms } from '../../../local/codebuild/installed-programs';
import { karpenterArchive } from '../../../local/codebuild/karpenter-chart';
import { makeTempDir, type TempDir } from '../../../local/processes/temp-dir';

let dir: TempDir;
let named: string | undefined;

beforeEach(async () => {
  dir = await makeTempDir();
  const helm = join(dir.path, 'real-helm');
  await writeFile(helm, '#!/bin/sh\necho "helm $*"\n', { mode: 0o755 });
  named = process.env['KUBEFLOW_EKS_PROGRAM_HELM'];
  process.env['KUBEFLOW_EKS_PROGRAM_HELM'] = helm;
  await mkdir(join(dir.path, 'charts'));
  await installPrograms(join(dir.path, 'bin'), ['/bin/true']);
});
afterEach(async () => {
  if (named === undefined) delete process.env['KUBEFLOW_EKS_PROGRAM_HELM'];
  else process.env['KUBEFLOW_EKS_PROGRAM_HELM'] = named;
  await dir.remove();
});

const chart = (): string => join(dir.path, 'charts', karpenterArchive);
const helm = (...args: string[]) => promisify(execFile)(join(dir.path, 'bin', 'helm'), args);

test("who installs Karpenter's chart before Karpenter is built waits for it", async () => {
  const installed = helm('upgrade', 'karpenter', chart(), '--install');
  await new Promise((resolve) => setTimeout(resolve, 200));
  await writeFile(chart(), 'a chart');
  const { stdout, stderr } = await installed;
  expect(stdout).toBe(`helm upgrade karpenter ${chart()} --install\n`);
  expect(stderr).toContain('karpenter is being built; the build waits for it');
  // Another chart needs no Karpenter.
  expect((await helm('show', 'crds', '/charts/other-1.0.0.tgz')).stderr).toBe('');
});

test('and is told why it will not be there', async () => {
  await writeFile(`${chart()}.failed`, 'there is no working `go` on the PATH\n');
  await expect(helm('show', 'crds', chart())).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining('no working `go`') as string,
  });
});
