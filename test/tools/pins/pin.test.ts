import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run, type CommandResult } from '../../../builds/support/command';
import { pinReleases, readWanted } from '../../../tools/pins/pin-releases';
import { replacePin } from '../../../tools/pins/pins';
import { webReader } from '../../../builds/tools/web';
import { releases, tools } from '../../../core/versions';
import { startReleasePages, type Page, type ReleasePages } from './release-pages';

const root = join(__dirname, '../../..');
const versions = join(root, 'core/versions.ts');
const digest = (letter: string): string => letter.repeat(64);
const [amd64, arm64] = ['amd64', 'arm64'].map((key) => tools.kubectl.download(key as 'amd64').sha256 ?? '');

const kubectl = (version: string, machine: string): string =>
  `dl.k8s.io/release/v${version}/bin/linux/${machine}/kubectl.sha256`;
const helm = (version: string, machine: string): string =>
  `get.helm.sh/helm-v${version}-linux-${machine}.tar.gz.sha256sum`;
const eksctl = `github.com/eksctl-io/eksctl/releases/download/v${tools.eksctl.version}/eksctl_checksums.txt`;
const charts = 'aws.github.io/eks-charts/index.yaml';

/** Everything as published, in each publisher's own format. */
const published: Readonly<Record<string, Page>> = {
  // The digest alone, without a line end.
  [kubectl(tools.kubectl.version, 'amd64')]: amd64 ?? '',
  [kubectl(tools.kubectl.version, 'arm64')]: arm64 ?? '',
  // The digest, two spaces, the name.
  [helm(tools.helm.version, 'amd64')]:
    `${tools.helm.download('amd64').sha256 ?? ''}  helm-v${tools.helm.version}-linux-amd64.tar.gz\n`,
  [helm(tools.helm.version, 'arm64')]:
    `${tools.helm.download('arm64').sha256 ?? ''}  helm-v${tools.helm.version}-linux-arm64.tar.gz\n`,
  // All files of the release.
  [eksctl]: ['Darwin_amd64', 'Linux_amd64', 'Linux_arm64', 'Windows_amd64']
    .map((name, index) => `${digest('abcd'[index] ?? '')}  eksctl_${name}.tar.gz\n`)
    .join(''),
  [charts]:
    'apiVersion: v1\nentries:\n  aws-load-balancer-controller:\n' +
    `  - apiVersion: v2\n    appVersion: v3.6.0\n    digest: ${digest('1')}\n    version: 3.6.0\n` +
    `  - apiVersion: v2\n    appVersion: v3.5.0\n    digest: ${digest('2')}\n    version: 3.5.0\n`,
};

let pages: ReleasePages;
let text: string;
let said: string[];
beforeAll(async () => {
  pages = await startReleasePages();
  text = await readFile(versions, 'utf8');
});
afterAll(async () => pages.stop());
beforeEach(() => {
  said = [];
  pages.set(published);
});

async function pin(
  names: readonly string[] = [],
  options: { check?: boolean; timeoutMs?: number } = {},
): Promise<{ text: string; code: number }> {
  const { check = false, timeoutMs = 30_000 } = options;
  return pinReleases(text, readWanted(names, releases), {
    check,
    get: webReader({ attempts: 2, firstPauseMs: 1, timeoutMs, via: pages.url }),
    say: (line) => said.push(line),
    progress: () => undefined,
  });
}

test('what is not pinned is pinned for both architectures, what is pinned as published stays', async () => {
  const pinned = await pin();
  expect(pinned.code).toBe(0);
  expect(pinned.text).toContain(
    [
      '  eksctl: {',
      `    version: '${tools.eksctl.version}',`,
      '    digests: {',
      `      amd64: '${digest('b')}',`,
      `      arm64: '${digest('c')}',`,
      '    },',
      `    source: 'https://${eksctl}',`,
      '  },',
    ].join('\n'),
  );
  expect(pinned.text).toContain(`      noarch: '${digest('2')}',`);
  expect(pinned.text.split("'kubernetes-sigs/kubespray")).toHaveLength(3);
  // The list of eksctl's digests is read once for both.
  expect(pages.asked.filter((address) => address === eksctl)).toHaveLength(1);
});

