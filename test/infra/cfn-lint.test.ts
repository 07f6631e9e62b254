import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { stackNames } from '../../core/naming';
import { ensureVirtualEnvironment, findPython } from '../../local/moto/virtual-environment';
import { removeSynthesis, synthesizeForTest } from './synthesis';

afterAll(removeSynthesis);

const environment = {
  name: 'cfn-lint',
  requirements: path.join(__dirname, 'cfn-lint', 'requirements.txt'),
  what: 'cfn-lint',
};

/** Why this test cannot run here, if so: no suitable Python, or no way to the packages. */
async function findLint(): Promise<{ interpreter: string } | { missing: string }> {
  try {
    await findPython();
    return { interpreter: await ensureVirtualEnvironment(undefined, environment) };
  } catch (error) {
    return { missing: (error as Error).message };
  }
}

it('cfn-lint finds nothing in the template', async () => {
  const lint = await findLint();
  if ('missing' in lint) {
    process.stderr.write(`cfn-lint was not run: ${lint.missing}\n`);
    return;
  }
  const template = path.join(synthesizeForTest().assemblyDir, `${stackNames.stack}.template.json`);
  const { stdout } = await promisify(execFile)(
    lint.interpreter,
    ['-m', 'cfnlint', '--template', template, '--format', 'parseable', '--regions', 'eu-central-1'],
    { maxBuffer: 10_000_000 },
  ).catch((error: unknown) => ({
    stdout: (error as { stdout?: string; message: string }).stdout ?? String(error),
  }));
  expect(stdout.split('\n').filter((line) => line !== '')).toEqual([]);
}, 300_000);
