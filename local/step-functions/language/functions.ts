import { createHash } from 'node:crypto';
import type jsonata from 'jsonata';
import type { Random } from './random';
import { seededRandom, uuidFrom } from './random';

/**
 * The functions that Step Functions adds to JSONata, and those of JSONata that depend on the time of day.
 * https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
 * (section "JSONata functions provided by Step Functions").
 */
export interface FunctionEnvironment {
  /** Milliseconds since the epoch, for $now and $millis. */
  now(): number;
  /** A number in [0, 1), for $random and $uuid. */
  readonly random: Random;
  /** JSONata's own $fromMillis, for $now with a picture. */
  formatMillis(millis: number, picture: string, timezone?: string): Promise<unknown>;
}

/** AWS limits $range, like its predecessor States.ArrayRange, to this many numbers. */
const LONGEST_RANGE = 1000;

const HASH_ALGORITHMS: Readonly<Record<string, string>> = {
  MD5: 'md5',
  'SHA-1': 'sha1',
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
  'SHA-512': 'sha512',
};

/** Adds the functions to a compiled expression. $eval is taken away: Step Functions does not have it. */
export function registerFunctions(expression: jsonata.Expression, environment: FunctionEnvironment): void {
  expression.assign('eval', undefined);
  expression.registerFunction('partition', partition, '<an:a>');
  expression.registerFunction('range', range, '<nnn:a>');
  expression.registerFunction('hash', hash, '<xs?:s>');
  expression.registerFunction('uuid', () => uuidFrom(environment.random), '<:s>');
  expression.registerFunction('parse', parse, '<s:x>');
  expression.registerFunction(
    'random',
    (seed?: number) => (seed === undefined ? environment.random() : seededRandom(Math.floor(seed))()),
    '<n?:n>',
  );
  expression.registerFunction('millis', () => environment.now(), '<:n>');
  expression.registerFunction(
    'now',
    (picture?: string, timezone?: string) =>
      picture === undefined && timezone === undefined
        ? new Date(environment.now()).toISOString()
        : environment.formatMillis(environment.now(), picture ?? '', timezone),
    '<s?s?:s>',
  );
}

function partition(items: unknown[] | undefined, size: number): unknown[][] | undefined {
  if (items === undefined) return undefined;
  const length = Math.floor(size);
  if (length < 1) throw failure('The chunk size of $partition must be a positive integer');
  const chunks: unknown[][] = [];
  for (let start = 0; start < items.length; start += length) chunks.push(items.slice(start, start + length));
  return chunks;
}

/** The numbers as a JSONata sequence: like any sequence, one number alone is that number and not an array. */
function range(first: number, last: number, step: number): number[] {
  const [from, to, by] = [Math.floor(first), Math.floor(last), Math.floor(step)];
  if (by === 0) throw failure('The step of $range must not be 0');
  const count = Math.max(0, Math.floor((to - from) / by) + 1);
  if (count > LONGEST_RANGE) throw failure(`$range may give ${LONGEST_RANGE} numbers at most`);
  const numbers = Array.from({ length: count }, (_, index) => from + index * by);
  Object.defineProperty(numbers, 'sequence', { value: true, enumerable: false });
  return numbers;
}

function hash(value: unknown, algorithm?: string): string | undefined {
  if (value === undefined) return undefined;
  const name = HASH_ALGORITHMS[algorithm ?? 'SHA-256'];
  if (name === undefined) {
    throw failure(`The algorithm of $hash must be one of ${Object.keys(HASH_ALGORITHMS).join(', ')}`);
  }
  return createHash(name)
    .update(typeof value === 'string' ? value : JSON.stringify(value))
    .digest('hex');
}

function parse(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw failure('The argument of $parse is not a JSON text');
  }
}

function failure(message: string): Error {
  return Object.assign(new Error(message), { code: 'D3000' });
}
