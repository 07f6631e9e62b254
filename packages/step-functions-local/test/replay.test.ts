import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { compare } from '../src/replay/compare';
import { isConcurrent } from '../src/replay/concurrency';
import { readRecordings, type Recording } from '../src/replay/recording';
import { runRecording } from '../src/replay/run-recording';

const own = join(__dirname, 'recordings');
/** Executions recorded on the real service; they are not part of the repository. */
const fromAws = resolve(__dirname, '../../../../shared/step-functions-recordings');

const folders = [own, fromAws].filter((folder) => existsSync(folder));
const recordings = folders.flatMap((folder) => readRecordings(folder));

if (!folders.includes(fromAws)) {
  test.skip(`recordings of the real service: there is no folder ${fromAws}`, () => undefined);
}

test.each(recordings)('$file replays', async ({ recording }) => {
  expect(compare(recording, await runRecording(recording))).toBeUndefined();
});

describe('the comparison is strict', () => {
  /** One change in each place that a recording has: a text is longer, a number greater, a value another. */
  function* mutations(
    value: unknown,
    path: readonly string[] = [],
  ): Generator<{ path: string; mutated: unknown }> {
    if (Array.isArray(value)) {
      for (const [index, item] of value.entries()) {
        for (const { path: at, mutated } of mutations(item, [...path, String(index)])) {
          yield { path: at, mutated: value.with(index, mutated) as unknown };
        }
      }
      yield { path: [...path, 'length'].join('.'), mutated: [...(value as unknown[]), 'one more'] };
    } else if (typeof value === 'object' && value !== null) {
      for (const [key, item] of Object.entries(value)) {
        for (const { path: at, mutated } of mutations(item, [...path, key])) {
          yield { path: at, mutated: { ...value, [key]: mutated } };
        }
      }
      yield { path: [...path, 'unexpected'].join('.'), mutated: { ...value, unexpected: 1 } };
    } else {
      const mutated =
        typeof value === 'string' ? `${value}!` : typeof value === 'number' ? value + 1 : 'another';
      yield { path: path.join('.'), mutated };
    }
  }

  const sequential = recordings.filter(
    ({ recording }) =>
      recording.expected.parallelEventsSorted !== true && !isConcurrent(recording.definition),
  );

  test('any change to what is expected is a difference', async () => {
    let count = 0;
    for (const { file, recording } of sequential) {
      const replayed = await runRecording(recording);
      for (const { path, mutated } of mutations(recording.expected)) {
        if (path === 'unexpected' || isWording(path, recording) || hasTwoForms(path, recording)) continue;
        const difference = compare({ ...recording, expected: mutated as Recording['expected'] }, replayed);
        if (difference === undefined) throw new Error(`${file}: a change of ${path} went unnoticed`);
        count++;
      }
    }
    // The recordings of the repository alone give some 800.
    expect(count).toBeGreaterThan(500);
  });

  /** What AWS words freely: of a cause that the service itself gives only the meaning counts. */
  function isWording(path: string, { expected }: Recording): boolean {
    if (!path.endsWith('cause')) return false;
    const [, index] = path.split('.');
    const cause = path === 'cause' ? expected.cause : expected.events[Number(index)]?.['cause'];
    return typeof cause === 'string' && cause.startsWith("An error occurred while executing the state '");
  }

  /** AWS let EvaluationFailed follow one event or the other; compare.ts says when. */
  function hasTwoForms(path: string, { expected }: Recording): boolean {
    const [, index, field] = path.split('.');
    return field === 'previousEventId' && expected.events[Number(index)]?.type === 'EvaluationFailed';
  }

  test.each([
    ['the state', "state 'State0'", "state 'State1'"],
    ['the event', 'event id #2', 'event id #3'],
    ['the expression', "expression '$doesNotExist'", "expression '$other'"],
    ['the field', "field 'Output/result'", "field 'Output/other'"],
    ['the kind', 'returned nothing (undefined)', 'threw an error during evaluation'],
  ])("of a cause's wording %s counts", async (_what, from, to) => {
    const recording: Recording = {
      name: 'undefined',
      definition: {
        QueryLanguage: 'JSONata',
        StartAt: 'State0',
        States: { State0: { Type: 'Pass', Output: { result: '{% $doesNotExist %}' }, End: true } },
      },
      input: {},
      taskResults: [],
      expected: { status: 'FAILED', output: null, error: null, cause: null, events: [] },
    };
    const replayed = await runRecording(recording);
    const cause = replayed.record.failure?.cause ?? '';
    const expecting = (text: string): Recording => ({
      ...recording,
      expected: {
        ...recording.expected,
        error: 'States.QueryEvaluationError',
        cause: text,
        events: replayed.events,
      },
    });
    expect(cause).toContain(from);
    expect(compare(expecting(cause), replayed)).toBeUndefined();
    expect(compare(expecting(`${cause} In other words.`), replayed)).toBeUndefined();
    expect(compare(expecting(cause.replace(from, to)), replayed)).toMatch(/^cause: /);
  });

  test.each(['type', 'name', 'output', 'input', 'length', 'index'])(
    'a change of %s is seen in concurrent parts, where order is not',
    async (field) => {
      const [found] = readRecordings(own).filter(({ file }) => file.includes('concurrent'));
      if (found === undefined) throw new Error('there is no recording with concurrent parts');
      const { recording } = found;
      const replayed = await runRecording(recording);
      const { events } = recording.expected;
      const index = events.findIndex((event, at) => at > 5 && field in event);
      const value = events[index]?.[field];
      const changed = events.map((event, at) =>
        at === index ? { ...event, [field]: typeof value === 'number' ? value + 1 : 'other' } : event,
      );
      expect(
        compare({ ...recording, expected: { ...recording.expected, events: changed } }, replayed),
      ).toBeDefined();
    },
  );

  test('a task result that nothing asked for is a difference', async () => {
    const [first] = recordings;
    if (first === undefined) throw new Error('there are no recordings');
    const extra = { state: 'Nowhere', attempt: 1, resource: 'arn:aws:states:::lambda:invoke', result: {} };
    const recording = { ...first.recording, taskResults: [...first.recording.taskResults, extra] };
    expect(compare(recording, await runRecording(recording))).toContain("state 'Nowhere'");
  });
});

