import { CommanderError, type Command } from 'commander';
import type { Host } from '../../cli/host';
import { buildProgram } from '../../cli/program';
import { adviceFor } from '../../core/execution/advice';
import { errorAdvice } from '../../core/error-advice';
import { stateMachineName, type Workflow } from '../../core/naming';
import { cli } from '../cli/recording-host';
import { ofPages, ofSources, type Printed } from './printed-commands';

/** What the command line says to words, without doing anything. */
function parse(words: readonly string[]): string | undefined {
  const host = { out: () => undefined, err: () => undefined };
  const program = buildProgram(host as unknown as Host, () => undefined);
  const doNothing = (command: Command): void => {
    command.action(() => undefined);
    command.commands.forEach(doNothing);
  };
  program.commands.forEach(doNothing);
  try {
    program.parse([...words], { from: 'user' });
    return undefined;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? undefined : error.message;
  }
}

/** As a shell does it: what stands in quotes or in angle brackets is one word. */
function split(line: string): string[] {
  return [...line.matchAll(/"([^"]*)"|<[^>]*>|\S+/g)].map(([word, quoted]) => quoted ?? word);
}

function refusedOf(printed: readonly Printed[]): string[] {
  return printed.flatMap(({ where, words, isMention }) => {
    const refusal = parse(split(words));
    const isFine = refusal === undefined || (isMention && refusal.includes('missing required argument'));
    return isFine ? [] : [`${where}: ${words}: ${refusal}`];
  });
}

/** Where commands are proposed for another place than that of the command before, or of none. */
const withoutPlace = new Set([
  // A rehearsal was nowhere; what it proposes is on AWS and in a region that stays up.
  'cli/render/rehearsal.ts',
]);

test('this test refuses what the command line would refuse', () => {
  const wrong = ['retry acme --wach', 'statsu acme', 'plan', 'status a b', 'local upp x'];
  const printed = wrong.map((words) => ({ where: 'here', words, isMention: false }));
  expect(refusedOf(printed)).toHaveLength(wrong.length);
});

test('every command of the pages and examples can be typed', () => {
  const printed = ofPages();
  expect(printed.length).toBeGreaterThan(100);
  expect(refusedOf(printed)).toEqual([]);
});

test('every command that the product prints can be pasted', () => {
  const printed = ofSources();
  const folders = new Set(printed.map(({ where }) => where.split('/')[0]));
  expect([...folders].toSorted()).toEqual(expect.arrayContaining(['cli', 'core', 'lambda', 'tasks']));
  expect(printed.length).toBeGreaterThan(30);
  expect(refusedOf(printed)).toEqual([]);
});

test('what the command line proposes leads to where the command before it was: the local region, or a profile', () => {
  const program = buildProgram({} as Host, () => undefined);
  const hasPlace = (words: string): boolean =>
    program.commands
      .find((command) => command.name() === words.split(' ')[0])
      ?.options.some(({ long }) => long === '--local') ?? false;
  const lost = ofSources()
    .filter(({ where }) => where.startsWith('cli/') && !withoutPlace.has(where))
    .filter(({ words, isMention }) => hasPlace(words) && !isMention && !words.includes(' --local'))
    .map(({ where, words }) => `${where}: ${words}`);
  expect(lost).toEqual([]);
});

const workflows: readonly Workflow[] = ['provision', 'plan', 'resync', 'destroy'];

test.each(Object.keys(errorAdvice))('every command of the advice on %s can be pasted', (error) => {
  const inputs = [undefined, '{}', '{"deployment":"acme"}', '{"eks_name":"acme"}'];
  const advice = workflows.flatMap((workflow) =>
    inputs.flatMap((input) =>
      ['', ' --local', ' --region eu-central-1'].map((flags) =>
        adviceFor(
          {
            executionArn: `arn:aws:states:eu-central-1:111122223333:execution:${stateMachineName(workflow)}:one`,
            status: 'FAILED',
            error,
            ...(input !== undefined && { input }),
          },
          { flags },
        ),
      ),
    ),
  );
  const commands = advice.flatMap((text) =>
    [...text.matchAll(/`kubeflow-eks ([^`]+)`/g)].map(([, words = '']) => words),
  );
  expect(commands.length).toBeGreaterThan(0);
  expect(refusedOf(commands.map((words) => ({ where: error, words, isMention: false })))).toEqual([]);
});

test('every example of the help can be typed', async () => {
  const program = buildProgram({} as Host, () => undefined);
  const namesOf = (command: Command, before: readonly string[]): string[][] => {
    const words = [...before, command.name()];
    return [words, ...command.commands.flatMap((inner) => namesOf(inner, words))];
  };
  const printed: Printed[] = [];
  for (const words of program.commands.flatMap((command) => namesOf(command, []))) {
    const { out } = await cli([...words, '--help']);
    const examples = out.split('\nExamples:\n')[1] ?? '';
    for (const [, example = ''] of examples.matchAll(/^ {2}kubeflow-eks (.*)$/gm)) {
      const typed = example.split(/ {2,}\(| > /)[0] ?? '';
      printed.push({ where: `${words.join(' ')} --help`, words: typed, isMention: false });
    }
  }
  expect(printed.length).toBeGreaterThan(40);
  expect(refusedOf(printed)).toEqual([]);
});
