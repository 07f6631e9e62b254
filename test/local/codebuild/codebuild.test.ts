import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CodeBuild, type CodeBuildOptions } from '../../../local/codebuild/service';
import type { Build } from '../../../local/codebuild/build';
import { waitFor } from '../../../local/processes/wait-for';

let dir: string;
let service: CodeBuild;
let lines: string[];

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'codebuild-'));
  await mkdir(join(dir, 'source'));
  await writeFile(join(dir, 'source', 'file.txt'), 'from the source');
  await mkdir(join(dir, 'builds'));
  lines = [];
});
afterEach(async () => {
  await service.stop();
  await rm(dir, { recursive: true });
});

function start(buildspec: string, options: Partial<CodeBuildOptions> = {}, timeoutMinutes = 5): void {
  service = new CodeBuild({
    projects: [
      {
        name: 'project',
        arn: 'arn:aws:codebuild:eu-west-1:111122223333:project/project',
        buildspec,
        sourceDir: join(dir, 'source'),
        environment: { FROM_PROJECT: 'p', OVERRIDDEN: 'project' },
        serviceRoleArn: 'arn:aws:iam::111122223333:role/build',
        timeoutMinutes,
        image: 'image',
      },
    ],
    accountId: '111122223333',
    region: 'eu-west-1',
    dir: join(dir, 'builds'),
    environment: () => ({ PATH: process.env['PATH'] ?? '' }),
    onLine: (_, line) => lines.push(line),
    ...options,
  });
}

async function call<T>(operation: string, body: unknown): Promise<T> {
  const { status, body: answer } = await service.handle(operation, body);
  if (status !== 200)
    throw new Error(`${(answer as { __type: string }).__type}: ${(answer as { message: string }).message}`);
  return answer as T;
}

async function run(overrides: Record<string, string> = {}): Promise<Build> {
  const { build } = await call<{ build: Build }>('StartBuild', {
    projectName: 'project',
    environmentVariablesOverride: Object.entries(overrides).map(([name, value]) => ({
      name,
      value,
      type: 'PLAINTEXT',
    })),
  });
  expect(build.buildStatus).toBe('IN_PROGRESS');
  return finished(build.id);
}

async function finished(id: string): Promise<Build> {
  return waitFor(
    async () => {
      const { builds } = await call<{ builds: Build[] }>('BatchGetBuilds', { ids: [id] });
      return builds[0]?.buildComplete === true ? builds[0] : undefined;
    },
    { what: 'the build to end' },
  );
}

const statuses = ({ phases }: Build): Record<string, string | undefined> =>
  Object.fromEntries(phases.map(({ phaseType, phaseStatus }) => [phaseType, phaseStatus]));

test('commands of all phases run in one shell, in a copy of the source', async () => {
  start(`
version: 0.2
env:
  variables: { FROM_SPEC: s, OVERRIDDEN: spec }
  exported-variables: [RESULT]
phases:
  install:
    runtime-versions: { nodejs: 22 }
    commands: ['export KEPT=kept', 'cat file.txt', 'echo changed > file.txt']
  build:
    commands:
      - |
        RESULT="$KEPT $FROM_PROJECT $FROM_SPEC $OVERRIDDEN"
        export RESULT
      - test "$(cat file.txt)" = changed
`);
  const build = await run({ OVERRIDDEN: 'request' });

  expect(build.buildStatus).toBe('SUCCEEDED');
  expect(build.exportedEnvironmentVariables).toEqual([{ name: 'RESULT', value: 'kept p s request' }]);
  expect(lines).toContain('from the source');
  expect(lines).toContain("[stand-in] runtime nodejs 22: the region's own is used");
  expect(statuses(build)).toMatchObject({ INSTALL: 'SUCCEEDED', BUILD: 'SUCCEEDED' });
  expect(await readdir(join(dir, 'source'))).toEqual(['file.txt']);
  expect(await readdir(join(dir, 'builds'))).toEqual(['builds.json']);
});

