/** `npm run check:upstream -- CHECKOUT`: what would be installed of a checkout of the distribution, and whether it is right. */
import { parseArgs } from 'node:util';
import Table from 'cli-table3';
import { run } from '../../builds/support/command';
import { runMain } from '../../builds/support/run-main';
import { renderDistribution } from './render-all';
import { inspectCheckout, reportOn, type UpstreamReport } from './report';
import { sampleInput } from './sample';
import { checkoutHelp, checkoutOptions, checkoutTools, oneCheckout } from './tools';

const help = `usage: npm run check:upstream -- CHECKOUT [options]

Renders every component on a checkout of the distribution and checks what would be installed.

${checkoutHelp}
  --json               print one JSON document
`;

runMain(async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { ...checkoutOptions, json: { type: 'boolean' } },
  });
  const checkout = oneCheckout(help, positionals, values.help);
  const tell = (text: string): void => void process.stderr.write(`${text}\n`);
  const tools = await checkoutTools(checkout, values, { run, say: tell });
  const input = sampleInput();
  const rendered = await renderDistribution(input, tools);
  const report = reportOn(input, rendered, await inspectCheckout(checkout, run));
  if (values.json === true) process.stdout.write(`${JSON.stringify(report, undefined, 2)}\n`);
  else process.stdout.write(text(report, rendered.bases));
  if (!report.ok) process.exitCode = 1;
});

function text(
  report: UpstreamReport,
  bases: readonly { url: string; tag: string; commit: string }[],
): string {
  const { commit, components, problems, images, otherPods } = report;
  const table = new Table({
    head: ['component', 'objects', 'kinds', 'problems'],
    style: { head: [], border: [] },
  });
  for (const { id, objects, kinds, problems: wrong, unproven } of components) {
    const verdict = wrong.length === 0 ? 'none' : wrong.length;
    table.push([id, objects, Object.keys(kinds).length, unproven === undefined ? verdict : 'unproven']);
  }
  const lines = [
    commit.found === undefined
      ? `no git checkout: that this is ${commit.expected} is not verified`
      : `commit ${commit.found}`,
    ...bases.map(({ url, tag, commit: pinned }) => `remote base ${url} ${tag} at ${pinned}`),
    table.toString(),
    // Below the table, and not in it: they are as long as what they quote.
    ...components.flatMap(({ id, problems: wrong, unproven }) => [
      ...wrong.map((problem) => `problem: ${id}: ${problem}`),
      ...(unproven === undefined ? [] : [`unproven: ${id}: ${unproven}`]),
    ]),
    ...problems.map((problem) => `problem: ${problem}`),
    ...(otherPods.length === 0
      ? []
      : [`requests differ from core/nodes/distribution-pods.ts: ${otherPods.join(', ')}`]),
    `${images.length} images`,
    report.ok ? 'all is as it must be' : 'not all is as it must be',
  ];
  return `${lines.join('\n')}\n`;
}
