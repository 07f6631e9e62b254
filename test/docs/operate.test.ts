import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { exitCodes } from '../../cli/exit-codes';
import type { Host } from '../../cli/host';
import { buildProgram } from '../../cli/program';
import { errorCatalogue } from '../../core/errors';
import { kubeflowDistribution } from '../../core/versions';
import { alarmKinds } from '../../core/deployment-alarms';
import { alarmDescription, alarms } from '../../infra/alarms';
import { stackOptionNames } from '../../infra/options';
import { longestWait, type RetryPolicy } from '../../workflows/retry-policies';
import * as policies from '../../workflows/retry-policies';
import { synthesizeForTest, synthesizeWith } from '../infra/synthesis';
import { optionSets } from '../infra/option-sets';
import { anchorOf, sectionsOf, type Section } from './markdown';

const folder = join(__dirname, '../../docs/operate');
const page = (name: string): string => readFileSync(join(folder, name), 'utf8');
const runbook = readdirSync(folder).map(page).join('\n');
const stack = sectionsOf(page('stack.md'));
const everyday = sectionsOf(page('everyday.md'));
const alarmSections = sectionsOf(page('alarms.md'));
const errorSections = sectionsOf(page('errors.md'));

/** The sections below one, until the next of its level. */
function below(sections: readonly Section[], title: string): Section[] {
  const start = sections.findIndex((section) => section.title === title);
  const level = sections[start]?.level ?? 0;
  const rest = sections.slice(start + 1);
  const end = rest.findIndex((section) => section.level <= level);
  return rest.slice(0, end === -1 ? undefined : end);
}

const kinds = {
  user: 'To correct',
  transient: 'Transient',
  'not-ready': 'Under way',
  conflict: 'In the way',
} as const;

test.each(Object.entries(kinds))(
  'every error of the kind %s has an entry, and nothing else has',
  (kind, title) => {
    const names = Object.entries(errorCatalogue).flatMap(([name, its]) => (its === kind ? [name] : []));
    expect(
      below(errorSections, title)
        .map((section) => section.title)
        .sort(),
    ).toEqual(names.sort());
  },
);

test('every alarm has an entry where its text points, and nothing else has', () => {
  const titles = below(alarmSections, 'Alarms').map(({ title }) => title);
  expect(titles.toSorted()).toEqual(alarms.map(({ id }) => id).toSorted());
  for (const alarm of alarms) {
    const [, anchor] = /docs\/operate\/alarms\.md#(\S+)$/.exec(alarmDescription(alarm)) ?? [];
    expect(titles.map(anchorOf)).toContain(anchor);
  }
});

test('every alarm of a deployment has an entry, too', () => {
  const titles = below(alarmSections, 'Alarms of a deployment').map(({ title }) => title);
  expect(titles).toEqual([...alarmKinds, 'Kubernetes support']);
});

test('what a rule mails points to an entry, too', () => {
  const { deployed } = synthesizeForTest();
  const texts = deployed.rules.flatMap(({ targets }) =>
    targets.flatMap(({ inputTransformer }) => inputTransformer?.inputTemplate ?? []),
  );
  const anchors = texts.flatMap((text) => [...text.matchAll(/alarms\.md#([a-z-]+)/g)].map(([, it]) => it));
  expect(anchors).toEqual(['resync-warnings']);
  for (const anchor of anchors) expect(alarmSections.map(({ title }) => anchorOf(title))).toContain(anchor);
});

test('with an address of the runbook, alarms and mails have links', () => {
  const { runbookUrl } = optionSets.runbook;
  const { deployed, template } = synthesizeWith('runbook');
  const descriptions = Object.values(template.Resources)
    .filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm')
    .map(({ Properties }) => Properties?.['AlarmDescription']);
  expect(descriptions).toHaveLength(alarms.length);
  for (const text of [...descriptions, JSON.stringify(deployed.rules)]) {
    expect(text).toContain(`${runbookUrl}#`);
    expect(text).not.toContain('docs/operate');
  }
});

test('every option of the stack is in the table of options', () => {
  const names = [
    ...(stack.find(({ title }) => title === 'Options of the stack')?.text ?? '').matchAll(/^\| `(\w+)`/gm),
  ];
  expect(names.map(([, name]) => name)).toEqual(Object.keys(stackOptionNames));
});

const entries = [
  ...Object.values(kinds).flatMap((title) => below(errorSections, title)),
  ...below(alarmSections, 'Alarms'),
];

test.each(entries)('$title does not trust a deployment to mend what was changed by hand', ({ text }) => {
  // CloudFormation changes what differs between templates, and nothing else.
  for (const [command] of text.matchAll(/cdk deploy[^`]*/g)) expect(command).toMatch(/--revert-drift/);
  expect(text).not.toContain('cdk diff');
});

test.each(entries)('$title says what it means, how to look into it and what to do', ({ text }) => {
  const parts = [...text.matchAll(/^\*\*(\w+)\.\*\* /gm)].map(([, part]) => part);
  expect(parts).toEqual(['Description', 'Investigation', 'Resolution']);
});

test('the exit codes are those of the command line', () => {
  const [table] = everyday.filter(({ title }) => title === 'Exit codes');
  const codes = [...(table?.text ?? '').matchAll(/^\| (\d+) +\|/gm)].map(([, code]) => Number(code));
  expect(codes).toEqual(Object.values(exitCodes));
});

test('every command that the runbook names exists, with its options', () => {
  // Nothing is run, so nothing is said.
  const program = buildProgram({} as Host, () => undefined);
  const named = [...runbook.matchAll(/kubeflow-eks ([a-z-]+)((?: [^\n`#(]*)?)/g)].flatMap(
    ([, name = '', rest = '']) =>
      [...rest.matchAll(/ (--[a-z-]+)/g)].map(([, option = '']) => [name, option]).concat([[name, '']]),
  );
  expect(named.length).toBeGreaterThan(20);
  for (const [name = '', option = ''] of named) {
    const command: Command | undefined = program.commands.find((candidate) => candidate.name() === name);
    expect([name, command?.name()]).toEqual([name, name]);
    if (option !== '') expect(command?.options.map(({ long }) => long)).toContain(option);
  }
});

test('the longest waits are those of the retry policies, in minutes', () => {
  const polling = Object.values(policies).filter(
    (policy): policy is RetryPolicy =>
      typeof policy === 'object' &&
      policy.errors.some((name) => (errorCatalogue as Record<string, string>)[name] === 'not-ready'),
  );
  const expected = polling.map((policy) => [policy.errors[0], Math.round(longestWait(policy) / 60)]);
  const told = below(errorSections, kinds['not-ready']).map(({ title, text }) => {
    const [, minutes] = /\(Longest\s+wait:\s+(\d+)\s+minutes\.\)/.exec(text) ?? [];
    return [title, Number(minutes)];
  });
  expect(Object.fromEntries(told)).toEqual(Object.fromEntries(expected));
});

test('the distribution that is checked out by hand is the pinned one', () => {
  const checkedOut = [...runbook.matchAll(/checkout ([0-9a-f]{40})/g)].map(([, commit]) => commit);
  expect(checkedOut).toEqual([kubeflowDistribution.git.commit]);
});
