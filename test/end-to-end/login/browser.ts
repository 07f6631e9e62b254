import type { Browser } from 'playwright-core';
import { newPerson, picture, startBrowser } from '../../support/browser';
import type { WayIn } from '../../support/way-in';

/** What is seen in a real browser, with its own idea of cookies, redirects and forms. */
export function inARealBrowser(wayIn: () => WayIn): void {
  let browser: Browser;

  beforeAll(async () => {
    browser = await startBrowser(wayIn().region.network.proxyUrl);
  }, 120_000);
  afterAll(async () => {
    await browser.close();
  });

  it('shows the login page, then the page that was wanted, and after logging out asks again', async () => {
    const page = await newPerson(browser);
    await page.goto(`${wayIn().url}/?ns=team-a`);
    expect(await page.title()).toBe('Sign In');
    expect(await page.textContent('footer')).toContain('stands in for ADFS');
    await picture(page, 'login', { fullPage: true });
    await page.click('button[value="ACME\\\\alice"]');
    await page.waitForURL(`${wayIn().url}/?ns=team-a`);
    expect(await page.textContent('table')).toContain('alice@acme.example');
    await picture(page, 'dashboard');
    const cookies = (await page.context().cookies(wayIn().url)).filter(({ name }) =>
      name.startsWith('oauth2_proxy_kubeflow'),
    );
    expect(cookies.length).toBeGreaterThan(0);
    expect(cookies.every(({ httpOnly, secure, sameSite }) => httpOnly && secure && sameSite === 'Lax')).toBe(
      true,
    );
    await page.click('#sign-out');
    await page.waitForURL(`${wayIn().url}/`);
  });

  it('two tabs that log in at once both come to where they wanted to go', async () => {
    const first = await newPerson(browser);
    const second = await first.context().newPage();
    await Promise.all([first.goto(`${wayIn().url}/one`), second.goto(`${wayIn().url}/two`)]);
    await first.click('button[value="ACME\\\\alice"]');
    await first.waitForURL(`${wayIn().url}/one`);
    await second.click('button[value="ACME\\\\alice"]');
    await second.waitForURL(`${wayIn().url}/two`);
  });

  it('whoever has no grant reads so', async () => {
    await wayIn().mesh.notebook('team-a');
    const page = await newPerson(browser);
    await page.goto(`${wayIn().url}/notebook/team-a/workspace/`);
    await page.click('button[value="ACME\\\\bob"]');
    await page.waitForURL(`${wayIn().url}/notebook/team-a/workspace/`);
    expect(await page.textContent('body')).toContain('RBAC: access denied');
    await picture(page, 'refused');
  });
}
