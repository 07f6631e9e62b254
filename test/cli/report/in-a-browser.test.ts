import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { taskStates } from '../../../core/execution/task-states';
import type { AccessRow } from '../../../core/access/access-rows';
import type { ReportModel } from '../../../cli/report/report-model';
import { reportPage } from '../../../cli/report/page/report-page';
import { definitionOf } from '../../workflows/definition';
import { picture, startBrowser } from '../../support/browser';
import { largeReport, sampleReport, sampleRows, steps } from './sample-report';

let browser: Browser;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kubeflow-eks-report-'));
  browser = await startBrowser();
}, 120_000);
afterAll(async () => {
  await browser.close();
  await rm(folder, { recursive: true });
});

/** A page with a report in it, and everything that it asked for or complained of. */
async function open(
  model: ReportModel,
  options: Parameters<Browser['newContext']>[0] = {},
): Promise<{ page: Page; asked: string[]; said: string[] }> {
  const file = join(folder, `${String(Math.random()).slice(2)}.html`);
  await writeFile(file, await reportPage(model));
  const page = await (
    await browser.newContext({ viewport: { width: 1240, height: 900 }, ...options })
  ).newPage();
  const asked: string[] = [];
  const said: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  page.on('console', (message) => said.push(message.text()));
  page.on('pageerror', (error) => said.push(error.message));
  page.on('dialog', (dialog) => {
    said.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.goto(pathToFileURL(file).href);
  return { page, asked, said };
}

const seen = async (page: Page, selector: string): Promise<string[]> =>
  page.evaluate(`[...document.querySelectorAll(${JSON.stringify(selector)})]
    .filter((element) => element.checkVisibility()).map((element) => element.innerText.trim())`);
const people = async (page: Page): Promise<string[]> => seen(page, '.matrix tbody th');
const namespaces = async (page: Page): Promise<string[]> => seen(page, '.matrix thead th:not(.corner)');
/** In which column, by its middle, each shown cell stands: must be below its namespace's head. */
const misplaced = async (page: Page): Promise<string[]> =>
  page.evaluate(`[...document.querySelectorAll('.matrix tbody tr:not([hidden]) .cell:not([hidden])')].flatMap((cell) => {
    const head = document.querySelectorAll('.matrix thead th:not(.corner)')[Number(cell.dataset.c)];
    const [a, b] = [cell.getBoundingClientRect(), head.getBoundingClientRect()];
    return Math.abs(a.left - b.left) < 2 && Math.abs(a.right - b.right) < 2 ? [] : [cell.title];
  })`);

test('asks nobody for anything, whatever is done with it', async () => {
  const { page, asked, said } = await open(sampleReport());
  await page.locator('[name=user]').fill('alice');
  await page.locator('.matrix .cell').filter({ visible: true }).first().click();
  await page.evaluate("dispatchEvent(new Event('beforeprint'))");
  expect(asked).toEqual([page.url()]);
  expect(said).toEqual([]);
  // The policy itself: what a hostile script would try is refused.
  const refused = await page.evaluate<string>(
    "fetch('https://elsewhere.example/').then(() => 'answered', (error) => error.name)",
  );
  expect(refused).toBe('TypeError');
  expect(said.join('\n')).toMatch(/Content Security Policy/);
  expect(asked.filter((url) => url.startsWith('https:'))).toEqual([]);
});

test('filters by user, by group and by namespace; only what says something stays', async () => {
  const { page } = await open(sampleReport());
  expect(await namespaces(page)).toEqual([
    'finance', 'forecasting', 'speech', 'team-2', 'team-10', 'team-a', 'team-b', 'vision',
  ]); // prettier-ignore
  expect(await people(page)).toHaveLength(11);
  expect(await misplaced(page)).toEqual([]);
  await page.locator('[name=user]').fill('DAVE');
  expect([await people(page), await namespaces(page)]).toEqual([
    ['dave@acme.example'],
    ['finance', 'team-2', 'team-10'],
  ]);
  expect(await page.locator('[name=count]').innerText()).toBe('1 of 11 subjects, 3 of 8 namespaces');
  expect(await misplaced(page)).toEqual([]);
  await page.locator('[name=user]').fill('');
  await page.locator('[name=group]').fill('AWS-team-b');
  expect([await people(page), await namespaces(page)]).toEqual([
    ['alice@acme.example', 'carol@acme.example'],
    ['team-b'],
  ]);
  await page.locator('[name=group]').fill('auditors');
  expect(await people(page)).toEqual(['group auditors']);
  await page.locator('[name=group]').fill('');
  await page.locator('[name=namespace]').fill('team-1');
  expect([await people(page), await namespaces(page)]).toEqual([
    ['carol@acme.example', 'dave@acme.example'],
    ['team-10'],
  ]);
  expect(await misplaced(page)).toEqual([]);
  await page.locator('button[type=reset]').click();
  await expectSoon(async () => (await people(page)).length, 11);
  expect(await misplaced(page)).toEqual([]);
});

test('tells why somebody has a role, by mouse and by keyboard', async () => {
  const { page } = await open(sampleReport(), { viewport: { width: 1080, height: 1000 } });
  await page.locator('td.cell[title^="alice@acme.example in team-a"]').click();
  expect(await page.locator('.why').innerText()).toBe(
    [
      'alice@acme.example in team-a',
      'admin: given by directory',
      'by the group AWS-team-a-admins (group_prefix, default_role)',
      'by the object team-a/user-alice-acme-example-admin',
    ].join('\n'),
  );
  const [top, bottom] = await page.evaluate<[number, number]>(
    `[document.querySelector('#timeline').offsetTop, document.querySelector('#access').offsetTop + document.querySelector('#access').offsetHeight]`,
  );
  // docs/images/report.png
  const clip = { x: 0, y: top - 12, width: 1080, height: bottom - top + 24 };
  await picture(page, 'report', { fullPage: true, clip });
  await page.keyboard.press('ArrowRight');
  expect(await page.locator('.why b').innerText()).toBe('alice@acme.example in team-b');
  await page.keyboard.press('ArrowDown');
  expect(await page.locator('.why b').innerText()).toBe('bob@acme.example in team-a');
  const foreign = page.locator('td.foreign').first();
  expect(await foreign.innerText()).toBe('view*');
  await foreign.click();
  expect(await page.locator('.why').innerText()).toContain('not ours');
  expect(await page.locator('td.stale').innerText()).toBe('edit!');
});

test('stands without a script, reasons included', async () => {
  const { page } = await open(sampleReport(), { javaScriptEnabled: false });
  expect(await page.locator('.matrix tbody th').count()).toBe(11);
  expect(await page.locator('form.filters').isVisible()).toBe(false);
  expect(await page.locator('td.cell').first().getAttribute('title')).toContain('by the group');
});

test('nothing that comes from outside becomes a part of the page', async () => {
  const evil = `"><img src=x onerror=alert(1)>'</script><script>alert(2)</script>`;
  const model = sampleReport();
  const rows = sampleRows.map((row): AccessRow => ({
    ...row,
    subject: `${evil}${row.subject}`,
    object: evil,
    because: [{ group: evil, rule: evil }],
  }));
  const row = model.timeline?.rows[0];
  if (row === undefined || model.run === undefined || model.plan === undefined) throw new Error('no sample');
  const { page, asked, said } = await open({
    ...model,
    deployment: evil,
    place: evil,
    version: evil,
    run: { ...model.run, executionArn: `arn:${evil}`, workflow: evil, console: 'javascript:alert(3)' },
    asked: [{ key: evil, value: evil }],
    made: [{ what: evil, name: evil, href: 'javascript:alert(4)' }],
    logs: [{ project: evil, group: evil, stream: evil }],
    timeline: {
      length: 1000,
      rows: [
        {
          ...row,
          label: evil,
          error: evil,
          spans: [{ kind: 'failed', from: 0, to: 900, open: false, label: evil }],
        },
        {
          ...row,
          label: evil,
          kind: 'build',
          spans: [{ kind: 'phase', from: 0, to: 900, open: true, label: evil }],
        },
      ],
    },
    plan: {
      plan: {
        ...model.plan.plan,
        steps: [
          { state: evil, verdict: 'change', changes: [{ action: 'create', what: evil }] },
          { state: evil, verdict: 'follows', changes: [], reason: evil },
          { state: evil, verdict: 'problem', changes: [], problem: { error: evil, message: evil } },
          { state: evil, verdict: 'leave', changes: [] },
        ],
      },
    },
    findings: [{ severity: 'failure', what: evil, detail: evil }],
    access: {
      deployment: evil,
      rows: rows.map((one) => ({ ...one, namespace: `${evil}${one.namespace}`, role: evil })),
      refused: [],
      sharedEmails: [],
      leftBehind: [],
      withoutQuota: [],
      quotaToChange: [],
      quotaKept: [],
    },
    room: {
      groups: model.room?.groups.map((group) => ({ ...group, group: evil, type: evil })) ?? [],
      waiting: [{ pod: evil, why: evil }],
    },
    missing: [{ what: evil, why: evil }],
  });
  await page.locator('.matrix .cell').first().click();
  await page.locator('[name=group]').fill(evil);
  expect(await people(page)).toHaveLength(
    rows.length === 0 ? 0 : new Set(rows.map(({ subject, kind }) => kind + subject)).size,
  );
  expect(await page.locator('img, iframe, object, link[href]').count()).toBe(0);
  expect(await page.locator('script').count()).toBe(1);
  expect(
    await page.evaluate(
      "[...document.querySelectorAll('*')].flatMap((e) => e.getAttributeNames()).filter((n) => n.startsWith('on'))",
    ),
  ).toEqual([]);
  expect(
    await page.evaluate(
      "[...document.links].map((a) => a.protocol).filter((p) => p !== 'https:' && p !== 'file:')",
    ),
  ).toEqual([]);
  expect([asked, said]).toEqual([[page.url()], []]);
});

describe('500 users and 200 namespaces', () => {
  const elements = async (page: Page): Promise<number> =>
    page.evaluate("document.querySelectorAll('.matrix *').length");

  test('six namespaces a user: some thousand elements, and the filter finds one', async () => {
    const { page } = await open(largeReport(6));
    expect(await elements(page)).toBeLessThan(10_000);
    expect(await people(page)).toHaveLength(500);
    expect((await namespaces(page)).slice(0, 3)).toEqual(['team-0', 'team-1', 'team-2']);
    await picture(page, 'access-500');
    await page.locator('[name=user]').fill('user123@');
    expect(await people(page)).toEqual(['user123@acme.example']);
    expect(await namespaces(page)).toHaveLength(6);
    expect(await misplaced(page)).toEqual([]);
  });

  test('eighty each: no more is drawn at once than a browser bears, and the filter finds all', async () => {
    const { page } = await open(largeReport(80));
    const drawn = (await people(page)).length;
    expect(drawn * 80).toBeLessThanOrEqual(12_000);
    expect(await page.locator('.more').innerText()).toContain(`${500 - drawn} more are not drawn`);
    await page.locator('[name=user]').fill('user499@');
    expect(await people(page)).toEqual(['user499@acme.example']);
    expect(await page.locator('.more').isVisible()).toBe(false);
    await page.locator('button[type=reset]').click();
    await page.locator('[name=namespace]').fill('team-17');
    await expectSoon(async () => (await people(page)).length, 500);
  });
});

test.each([
  ['light', { colorScheme: 'light' as const }],
  ['dark', { colorScheme: 'dark' as const }],
  ['narrow', { viewport: { width: 390, height: 844 } }],
])('%s: nothing is wider than the window, and text has contrast', async (name, options) => {
  const { page } = await open(sampleReport(), options);
  await picture(page, `report-${name}`);
  expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
  expect(await page.evaluate(lowContrast)).toEqual([]);
});

test('a note of many lines is folded, what must be seen is not', async () => {
  const { page } = await open(sampleReport());
  expect(await page.locator('.findings details').count()).toBe(1);
  expect(await page.getByText('vision, speech').isVisible()).toBe(true);
  expect(await page.getByText('assumption 18').isVisible()).toBe(false);
  await page.getByText('19 lines').click();
  expect(await page.getByText('assumption 18').isVisible()).toBe(true);
});

test('the sample has the steps of the workflow, and so has the picture in the README that is made of it', () => {
  const names = steps.filter(({ type }) => type === 'Task').map(({ name }) => name);
  expect(names.toSorted()).toEqual(taskStates({ ...definitionOf('provision') }).toSorted());
});

test('on paper the access is there as far as it fits, and as a list where it does not', async () => {
  const { page } = await open(sampleReport());
  await page.emulateMedia({ media: 'print' });
  await page.setViewportSize({ width: 760, height: 1000 });
  await picture(page, 'report-print');
  expect(await page.locator('.matrix').isVisible()).toBe(true);
  expect(await page.locator('form.filters').isVisible()).toBe(false);
  expect(await page.locator('.by-namespace').isVisible()).toBe(true);
});

/** Texts whose contrast with their ground is below 4.5 (WCAG 2.2, 1.4.3), by the colours that the browser computed. */
const lowContrast = `(() => {
  const parts = (color) => (color.match(/[\\d.]+/g) || []).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((v) => v / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const style = getComputedStyle(at);
      const image = style.backgroundImage.match(/^linear-gradient\\((rgba?\\([^)]*\\))/);
      const color = image ? parts(image[1]) : parts(style.backgroundColor);
      if (color.length === 3 || color[3] === 1) return color;
    }
    return [255, 255, 255];
  };
  const texts = [...document.querySelectorAll('body *')].filter((e) =>
    !e.closest('svg, script, datalist, meter') && e.checkVisibility() && [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim() !== ''));
  return [...new Set(texts.flatMap((e) => {
    const [a, b] = [light(parts(getComputedStyle(e).color)), light(ground(e))];
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    return contrast >= 4.5 ? [] : [e.tagName + '.' + e.className + ' ' + contrast.toFixed(2)];
  }))];
})()`;

/** Asks until the answer is what is expected. */
async function expectSoon(ask: () => Promise<unknown>, expected: unknown): Promise<void> {
  for (let tries = 0; (await ask()) !== expected; tries += 1) if (tries > 200) break;
  expect(await ask()).toBe(expected);
}