test('a callback that never comes is an error of the replay, not the silent end of it', async () => {
  const found = readRecordings(own).find(({ file }) => file === 'callback-fails-then-succeeds.json');
  if (found === undefined) throw new Error('the recording of a callback is missing');
  const taskResults = found.recording.taskResults.map((result) => ({ ...result, timedOut: true }));
  await expect(runRecording({ ...found.recording, taskResults }, 100)).rejects.toThrow(
    'the execution did not end',
  );
});

describe('the command', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'replay-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  const main = resolve(__dirname, '../src/command/main.ts');
  const replay = (...parameters: string[]) =>
    spawnSync(process.execPath, ['--import', 'tsx', main, 'replay', ...parameters], {
      encoding: 'utf8',
      cwd: resolve(__dirname, '../../..'),
    });

  test('reports each recording and counts them', () => {
    const [first, second] = readRecordings(own);
    writeFileSync(join(folder, 'good.json'), JSON.stringify(first?.recording));
    const bad = { ...second?.recording, expected: { ...second?.recording.expected, status: 'RUNNING' } };
    writeFileSync(join(folder, 'bad.json'), JSON.stringify(bad));
    const { stdout, status } = replay(folder);
    expect(stdout.trimEnd().split('\n').at(-1)).toBe('1 passed, 1 failed');
    expect(stdout).toContain('FAIL bad.json\n     status: expected "RUNNING"');
    expect(stdout).toContain('pass good.json');
    expect(status).toBe(1);
    const json = replay(folder, '--json');
    expect(JSON.parse(json.stdout)).toMatchObject({
      passed: 1,
      failed: 1,
      outcomes: [{ file: 'bad.json' }, { passed: true }],
    });
    expect(json.stderr).toBe('1 passed, 1 failed\n');
  });

  test('says how it is called', () => {
    const { stderr, status } = replay();
    expect(stderr).toContain("missing required argument 'folder'");
    expect(status).toBe(2);
  });
});
