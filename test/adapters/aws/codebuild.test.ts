import { CodeBuildClient, StartBuildCommand } from '@aws-sdk/client-codebuild';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { AwsClients } from '../../../adapters/aws/clients';
import { runningBuilds } from '../../../adapters/aws/codebuild';
import { CodeBuild } from '../../../local/codebuild/service';
import { makeTempDir, type TempDir } from '../../../local/processes/temp-dir';
import { jsonApi } from '../../../local/region/services/json-api';
import { gatewayClients } from '../../support/gateway';

let dir: TempDir;
let service: CodeBuild;
let clients: AwsClients;
let close: () => Promise<void>;

beforeAll(async () => {
  dir = await makeTempDir();
  await mkdir(join(dir.path, 'source'));
  service = new CodeBuild({
    projects: ['quick', 'slow'].map((name) => ({
      name,
      arn: `arn:aws:codebuild:eu-west-1:111122223333:project/${name}`,
      buildspec: `version: 0.2\nphases: { build: { commands: ['${name === 'slow' ? 'sleep 600' : ':'}'] } }`,
      sourceDir: join(dir.path, 'source'),
      environment: {},
      serviceRoleArn: 'arn:aws:iam::111122223333:role/build',
      timeoutMinutes: 5,
      image: 'image',
    })),
    accountId: '111122223333',
    region: 'eu-west-1',
    dir: dir.path,
    environment: () => ({ PATH: process.env['PATH'] ?? '' }),
    onLine: () => undefined,
  });
  ({ clients, close } = await gatewayClients({
    codebuild: [jsonApi(service.handle, 'application/x-amz-json-1.1')],
  }));
});

afterAll(async () => {
  await service.stop();
  await close();
  await dir.remove();
});

test('only the build that is under way is reported, with its phase and its log', async () => {
  expect(await runningBuilds(clients, ['quick', 'slow'])).toEqual([]);
  const codebuild = clients.get(CodeBuildClient);
  for (const projectName of ['quick', 'slow']) await codebuild.send(new StartBuildCommand({ projectName }));

  const deadline = Date.now() + 20_000;
  let running = await runningBuilds(clients, ['quick', 'slow']);
  while ((running.length !== 1 || running[0]?.phase !== 'BUILD') && Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    running = await runningBuilds(clients, ['quick', 'slow']);
  }

  expect(running).toEqual([
    {
      id: expect.stringMatching(/^slow:/) as string,
      project: 'slow',
      phase: 'BUILD',
      startedAt: expect.any(Date) as Date,
      log: { group: '/aws/codebuild/slow', stream: expect.any(String) as string },
    },
  ]);
});
