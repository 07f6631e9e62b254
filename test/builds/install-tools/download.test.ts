import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run, type Run } from '../../../builds/support/command';
import { createClients } from '../../../adapters/aws/clients';
import { downloadVerified, reader, type Get } from '../../../builds/tools/download';
import { acceptPreinstalled, architectureOf, installTools } from '../../../builds/tools/install-tools';
import { sha256 } from '../../../builds/tools/verify';
import { loadBalancerController, tools, type Download, type Tool } from '../../../core/versions';

const content = Buffer.from('the program');
const digest = sha256(content);
const url = 'https://releases.example/v1/tool_Linux_amd64.tar.gz';
const checksums = 'https://releases.example/v1/checksums.txt';

/** A web of a few files, which remembers what it was asked for. */
function web(files: Readonly<Record<string, string | Buffer>>): { get: Get; asked: string[] } {
  const asked: string[] = [];
  const get: Get = async (address) => {
    asked.push(address);
    const file = files[address];
    if (file === undefined) throw new Error(`404 ${address}`);
    return Promise.resolve(Buffer.from(file));
  };
  return { get, asked };
}

async function download(
  file: Download,
  files: Readonly<Record<string, string | Buffer>>,
  mirror?: string,
): Promise<{ content: Buffer; said: string[]; asked: string[] }> {
  const said: string[] = [];
  const { get, asked } = web(files);
  const options = { get, version: '1.0.0', mirror, say: (line: string) => said.push(line) };
  return { content: await downloadVerified(file, options), said, asked };
}

const listed: Download = { url, published: { kind: 'checksum-list', url: checksums } };
const list = `${'0'.repeat(64)}  other.tar.gz\n${digest} *tool_Linux_amd64.tar.gz\n`;

test('a file that its server does not have is named, with what to do without egress', async () => {
  const server = createServer((_, response) => response.writeHead(404).end());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const clients = createClients({ region: 'eu-central-1' });
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/kubectl`;
  await expect(reader(clients)(address)).rejects.toMatchObject({
    name: 'DownloadFailed',
    message: expect.stringMatching(/kubectl could not be downloaded: 404.*without-egress/) as string,
  });
  clients.destroy();
  server.close();
  server.closeAllConnections();
});

test('a pinned download is verified without asking anybody', async () => {
  const { content: got, asked } = await download({ ...listed, sha256: digest }, { [url]: content });
  expect([got, asked]).toEqual([content, [url]]);
});

test('a download that is not what is pinned is refused, whatever its publisher says now', async () => {
  const swapped = Buffer.from('another program');
  const files = { [url]: swapped, [checksums]: `${sha256(swapped)}  tool_Linux_amd64.tar.gz\n` };
  await expect(download({ ...listed, sha256: digest }, files)).rejects.toMatchObject({
    name: 'ChecksumMismatch',
    message: expect.stringContaining(sha256(swapped)) as string,
  });
});

test.each<[string, Download['published'], string]>([
  ['a list of digests', listed.published, list],
  ['a file with a digest alone', { kind: 'digest-file', url: checksums }, `${digest}\n`],
  [
    'a file with a digest and the name',
    { kind: 'digest-file', url: checksums },
    `${digest}  tool_Linux_amd64\n`,
  ],
  [
    "a Helm repository's index",
    { kind: 'helm-index', url: checksums, chart: 'tool' },
    `entries:\n  tool:\n    - {version: 0.9.0, digest: ${'0'.repeat(64)}}\n    - {version: 1.0.0, digest: ${digest}}\n`,
  ],
])(
  'without a pin it is verified against %s, and the digest is printed to be pinned',
  async (_, published, text) => {
    const { said } = await download({ url, published }, { [url]: content, [checksums]: text });
    expect(said.join()).toContain(`pin ${digest} in core/versions.ts`);
  },
);

test.each([
  ['does not name the file', list.replaceAll('tool_Linux', 'tool_Darwin')],
  ['says something else than a digest', list.replace(digest, 'deadbeef')],
  ['is empty', ''],
])('a download is never used unverified: the checksum file %s', async (_, text) => {
  await expect(download(listed, { [url]: content, [checksums]: text })).rejects.toThrow(
    /cannot be verified and is not used/,
  );
});

test('a mirror serves both files, and is not trusted more than the publisher', async () => {
  const mirror = 's3://mirror/tools/';
  const at = (name: string): string => `s3://mirror/tools/${name}`;
  const files = { [at('tool_Linux_amd64.tar.gz')]: content, [at('checksums.txt')]: list };
  expect((await download(listed, files, mirror)).asked).toEqual(Object.keys(files));
  await expect(
    download(listed, { ...files, [at('tool_Linux_amd64.tar.gz')]: 'other' }, mirror),
  ).rejects.toMatchObject({ name: 'ChecksumMismatch' });
});

test('every download of this project has a publisher that states its digest, for both architectures', () => {
  const downloads = Object.values(tools as Record<string, Tool>).flatMap((tool) =>
    (['amd64', 'arm64'] as const).map((architecture) => tool.download(architecture)),
  );
  expect(downloads).toHaveLength(6);
  for (const { url: address, published } of [...downloads, loadBalancerController.download('noarch')]) {
    expect(address).toMatch(/^https:\/\/.+\d+\.\d+\.\d+/);
    expect(published.url).toMatch(/^https:/);
  }
  expect(new Set(downloads.map(({ url: address }) => address)).size).toBe(6);
  for (const { digestSource, download: of } of Object.values(tools as Record<string, Tool>)) {
    expect(of('amd64').sha256 === undefined).toBe(digestSource === undefined);
  }
});

describe('installing', () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'tools-'));
  });
  afterEach(async () => {
    await rm(dir, { recursive: true });
  });

  test('nothing of a tool is on PATH when its digest is wrong', async () => {
    const { url: address } = tools.kubectl.download('arm64');
    const { get } = web({ [address]: content });
    const into = join(dir, 'bin');
    await expect(
      installTools(['kubectl'], { into, architecture: 'arm64', get, run, say: () => undefined }),
    ).rejects.toMatchObject({ name: 'ChecksumMismatch' });
    await expect(stat(join(into, 'kubectl'))).rejects.toThrow('ENOENT');
  });

  test('an archive is unpacked to its program, which can be run', async () => {
    await run(
      'sh',
      ['-c', 'printf "#!/bin/sh\\necho from the archive\\n" > eksctl && tar -czf archive.tar.gz eksctl'],
      {
        cwd: dir,
      },
    );
    const archive = await readFile(join(dir, 'archive.tar.gz'));
    const { url: address, published } = tools.eksctl.download('amd64');
    const { get } = web({
      [address]: archive,
      [published.url]: `${sha256(archive)}  eksctl_Linux_amd64.tar.gz\n`,
    });
    const into = join(dir, 'bin');
    await installTools(['eksctl'], { into, architecture: 'amd64', get, run, say: () => undefined });
    expect((await run(join(into, 'eksctl'), [])).stdout).toBe('from the archive\n');
  });

  test('a build image that should bring a tool and does not is found out at once', async () => {
    const absent: Run = async () => Promise.resolve({ code: 127, stdout: '', stderr: '' });
    await expect(acceptPreinstalled(['helm'], absent, () => undefined)).rejects.toThrow(
      /helm .* is not on PATH/,
    );
  });
});

test('both architectures of CodeBuild are known, others are refused', () => {
  expect([architectureOf('x64'), architectureOf('arm64')]).toEqual(['amd64', 'arm64']);
  expect(() => architectureOf('ia32')).toThrow(/x86-64 and arm64/);
});