test.each([
  ['install', ['INSTALL', 'FAILED', 'BUILD', undefined, 'POST_BUILD', undefined]],
  ['build', ['INSTALL', 'SUCCEEDED', 'BUILD', 'FAILED', 'POST_BUILD', 'SUCCEEDED']],
])('after a failure in %s what CodeBuild would still run is run', async (failing, expected) => {
  const commands = (phase: string): string =>
    phase === failing ? "['echo before', 'exit-with 3', 'echo after']" : '[":"]';
  start(`
version: 0.2
phases:
  install: { commands: ${commands('install').replace('exit-with', 'bash -c "exit 3"; false; (exit 3) #')}, finally: ['echo finally'] }
  build: { commands: ${commands('build').replace('exit-with', '(exit 3) #')} }
  post_build: { commands: [':'] }
`);
  const build = await run();

  expect(build.buildStatus).toBe('FAILED');
  const found = statuses(build);
  for (let i = 0; i < expected.length; i += 2)
    expect([expected[i], found[expected[i] ?? '']]).toEqual([expected[i], expected[i + 1]]);
  expect(lines).not.toContain('after');
  expect(lines).toContain('finally');
  const failed = build.phases.find(({ phaseStatus }) => phaseStatus === 'FAILED');
  expect(failed?.contexts?.[0]?.message).toContain('exit status 3');
});

test('a build that is stopped leaves no process behind', async () => {
  start("version: 0.2\nphases: { build: { commands: ['echo pid $$', 'sleep 600'] } }");
  const { build } = await call<{ build: Build }>('StartBuild', { projectName: 'project' });
  const pid = Number(
    await waitFor(() => /^pid (\d+)$/.exec(lines.find((line) => line.startsWith('pid ')) ?? '')?.[1], {
      what: 'the pid',
    }),
  );
  await call('StopBuild', { id: build.id });
  expect((await finished(build.id)).buildStatus).toBe('STOPPED');
  expect(() => process.kill(pid, 0)).toThrow('ESRCH');
});

test('a build that takes too long times out', async () => {
  start("version: 0.2\nphases: { build: { commands: ['sleep 600'] } }", {}, 0.005);
  expect((await run()).buildStatus).toBe('TIMED_OUT');
});

test('a build that was under way when the region ended has failed', async () => {
  start("version: 0.2\nphases: { build: { commands: ['sleep 600'] } }");
  const { build } = await call<{ build: Build }>('StartBuild', { projectName: 'project' });
  const first = service;
  start("version: 0.2\nphases: { build: { commands: [':'] } }");
  expect(await finished(build.id)).toMatchObject({ buildStatus: 'FAILED' });
  await first.stop();
});

test('an injected fault fails the build before its first command', async () => {
  start("version: 0.2\nphases: { build: { commands: ['echo ran'] } }", {
    fault: () => new Error('no capacity'),
  });
  const { build } = await call<{ build: Build }>('StartBuild', { projectName: 'project' });
  expect(build.buildStatus).toBe('FAILED');
  expect(lines).toEqual(['no capacity']);
});

test.each<[string, string, unknown, string]>([
  ['an unknown project', 'StartBuild', { projectName: 'other' }, 'ResourceNotFoundException'],
  ['no project', 'StartBuild', {}, 'InvalidInputException'],
  [
    'a variable that is too long',
    'StartBuild',
    { projectName: 'project', environmentVariablesOverride: [{ name: 'A', value: 'x'.repeat(4097) }] },
    'more than 4096',
  ],
  ['an unknown operation', 'DeleteProject', {}, 'no operation DeleteProject'],
])('%s is refused', async (_, operation, body, message) => {
  start("version: 0.2\nphases: { build: { commands: [':'] } }");
  await expect(call(operation, body)).rejects.toThrow(message);
});

test('a part of a build specification that is not run here fails the build and says so', async () => {
  start("version: 0.2\nartifacts: { files: ['*'] }\nphases: { build: { commands: [':'] } }");
  const build = await run();
  expect(build.buildStatus).toBe('FAILED');
  expect(lines.join('\n')).toContain('artifacts');
});
