/**
 * How a browser bears a report with the access of 500 users to 200 namespaces: opening it, filtering to one user, and taking
 * the filter away.
 *
 *     npm run --silent bench:report [-- --rounds 5 --json]
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Browser } from 'playwright-core';
import { reportPage } from '../../../cli/report/page/report-page';
import { largeReport } from '../../../test/cli/report/sample-report';
import { startBrowser } from '../../../test/support/browser';
import { atMost, printTable, printVerdicts, runBench, say } from '../support/output';
import { median, rounded, timed } from '../support/stats';

/** Namespaces of each user: of a company with small teams, and many more than anybody has. */
const sizes = [6, 80] as const;

/** Up to a second somebody waits without losing the thread (Nielsen, Response Times: The 3 Important Limits). */
const limit = { filter: 1000 };

/** Milliseconds. */
interface Measured {
  readonly open: number;
  readonly filter: number;
  readonly clear: number;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { rounds: { type: 'string', default: '5' }, json: { type: 'boolean', default: false } },
  });
  const folder = await mkdtemp(join(tmpdir(), 'kubeflow-eks-bench-report-'));
  const browser = await startBrowser();
  try {
    const rows: (Measured & { namespaces: number; megabytes: number })[] = [];
    for (const namespaces of sizes) {
      say(`500 users with ${namespaces} of 200 namespaces each …`);
      const file = join(folder, `${namespaces}.html`);
      const page = await reportPage(largeReport(namespaces));
      await writeFile(file, page);
      const rounds: Measured[] = [];
      for (let round = 0; round < Number(values.rounds); round += 1) rounds.push(await look(browser, file));
      const middle = (of: keyof Measured): number => rounded(median(rounds.map((each) => each[of])));
      rows.push({
        namespaces,
        megabytes: rounded(Buffer.byteLength(page) / 1e6),
        open: middle('open'),
        filter: middle('filter'),
        clear: middle('clear'),
      });
    }
    const verdicts = rows.map(({ namespaces, filter }) =>
      atMost(`filter, ${namespaces} namespaces each, in ms`, filter, limit.filter),
    );
    if (values.json) process.stdout.write(`${JSON.stringify({ rows, verdicts }, null, 2)}\n`);
    else {
      printTable(
        ['namespaces of a user', 'page (MB)', 'opened (ms)', 'filtered (ms)', 'all again (ms)'],
        rows.map(({ namespaces, megabytes, open, filter, clear }) => [
          namespaces,
          megabytes,
          open,
          filter,
          clear,
        ]),
      );
      printVerdicts(verdicts);
    }
    if (verdicts.some(({ met }) => !met)) process.exitCode = 1;
  } finally {
    await browser.close();
    await rm(folder, { recursive: true });
  }
}

async function look(browser: Browser, file: string): Promise<Measured> {
  // Not closed: this browser is one process, and would end with its last page.
  const context = await browser.newContext({ viewport: { width: 1240, height: 900 } });
  const page = await context.newPage();
  const { ms: open } = await timed(async () => {
    await page.goto(`file://${file}`);
    await page.locator('.matrix tbody th').first().waitFor();
  });
  const filter = await page.evaluate<number>(typed('user123@', '=== 1'));
  const clear = await page.evaluate<number>(typed('', '> 1'));
  return { open, filter, clear };
}

/** From a text in the field for users to the second frame after as many rows are shown. */
const typed = (text: string, shown: string): string => `new Promise((done) => {
  const field = document.querySelector('[name=user]');
  const begun = performance.now();
  field.value = ${JSON.stringify(text)};
  field.dispatchEvent(new Event('input', { bubbles: true }));
  const end = () => requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - begun)));
  const look = () => {
    const rows = [...document.querySelectorAll('.matrix tbody tr')].filter((row) => row.checkVisibility());
    if (rows.length ${shown}) end();
    else requestAnimationFrame(look);
  };
  look();
})`;

runBench(main);
