import { execFile } from 'node:child_process';
import fs from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { repositoryRoot } from '../../infra/bundle';
import { buildProjects, buildspecPath } from '../../infra/builds';
import { parseBuildspec, phaseNames } from '../../local/codebuild/buildspec';
import { ensureVirtualEnvironment, findPython } from '../../local/moto/virtual-environment';
import { makeTempDir } from '../../local/processes/temp-dir';

const environment = {
  name: 'shellcheck',
  requirements: path.join(__dirname, 'shellcheck', 'requirements.txt'),
  what: 'ShellCheck',
};

/** Folders of what is fetched or made. */
const notOurs = new Set(['node_modules', '.git', 'dist', 'cdk.out', 'coverage']);

/** Every file of the repository that is a shell script. */
async function shellScripts(folder = repositoryRoot): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await fs.readdir(folder, { withFileTypes: true })) {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory() && !notOurs.has(entry.name)) found.push(...(await shellScripts(file)));
    if (!entry.isFile()) continue;
    const beginning = (await fs.readFile(file, 'utf8')).slice(0, 40);
    if (entry.name.endsWith('.sh') || /^#!.*\b(?:ba|da|k|z)?sh\b/.test(beginning)) found.push(file);
  }
  return found.sort();
}

/** The commands of each build specification as one script: CodeBuild runs them in one shell. */
async function buildScripts(): Promise<Record<string, string>> {
  const scripts: Record<string, string> = {};
  for (const project of buildProjects) {
    const text = await fs.readFile(path.join(repositoryRoot, 'builds', buildspecPath(project)), 'utf8');
    const buildspec = parseBuildspec(text);
    scripts[`${project}-buildspec`] = phaseNames
      .flatMap((name) => {
        const phase = buildspec.phases[name];
        return [...(phase?.commands ?? []), ...(phase?.finally ?? [])];
      })
      .join('\n');
  }
  return scripts;
}

/** Why ShellCheck cannot run here, if so: no suitable Python, or no way to the package. */
async function findProgram(): Promise<string | { missing: string }> {
  try {
    await findPython();
    const interpreter = await ensureVirtualEnvironment(undefined, environment);
    return path.join(path.dirname(interpreter), 'shellcheck');
  } catch (error) {
    return { missing: (error as Error).message };
  }
}

async function findings(program: string, files: readonly string[]): Promise<string> {
  try {
    await promisify(execFile)(program, ['--shell', 'bash', '--format', 'gcc', ...files]);
    return '';
  } catch (error) {
    const { stdout = '' } = error as { stdout?: string };
    if (stdout === '') throw error;
    return stdout;
  }
}

test('the only shell script is the entry of CI', async () => {
  expect((await shellScripts()).map((file) => path.relative(repositoryRoot, file))).toEqual(['.ci/run']);
});

test('ShellCheck finds nothing in the scripts and in the commands of the builds, and what is wrong in a broken one', async () => {
  const program = await findProgram();
  if (typeof program !== 'string') {
    process.stderr.write(`ShellCheck was not run: ${program.missing}\n`);
    return;
  }
  const dir = await makeTempDir('shellcheck-');
  try {
    const files = await shellScripts();
    for (const [name, script] of Object.entries(await buildScripts())) {
      files.push(path.join(dir.path, name));
      await fs.writeFile(path.join(dir.path, name), script);
    }
    expect(await findings(program, files)).toBe('');

    const broken = path.join(dir.path, 'broken');
    await fs.writeFile(broken, 'rm -rf $HOME/$1\n');
    expect(await findings(program, [broken])).toContain('SC2086');
  } finally {
    await dir.remove();
  }
}, 300_000);
