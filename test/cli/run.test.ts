import type { Command } from 'commander';
import { buildProgram } from '../../cli/program';
import { cli, documentOf } from './recording-host';

const commands = [
  ['init'],
  ['validate'],
  ['schema'],
  ['completion'],
  ['help'],
  ['explain'],
  ['lock-out'],
  ['plan'],
  ['start'],
  ['status'],
  ['watch'],
  ['retry'],
  ['report'],
  ['resync'],
  ['destroy'],
  ['access'],
  ['idp'],
  ['rehearse'],
  ['render', 'cluster'],
  ['render', 'kubeflow'],
  ['local', 'up'],
  ['local', 'down'],
  ['local', 'status'],
  ['local', 'login'],
  ['local', 'open'],
  ['local', 'programs'],
  ['local', 'programs', 'build'],
  ['local', 'programs', 'prune'],
];

describe('help', () => {
  test('names every command and what the exit codes mean', async () => {
    const { code, out } = await cli(['--help']);
    expect(code).toBe(0);
    for (const [name] of commands) expect(out).toContain(`  ${name ?? ''} `);
    expect(out).toContain('130 interrupted');
  });

  test.each(commands.map((words) => [words.join(' '), words]))('of %s has examples', async (_name, words) => {
    const { code, out } = await cli([...words, '--help']);
    expect(code).toBe(0);
    expect(out).toContain(`Examples:\n  kubeflow-eks ${words.join(' ')}`);
  });

  test('knows no command that this list does not', () => {
    const program = buildProgram(undefined as never, () => undefined);
    // A command may do something itself and have others below it.
    const does = new Set(commands.map((words) => words.join(' ')));
    const namesOf = (command: Command, before: readonly string[]): string[] => {
      const words = [...before, command.name()];
      const below = command.commands.flatMap((inner) => namesOf(inner, words));
      return below.length === 0 || does.has(words.join(' ')) ? [words.join(' '), ...below] : below;
    };
    const names = program.commands.flatMap((command) => namesOf(command, []));
    expect(names.sort()).toEqual(commands.map((words) => words.join(' ')).sort());
  });
});

describe('wrong words', () => {
  test.each([
    [['statsu', 'acme'], "unknown command 'statsu'", '(Did you mean status?)'],
    [['start', 'acme.yaml', '--wach'], "unknown option '--wach'", '(Did you mean --watch?)'],
    [['local', 'upp', 'acme.yaml'], "unknown command 'upp'", '(Did you mean up?)'],
  ])('%j is refused, and the nearest is named', async (args, words, nearest) => {
    const { code, out, err } = await cli(args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(words);
    expect(err).toContain(nearest);
  });

  test('a missing argument is named', async () => {
    const { code, err } = await cli(['start']);
    expect(code).toBe(2);
    expect(err).toContain("missing required argument 'config'");
  });

  test('no region is no guess', async () => {
    const recording = await cli(['status', 'acme', '--json']);
    expect(recording.code).toBe(2);
    expect(documentOf(recording)).toEqual({
      apiVersion: 'kubeflow-eks/v1',
      kind: 'Error',
      error: {
        name: 'BadInput',
        message: 'no region is named',
        advice: 'add --region REGION, or set AWS_REGION',
        exitCode: 2,
      },
    });
  });

  test.each([
    [['plan', 'absent.yaml'], 2],
    [['plan', 'absent.yaml', '--detailed-exitcode'], 1],
    [['plan', 'absent.yaml', '--detailed-exitcode', '--wach'], 1],
    [['validate', 'absent.yaml'], 2],
  ])('%j ends with %d: 2 means changes where the exit code is detailed', async (args, code) => {
    expect(await cli([...args, '--json'])).toMatchObject({ code });
  });

  test('the ARN of something else is refused', async () => {
    const arn = 'arn:aws:states:eu-central-1:111122223333:stateMachine:kubeflow-eks-provision';
    const { code, err } = await cli(['watch', arn]);
    expect(code).toBe(2);
    expect(err).toContain(`"${arn}" is not the ARN of an execution`);
  });
});

test('an interrupted command that only reads just ends', async () => {
  const interrupt = new AbortController();
  interrupt.abort();
  const { code, err } = await cli(['schema'], { signal: interrupt.signal });
  expect({ code, err }).toEqual({ code: 130, err: 'interrupted; nothing was changed\n' });
});
