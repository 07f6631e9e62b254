import type { Host } from '../../cli/host';
import { paintFor } from '../../cli/render/paint';
import { run } from '../../cli/run';
import { brokenContract } from './contract';

/** What a command did to the terminal, and how it ended. */
export interface Recording {
  code: number;
  out: string;
  err: string;
  /** What was drawn in place, each picture. */
  drawn: string[];
}

export interface HostOptions {
  isTerminal?: boolean;
  columns?: number;
  env?: Record<string, string | undefined>;
  /** What somebody types when asked; nobody is there without it. */
  answer?: string;
  /** What somebody chooses and types, one after the other; an empty one takes what is proposed. */
  answers?: string[];
  signal?: AbortSignal;
  now?: () => number;
}

/**
 * Runs the command line as a user would, and records everything that is seen of it. A document for machines is held to the
 * schema of its kind, whatever the test is about.
 */
export async function cli(args: readonly string[], options: HostOptions = {}): Promise<Recording> {
  const recording: Recording = { code: -1, out: '', err: '', drawn: [] };
  const plain = paintFor({ isTerminal: false, env: {} });
  const host: Host = {
    out(text) {
      recording.out += text;
    },
    err(text) {
      recording.err += text;
    },
    redraw(text) {
      recording.drawn.push(text);
      return Promise.resolve();
    },
    settle: () => undefined,
    isTerminal: options.isTerminal ?? false,
    columns: options.columns ?? 120,
    ask(question) {
      recording.err += question;
      return Promise.resolve(options.answer);
    },
    choose(question, choices) {
      recording.err += `${question}\n${choices.map(({ name }) => `- ${name}\n`).join('')}`;
      return Promise.resolve(options.answers?.shift());
    },
    input(question, { fallback, problemOf }) {
      recording.err += `${question}\n`;
      for (let answer = options.answers?.shift(); answer !== undefined; answer = options.answers?.shift()) {
        const problem = problemOf(answer === '' ? (fallback ?? '') : answer);
        if (problem === undefined) return Promise.resolve(answer === '' ? fallback : answer);
        recording.err += `${problem}\n`;
      }
      return Promise.resolve(undefined);
    },
    paint: { out: plain, err: plain },
    env: options.env ?? {},
    now: options.now ?? (() => Date.now()),
    signal: options.signal ?? new AbortController().signal,
  };
  recording.code = await run(host, args);
  if (args.includes('--json') && !args.includes('--print-input')) {
    expect({ args, broken: brokenContract(args, recording.out, recording.code) }).toEqual({
      args,
      broken: [],
    });
  }
  return recording;
}

/** The one document on standard output. */
export function documentOf({ out }: Recording): Record<string, unknown> {
  return JSON.parse(out) as Record<string, unknown>;
}