test('another version is pinned by its name, with the digests of that version', async () => {
  pages.set({
    [kubectl('1.35.9', 'amd64')]: `${digest('e')}\n`,
    [kubectl('1.35.9', 'arm64')]: `${digest('f')}\n`,
  });
  const pinned = await pin(['kubectl@1.35.9']);
  expect(pinned.code).toBe(0);
  expect(pinned.text).toContain(
    `  kubectl: {\n    version: '1.35.9',\n    digests: {\n      amd64: '${digest('e')}'`,
  );
  expect(pinned.text).not.toContain(amd64);
});

test('a publisher that states another digest than the pinned one for the same version is not followed', async () => {
  pages.set({ ...published, [kubectl(tools.kubectl.version, 'arm64')]: digest('9') });
  const pinned = await pin(['kubectl']);
  expect(pinned).toEqual({ text, code: 1 });
  expect(said.join('\n')).toContain(`pinned is ${arm64 ?? ''}, published is ${digest('9')}`);
});

test('checking writes nothing, and tells what is pinned from what is not', async () => {
  expect(await pin([], { check: true })).toEqual({ text, code: 0 });
  expect(said).toContainEqual(expect.stringContaining(`helm ${tools.helm.version}: pinned as published`));
  expect(said).toContain(`eksctl ${tools.eksctl.version} (amd64): not pinned; published is ${digest('b')}`);
});

test.each<[string, Page, RegExp]>([
  ['is gone', { status: 404 }, /could not be read: 404 Not Found/],
  ['fails', { status: 503 }, /could not be read: 503 Service Unavailable/],
  ['names other files only', `${digest('a')}  eksctl_Darwin_amd64.tar.gz\n`, /states no SHA-256/],
  ['is a page of some proxy', '<html>sign in</html>', /states no SHA-256/],
  ['never answers', undefined, /no answer within 2 s/],
])(
  'a source that %s is named, and the others are pinned',
  async (_, page, problem) => {
    pages.set({ ...published, [eksctl]: page });
    const timeoutMs = page === undefined ? 2_000 : 30_000;
    const pinned = await pin(['eksctl', 'aws-load-balancer-controller'], { timeoutMs });
    expect(pinned.code).toBe(3);
    expect(said.join('\n')).toMatch(problem);
    expect(pinned.text).toContain(`      noarch: '${digest('2')}',`);
    expect(pinned.text).toContain(`  eksctl: {\n    version: '${tools.eksctl.version}',\n  },`);
  },
  60_000,
);

test('a table that cannot be found is not guessed', () => {
  expect(() => replacePin('export {};', 'helm', { version: '1.0.0' })).toThrow(/no table of pins/);
  expect(() => replacePin(text, 'kustomize', { version: '1.0.0' })).toThrow(/no entry kustomize/);
});

describe('the command', () => {
  let file: string;
  beforeEach(async () => {
    file = join(await mkdtemp(join(tmpdir(), 'pins-')), 'versions.ts');
    await writeFile(file, text);
  });
  afterEach(async () => rm(join(file, '..'), { recursive: true }));

  const command = async (...args: string[]): Promise<CommandResult> =>
    run(process.execPath, ['--import', 'tsx', 'tools/pins/pin.ts', '--via', pages.url, ...args], {
      cwd: root,
      allowFailure: true,
    });

  test('writes the file as Prettier would, and says so', async () => {
    const { code, stdout, stderr } = await command('--file', file, 'eksctl');
    expect([code, stdout]).toEqual([0, expect.stringContaining(`${file} is written`)]);
    expect(stderr).toContain('[1/1] reading what is published of eksctl');
    expect(await readFile(file, 'utf8')).toContain(digest('b'));
    const prettier = join(root, 'node_modules/prettier/bin/prettier.cjs');
    await run(process.execPath, [prettier, '--config', join(root, '.prettierrc.json'), '--check', file]);
  }, 60_000);

  test('refuses a name that is none, with those that are', async () => {
    const { code, stderr } = await command('--file', file, 'kustomize');
    expect([code, stderr]).toEqual([2, expect.stringContaining('it has kubectl, helm, eksctl')]);
    expect(await readFile(file, 'utf8')).toBe(text);
  }, 60_000);
});
