import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { chromium, type Browser, type Page } from 'playwright-core';
import { makeTempDir, type TempDir } from '../../../local/processes/temp-dir';
import { waitFor } from '../../../local/processes/wait-for';
import { operator } from '../../../local/region';
import { createAuthority } from '../../../local/region/network/authority';
import { installedBrowser } from '../../support/browser';
import type { WayIn } from '../../support/way-in';

const root = join(__dirname, '../../..');

/** `kubeflow-eks local open`, with the browser that it opens. */
export function openedInABrowser(wayIn: () => WayIn): void {
  let dir: TempDir;
  let out: string;
  let browser: Browser;
  let page: Page;
  let elsewhere: Server;

  /** What stands for somebody's browser: headless, and with a door for the test. All else is said by `local open`. */
  async function writeBrowser(file: string): Promise<void> {
    const { executablePath, args } = await installedBrowser();
    const words = [executablePath, ...args, '--remote-debugging-port=0'].map(
      (word) => `'${word.replaceAll("'", `'\\''`)}'`,
    );
    await writeFile(
      file,
      `#!/bin/sh\nif [ "$1" = --version ]; then echo Chromium; exit; fi\n` +
        `exec ${words.join(' ')} "$@" 2> '${file}.said'\n`,
      { mode: 0o755 },
    );
  }

  /** The region of these tests, as one that `local up` has left up. */
  async function publishRegion(): Promise<void> {
    const { endpoint } = wayIn().region.gateway;
    const { region, accountId } = wayIn().region.options;
    await writeFile(
      join(dir.path, 'connection.json'),
      JSON.stringify({
        ...{ endpoint, region, accountId, credentials: operator, pid: process.pid },
        dir: join(dir.path, 'region'),
        startedAt: new Date().toISOString(),
      }),
    );
  }

  beforeAll(async () => {
    dir = await makeTempDir('kubeflow-eks-opened-');
    await mkdir(join(dir.path, 'region'));
    await writeBrowser(join(dir.path, 'browser'));
    await publishRegion();
    const { cert, key } = await (await createAuthority()).certify('localhost');
    elsewhere = createServer({ cert, key }, (_, response) => response.end('elsewhere'));
    await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));

    ({ stdout: out } = await promisify(execFile)(
      process.execPath,
      ['--import', 'tsx', join(root, 'cli/main.ts'), 'local', 'open', wayIn().cluster.clusterName].concat([
        '--as',
        'alice@acme.example',
      ]),
      {
        cwd: root,
        env: {
          ...process.env,
          KUBEFLOW_EKS_REGION_DIR: dir.path,
          KUBEFLOW_EKS_BROWSER: join(dir.path, 'browser'),
        },
      },
    ));
    const door = join(dir.path, 'region', 'browser', 'DevToolsActivePort');
    await waitFor(() => existsSync(door), { what: 'the browser to be up', timeoutMs: 60_000 });
    const [port = '', path = ''] = (await readFile(door, 'utf8')).split('\n');
    browser = await chromium.connectOverCDP(`ws://127.0.0.1:${port}${path}`);
    page = await waitFor(() => browser.contexts()[0]?.pages()[0], { what: 'the page to be open' });
  }, 120_000);

  afterAll(async () => {
    // What playwright closes of a browser that it has not started is the door alone.
    await (await browser.newBrowserCDPSession()).send('Browser.close').catch(() => undefined);
    elsewhere.closeAllConnections();
    elsewhere.close();
    await dir.remove();
  });

  it('comes to the dashboard as that person, by names and certificates of the region', async () => {
    expect(out).toContain(`opened in ${join(dir.path, 'browser')}\n`);
    expect(out).toContain(`  ${wayIn().url}/notebook/team-a/workspace/\n`);
    await page.waitForURL(`${wayIn().url}/`, { timeout: 60_000 });
    expect(await page.title()).toBe('dashboard – Kubeflow');
    expect(await page.textContent('table')).toContain('alice@acme.example');
  });

  it('has the notebooks that it names, each for whom the directory grants it', async () => {
    await page.goto(`${wayIn().url}/notebook/team-a/workspace/`);
    expect(await page.textContent('table')).toContain('alice@acme.example');
  });

  it('logs out, and is asked by the directory who it is then', async () => {
    await page.goto(`${wayIn().url}/`);
    await page.click('#sign-out');
    await page.waitForURL(`${wayIn().url}/`);
    // The directory knows the browser still, as a company's does: `--as` signed it in there.
    expect(await page.textContent('table')).toContain('alice@acme.example');
  });

  it("believes the region's authority, and no other", async () => {
    const { port } = elsewhere.address() as AddressInfo;
    await expect(page.goto(`https://localhost:${port}/`)).rejects.toThrow('ERR_CERT_AUTHORITY_INVALID');
  });

  it('knows the names of the region, and of nothing else', async () => {
    await expect(page.goto('https://www.example.org/')).rejects.toThrow('ERR_TUNNEL_CONNECTION_FAILED');
  });
}
