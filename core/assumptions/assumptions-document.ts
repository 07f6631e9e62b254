import { assumptions, type ObservedAssumption } from './assumption-table';
import { unseenAssumptions } from './unseen-assumptions';

/** `docs/assumptions.md`: what of AWS the code rests on, and how it is found out. */
export function assumptionsDocument(): string {
  const observed: readonly (readonly [string, ObservedAssumption])[] = Object.entries(assumptions);
  return [
    '# What is assumed of AWS',
    '',
    'Written by `npx tsx tools/write-assumptions.ts` from `core/assumptions/`. Nothing of this project has run on AWS. What it',
    'rests on there, and no account has shown yet, stands here: first what every execution looks at by itself, then what',
    'somebody has to look at.',
    '',
    'A step hands on what it sees as `verified`, `refuted` or `not-observed`, beside its result. `status NAME`, `report NAME` and',
    'their `--json` show it; the record of the run in the registry keeps it for 90 days. One that is refuted fails nothing by',
    'itself: who gets mail of failures is told at the end of the run, and the event that the workflow publishes has its name.',
    'A refuted assumption is a defect of this project, worth an issue with the output of `status NAME --json`.',
    '',
    'Where something else than AWS answers, as in the local region, the same is looked at, and the host that answered stands',
    'beside it: then nothing is proven of AWS, and nobody is told. It is recognised by the endpoint of the SDK (`AWS_ENDPOINT_URL`)',
    'not being in a domain of AWS.',
    '',
    '## Observed by every execution',
    '',
    '<!-- prettier-ignore-start -->',
    '| name | what is assumed | taken from | seen by | how |',
    '|---|---|---|---|---|',
    ...observed.map(
      ([id, { sentence, source, seenBy, how }]) =>
        `| \`${id}\` | ${sentence} | ${source} | ${seenBy.map((name) => `\`${name}\``).join(', ')} | ${how} |`,
    ),
    '<!-- prettier-ignore-end -->',
    '',
    '## Seen by nobody but people',
    '',
    '<!-- prettier-ignore-start -->',
    '| what is assumed | taken from | where it would show |',
    '|---|---|---|',
    ...unseenAssumptions.map(({ sentence, source, shows }) => `| ${sentence} | ${source} | ${shows} |`),
    '<!-- prettier-ignore-end -->',
    '',
  ].join('\n');
}
