import { changes, type Change } from './changes';

/** `docs/changes.md`: what changing each key of a configuration does to a deployment that is there. */
export function changesDocument(): string {
  const rows = Object.entries(changes).flatMap(([key, change]) => [
    row(key, change),
    ...Object.entries(change.parts ?? {}).map(([part, each]) =>
      row(part.includes(' ') ? key : `${key}.${part}`, each, part.includes(' ') ? part : undefined),
    ),
  ]);
  return [
    '# What changing a key does',
    '',
    'Written by `npx tsx tools/write-changes.ts` from `core/configuration/changes.ts`. A refusal comes in the preflight',
    'checks, and so in a `plan`, before anything is changed.',
    '',
    '<!-- prettier-ignore-start -->',
    '| key | effect | what happens |',
    '|---|---|---|',
    ...rows,
    '<!-- prettier-ignore-end -->',
    '',
  ].join('\n');
}

function row(key: string, { effect, what }: Change, condition?: string): string {
  return `| \`${key}\`${condition === undefined ? '' : `, ${condition}`} | ${effect} | ${what} |`;
}
