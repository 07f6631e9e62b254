import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { chromium, type Browser, type Page, type PageScreenshotOptions } from 'playwright-core';

/**
 * Starts a real browser whose internet is the region's, or that has none to speak of.
 *
 * @param proxyUrl {@link Network.proxyUrl}
 */
export async function startBrowser(proxyUrl?: string): Promise<Browser> {
  const { executablePath, args } = await installedBrowser();
  return chromium.launch({
    executablePath,
    args,
    headless: true,
    ...(proxyUrl !== undefined && { proxy: { server: proxyUrl } }),
  });
}

/** Where the browser is, and what it wants to be told wherever it runs. */
export async function installedBrowser(): Promise<{ executablePath: string; args: string[] }> {
  const script = join(__dirname, 'chromium.mjs');
  const { stdout } = await promisify(execFile)(process.execPath, [script]);
  return JSON.parse(stdout) as { executablePath: string; args: string[] };
}

/** A person at the browser, with cookies of their own. */
export async function newPerson(browser: Browser): Promise<Page> {
  // The browser does not know the region's authority.
  const context = await browser.newContext({
    ignoreHTTPSErrors: true,
    viewport: { width: 1000, height: 640 },
  });
  return context.newPage();
}

/** Keeps a picture of a page where `SCREENSHOTS` names a folder: so the documentation's are made. */
export async function picture(page: Page, name: string, options: PageScreenshotOptions = {}): Promise<void> {
  const folder = process.env['SCREENSHOTS'];
  if (folder === undefined) return;
  await mkdir(folder, { recursive: true });
  await page.screenshot({ ...options, path: join(folder, `${name}.png`) });
}
