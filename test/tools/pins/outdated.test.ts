import { join } from 'node:path';
import { run } from '../../../builds/support/command';
import { compareVersions, followed, lookUp, verdict, type Outlook } from '../../../tools/pins/latest';
import { webReader } from '../../../builds/tools/web';
import { startReleasePages, type Page, type ReleasePages } from './release-pages';
import { defined } from '../../../core/defined';

const root = join(__dirname, '../../..');
const stable = 'dl.k8s.io/release/stable.txt';
const eksctl = 'api.github.com/repos/eksctl-io/eksctl/releases?per_page=30';
const kubeflow = 'api.github.com/repos/kubeflow/community-distribution/releases?per_page=30';

const release = (tag: string, more: object = {}): object => ({
  url: 'https://api.github.com/repos/o/r/releases/1',
  tag_name: tag,
  draft: false,
  prerelease: false,
  assets: [],
  ...more,
});

/** As the hosts answer: a version with a line end, GitHub's list, a chart repository's index. */
const pages: Readonly<Record<string, Page>> = {
  [stable]: 'v1.37.1',
  'dl.k8s.io/release/stable-1.35.txt': 'v1.35.9',
  'get.helm.sh/helm4-latest-version': 'v4.3.0\n',
  'get.helm.sh/helm3-latest-version': 'v3.22.0\n',
  [eksctl]: JSON.stringify([
    release('v0.232.0-rc.0', { prerelease: true }),
    release('v0.231.0', { draft: true }),
    release('v0.230.0'),
    release('v0.99.0'),
  ]),
  'aws.github.io/eks-charts/index.yaml':
    'apiVersion: v1\nentries:\n  aws-load-balancer-controller:\n' +
    ['3.10.0', '3.6.0', '3.5.1', '3.5.0'].map((version) => `  - version: ${version}\n`).join(''),
  [kubeflow]: JSON.stringify([release('26.03.1'), release('26.09'), release('v1.11.0'), release('26.03')]),
};

let server: ReleasePages;
beforeAll(async () => {
  server = await startReleasePages();
});
afterAll(async () => server.stop());
beforeEach(() => {
  server.set(pages);
});

async function lookAll(timeoutMs = 30_000): Promise<Record<string, Outlook>> {
  const get = webReader({ attempts: 2, firstPauseMs: 1, timeoutMs, via: server.url });
  const found = await Promise.all(followed.map(async (releases) => lookUp(releases, get)));
  return Object.fromEntries(found.map((outlook) => [outlook.name, outlook]));
}

test('the latest of each is found, and the latest that fits where not any does', async () => {
  expect(await lookAll()).toMatchObject({
    kubectl: { latest: '1.37.1', compatible: '1.35.9' },
    helm: { latest: '4.3.0', compatible: '3.22.0' },
    eksctl: { latest: '0.230.0' },
    'aws-load-balancer-controller': { latest: '3.10.0', compatible: '3.5.1' },
    kubeflow: { latest: '26.09', compatible: '26.03.1' },
  });
});

test('what to do follows from the three versions', () => {
  const outlook = (pinned: string, latest?: string, compatible?: string): Outlook => ({
    name: 'tool',
    pinned,
    source: '',
    ...defined({ latest, compatible }),
  });
  expect(verdict(outlook('1.0.0', '1.0.0'))).toBe('newest');
  expect(verdict(outlook('1.0.0', '1.2.0'))).toBe('take 1.2.0');
  expect(verdict(outlook('1.0.0', '2.0.0', '1.0.1'))).toBe('take 1.0.1');
  expect(verdict(outlook('1.0.0', '2.0.0', '1.0.0'))).toBe('2.0.0 needs a look');
  expect(verdict(outlook('1.0.0'))).toBe('unknown');
});

test('versions are ordered by their numbers', () => {
  expect(['3.10.0', '26.03', '3.9.1', '26.03.1', '3.9'].sort(compareVersions)).toEqual([
    '3.9',
    '3.9.1',
    '3.10.0',
    '26.03',
    '26.03.1',
  ]);
});

test.each<[string, Page, RegExp]>([
  [
    'refuses for having been asked too often',
    { status: 403, headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1795521600' } },
    /403 Forbidden \(asked too often; again after 2026-11-24T/,
  ],
  ['answers with a page of some proxy', '<html>sign in</html>', /Unexpected token/],
  ['lists nothing', '[]', /lists no release/],
  ['never answers', undefined, /no answer within 2 s/],
])(
  'a source that %s is named, and the others are found',
  async (_, page, problem) => {
    server.set({ ...pages, [eksctl]: page });
    const { eksctl: broken, kubectl } = await lookAll(page === undefined ? 2_000 : 30_000);
    expect(broken?.problem).toMatch(problem);
    expect(kubectl?.problem).toBeUndefined();
  },
  60_000,
);

test('the command prints a table or JSON, and its exit code tells whether all could be read', async () => {
  const command = async (...args: string[]) =>
    run(process.execPath, ['--import', 'tsx', 'tools/pins/outdated.ts', '--via', server.url, ...args], {
      cwd: root,
      allowFailure: true,
    });
  const plain = await command();
  expect(plain).toMatchObject({ code: 0, stderr: expect.stringContaining('helm: found') as string });
  expect(plain.stdout).toMatch(
    /^kubectl +1\.35\.8 +1\.37\.1 +1\.35\.9 +take 1\.35\.9 +https:\/\/dl\.k8s\.io/m,
  );
  server.set({ ...pages, [stable]: { status: 404 } });
  const broken = await command('--json');
  expect(broken.code).toBe(3);
  expect(JSON.parse(broken.stdout)).toContainEqual(
    expect.objectContaining({
      name: 'kubectl',
      pinned: '1.35.8',
      verdict: 'unknown',
      problem: expect.stringContaining('404') as string,
    }),
  );
}, 60_000);
