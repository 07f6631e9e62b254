import { writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { makeTempDir, type TempDir } from '../../local/processes/temp-dir';
import { createAuthority } from '../../local/region/network/authority';
import { cli, documentOf } from './recording-host';

let dir: TempDir;
let region: Server;
let asked: { path: string; body: unknown }[];
let env: Record<string, string>;
const before = process.env['KUBEFLOW_EKS_REGION_DIR'];

beforeEach(async () => {
  dir = await makeTempDir();
  process.env['KUBEFLOW_EKS_REGION_DIR'] = dir.path;
  asked = [];
  const { caPem } = await createAuthority();
  region = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      asked.push({ path: request.url ?? '', body: JSON.parse(text) as unknown });
      const urls = [
        'https://kubeflow.acme.example/',
        'https://kubeflow.acme.example/notebook/team-a/workspace/',
      ];
      const body = JSON.parse(text) as object;
      const account = 'ACME\\eve';
      const { as } = body as { as?: string };
      const start =
        as === 'nobody@acme.example' ? undefined : `${urls[0] ?? ''}${as === undefined ? '' : `?as=${as}&x`}`;
      response.end(
        JSON.stringify(
          Array.isArray(body)
            ? body.map((person: object) => ({ account, ...person }))
            : { urls, start, proxyUrl: 'http://127.0.0.1:1', caPem },
        ),
      );
    });
  });
  await new Promise<void>((resolve) => region.listen(0, '127.0.0.1', resolve));
  const program = join(dir.path, 'program');
  await writeFile(program, '', { mode: 0o755 });
  env = {
    PATH: '/nowhere',
    ...Object.fromEntries(
      ['ENVOY', 'OAUTH2_PROXY', 'PILOT_DISCOVERY', 'PILOT_AGENT'].map((name) => [
        `KUBEFLOW_EKS_PROGRAM_${name}`,
        program,
      ]),
    ),
  };
});
afterEach(async () => {
  if (before === undefined) delete process.env['KUBEFLOW_EKS_REGION_DIR'];
  else process.env['KUBEFLOW_EKS_REGION_DIR'] = before;
  region.closeAllConnections();
  region.close();
  await dir.remove();
});

/** Makes the region known as one that this process runs. */
async function publish(): Promise<void> {
  const endpoint = `http://127.0.0.1:${(region.address() as AddressInfo).port}`;
  const connection = { endpoint, pid: process.pid, dir: dir.path };
  await writeFile(join(dir.path, 'connection.json'), JSON.stringify(connection));
}

test('a person is put into the directory of the region, with the groups', async () => {
  await publish();
  const answer = await cli(['local', 'login', 'eve@acme.example', '--groups', 'AWS-a,AWS-b', '--json'], {
    env,
  });
  expect(answer.code).toBe(0);
  const person = { email: 'eve@acme.example', groups: ['AWS-a', 'AWS-b'] };
  expect(documentOf(answer)).toMatchObject({ account: 'ACME\\eve', ...person });
  expect(asked).toEqual([{ path: '/local-region/people', body: [person] }]);
});

test('how to open a deployment names its addresses, and a browser that has a profile of its own', async () => {
  await publish();
  const { code, out } = await cli(['local', 'open', 'acme', '--print'], { env });
  expect(code).toBe(0);
  expect(asked).toEqual([{ path: '/local-region/enter', body: { deployment: 'acme' } }]);
  expect(out).toContain('  https://kubeflow.acme.example/notebook/team-a/workspace/\n');
  expect(out).toMatch(
    /--proxy-server=http:\/\/127\.0\.0\.1:1 --ignore-certificate-errors-spki-list=[\w+/]{43}= /,
  );
});

test('as somebody of the directory, the first address leads by way of it, and is quoted for a shell', async () => {
  await publish();
  const { code, out } = await cli(['local', 'open', 'acme', '--as', 'eve@acme.example', '--print'], { env });
  expect(code).toBe(0);
  expect(asked).toEqual([
    { path: '/local-region/enter', body: { deployment: 'acme', as: 'eve@acme.example' } },
  ]);
  expect(out).toContain(" 'https://kubeflow.acme.example/?as=eve@acme.example&x'\n");
});

test('as somebody whom the directory does not know, it says how to put them there', async () => {
  await publish();
  const { code, err } = await cli(['local', 'open', 'acme', '--as', 'nobody@acme.example', '--print'], {
    env,
  });
  expect(code).not.toBe(0);
  expect(err).toContain('local login nobody@acme.example');
});

test.each([
  ['login', 'eve@acme.example'],
  ['open', 'acme'],
])('without a region that is up, `local %s` says how to bring one up', async (...words) => {
  const { code, err } = await cli(['local', ...words], { env });
  expect(code).not.toBe(0);
  expect(err).toContain('local up CONFIG');
});
