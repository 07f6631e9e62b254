import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What one task call gave on AWS. */
export interface RecordedResult {
  readonly state: string;
  readonly attempt: number;
  readonly mapIndex?: number;
  readonly resource: string;
  readonly result?: unknown;
  readonly error?: string;
  readonly cause?: string;
  readonly timedOut?: boolean;
}

/** An event with its details flattened into it; JSON texts are parsed. */
export type RecordedEvent = Readonly<Record<string, unknown>> & {
  readonly type: string;
  readonly id: number;
  readonly previousEventId: number;
};

/** One execution as it went on the real service. */
export interface Recording {
  readonly name: string;
  readonly definition: Readonly<Record<string, unknown>>;
  readonly input: unknown;
  readonly taskResults: readonly RecordedResult[];
  readonly expected: {
    readonly status: string;
    readonly output: unknown;
    readonly error: string | null;
    readonly cause: string | null;
    readonly events: readonly RecordedEvent[];
    /** The recorder lost the order and the ids of the events inside Parallel states. */
    readonly parallelEventsSorted?: boolean;
  };
  readonly parallelEventsSorted?: boolean;
}

/** Reads every `.json` file of a folder, in the order of names. */
export function readRecordings(folder: string): { readonly file: string; readonly recording: Recording }[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((file) => ({ file, recording: JSON.parse(readFileSync(join(folder, file), 'utf8')) as Recording }));
}
