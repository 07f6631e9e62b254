import { errorKind } from '../../core/errors';
import { KubernetesApiError } from '../../adapters/kubernetes/api-error';
import fc from '../support/fast-check';

/** One kind of document that comes from elsewhere, and what is made of it. */
export interface FuzzedKind {
  readonly kind: string;
  /** Draws documents and answers them, each within its bounds. */
  readonly run: (runs: number) => Promise<Outcome>;
}

/** What became of a kind's documents. */
export interface Outcome {
  readonly kind: string;
  documents: number;
  /** Taken as they are, be it with problems that are listed. */
  taken: number;
  /** How many were refused, by the name of the error. */
  readonly refused: Map<string, number>;
  /** CPU seconds of all of them, with what it took to draw them. */
  seconds: number;
  /** CPU milliseconds of the slowest document, garbage collection included. */
  slowestMs: number;
  /** By how much the process' largest resident size has grown, MB (2^20 bytes). */
  grownMb: number;
}

/** CPU milliseconds that one document may take: the machine's other work does not count. */
const longestMs = 2_000;

/** MB by which the process may grow over all documents of one kind, its garbage included. */
const mostMb = 1_024;

/** A kind: documents, and the answer to one of them. It throws by a name of the catalogue, or is a defect. */
export function fuzzed<T>(
  kind: string,
  documents: fc.Arbitrary<T>,
  answer: (document: T) => unknown,
): FuzzedKind {
  return {
    kind,
    run: async (runs) => {
      const outcome: Outcome = {
        kind,
        documents: 0,
        taken: 0,
        refused: new Map(),
        seconds: 0,
        slowestMs: 0,
        grownMb: 0,
      };
      const before = process.resourceUsage().maxRSS;
      const began = process.cpuUsage();
      const property = fc.asyncProperty(documents, (document) => answerOne(document, answer, outcome));
      await fc.assert(property, { numRuns: runs });
      outcome.seconds = cpuMs(began) / 1000;
      outcome.grownMb = (process.resourceUsage().maxRSS - before) / 1024;
      expect(outcome.grownMb).toBeLessThan(mostMb);
      return outcome;
    },
  };
}

async function answerOne<T>(document: T, answer: (document: T) => unknown, outcome: Outcome): Promise<void> {
  const began = process.cpuUsage();
  outcome.documents += 1;
  try {
    await answer(document);
    outcome.taken += 1;
  } catch (error) {
    const name = knownName(error);
    outcome.refused.set(name, (outcome.refused.get(name) ?? 0) + 1);
  }
  const ms = cpuMs(began);
  outcome.slowestMs = Math.max(outcome.slowestMs, ms);
  if (ms > longestMs) throw new Error(`one document took ${Math.round(ms)} ms of CPU`);
}

function cpuMs(began: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(began);
  return (user + system) / 1000;
}

/** Whatever is thrown must have a name that the runbook knows, or be the API server's own refusal. */
function knownName(error: unknown): string {
  const { name, message } = error as Error;
  if (errorKind(name) === undefined && !(error instanceof KubernetesApiError))
    throw new Error(`${name} is in no catalogue: ${message}`, { cause: error });
  expect(message.length).toBeLessThan(20_000);
  return name;
}

/** The outcomes as a table of text. */
export function outcomeTable(outcomes: readonly Outcome[]): string {
  const rows = outcomes.map(({ kind, documents, taken, refused, seconds, slowestMs, grownMb }) => [
    kind,
    String(documents),
    String(taken),
    [...refused].map(([name, count]) => `${name} ${count}`).join(', '),
    seconds.toFixed(1),
    slowestMs.toFixed(0),
    grownMb.toFixed(0),
  ]);
  const total = outcomes.reduce((sum, { documents }) => sum + documents, 0);
  const head = ['kind', 'documents', 'taken', 'refused by name', 'CPU s', 'slowest, CPU ms', 'grown, MB'];
  const all = [head, ...rows, ['all', String(total), '', '', '', '', '']];
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  return all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
