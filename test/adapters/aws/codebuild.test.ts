import { CodeBuildClient, StartBuildCommand } from '@aws-sdk/client-codebuild';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { AwsClients } from '../../../adapters/aws/clients';
import { readBuilds, type BuildRecord } from '../../../adapters/aws/codebuild';
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

test('builds are reported with their phases and their log, in whatever state they are', async () => {
  expect(await readBuilds(clients, [])).toEqual([]);
  const codebuild = clients.get(CodeBuildClient);
  const ids: string[] = [];
  for (const projectName of ['quick', 'slow']) {
    const { build } = await codebuild.send(new StartBuildCommand({ projectName }));
    ids.push(build?.id ?? '');
  }
  const isThere = (builds: BuildRecord[]): boolean =>
    builds[0]?.status === 'SUCCEEDED' && builds[1]?.phases.at(-1)?.type === 'BUILD';

  const deadline = Date.now() + 20_000;
  let builds = await readBuilds(clients, ids);
  while (!isThere(builds) && Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    builds = await readBuilds(clients, ids);
  }

  expect(builds).toMatchObject([
    { project: 'quick', status: 'SUCCEEDED' },
    {
      id: expect.stringMatching(/^slow:/) as string,
      project: 'slow',
      status: 'IN_PROGRESS',
      startedAt: expect.any(Date) as Date,
      log: { group: '/aws/codebuild/slow', stream: expect.any(String) as string },
    },
  ]);
});
