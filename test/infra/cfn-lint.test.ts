import { execFile } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { stackNames } from '../../core/naming';
import { ensureVirtualEnvironment, findPython } from '../../local/moto/virtual-environment';
import { synthesizeForTest } from './synthesis';

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

/** The findings in a template, one a line. */
async function lint(interpreter: string, template: string): Promise<string[]> {
  const program = path.join(path.dirname(interpreter), 'cfn-lint');
  // W3005: the CDK makes functions and state machines depend on their roles, to which they refer anyway.
  const options = ['--format', 'parseable', '--regions', 'eu-central-1', '--ignore-checks', 'W3005'];
  const parameters = ['--template', template, ...options];
  try {
    await promisify(execFile)(program, parameters, { maxBuffer: 10_000_000 });
    return [];
  } catch (error) {
    // It ends with a code of its own where it found something, and says what on its output.
    const { stdout = '' } = error as { stdout?: string };
    if (stdout === '') throw error;
    return stdout.split('\n').filter((line) => line !== '');
  }
}

it('cfn-lint finds nothing in the template, and what is wrong in a broken one', async () => {
  const found = await findLint();
  if ('missing' in found) {
    process.stderr.write(`cfn-lint was not run: ${found.missing}\n`);
    return;
  }
  const { assemblyDir } = synthesizeForTest();
  const template = path.join(assemblyDir, `${stackNames.stack}.template.json`);
  expect(await lint(found.interpreter, template)).toEqual([]);

  const broken = path.join(assemblyDir, 'broken.json');
  fs.writeFileSync(broken, fs.readFileSync(template, 'utf8').replace('"nodejs24.x"', '"nodejs1.x"'));
  expect((await lint(found.interpreter, broken)).join('\n')).toContain('nodejs1.x');
}, 300_000);
