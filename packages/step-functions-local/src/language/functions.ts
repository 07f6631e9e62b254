import { createHash } from 'node:crypto';
import type jsonata from 'jsonata';
import { memoryExceeded } from './bounds';
import { strictJson } from './strict-json';
import { javaRandom, uuidFrom, type Random } from './random';

/**
 * The functions that Step Functions adds to JSONata, and those of JSONata that depend on the time of day.
 * https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
 * (section "JSONata functions provided by Step Functions").
 *
 * What that page leaves open (arguments that are missing, negative, fractional) is as measured on AWS with TestState
 * by the authors of floci: https://github.com/floci-io/floci/pull/2676 and /pull/2790.
 */
export interface FunctionEnvironment {
  /** Milliseconds since the epoch, for $now and $millis. */
  now(): number;
  /** A number in [0, 1), for $random and $uuid. */
  readonly random: Random;
  /** JSONata's own $fromMillis, for $now with a picture. */
  formatMillis(millis: number, picture: string, timezone?: string): Promise<unknown>;
}

/** One number more and $range exceeds the memory of an evaluation. */
const longestRange = 360_145;

const hashAlgorithms: Readonly<Record<string, string>> = {
  MD5: 'md5',
  'SHA-1': 'sha1',
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
  'SHA-512': 'sha512',
};

/** Adds the functions to a compiled expression. $eval is taken away: Step Functions does not have it. */
export function registerFunctions(expression: jsonata.Expression, environment: FunctionEnvironment): void {
  expression.assign('eval', undefined);
  expression.registerFunction('partition', partition, '<xn?:a>');
  expression.registerFunction('range', range, '<nnn?:a>');
  expression.registerFunction('hash', hash, '<ss?:s>');
  expression.registerFunction('uuid', () => uuidFrom(environment.random), '<:s>');
  expression.registerFunction('parse', parse, '<s:x>');
  expression.registerFunction(
    'random',
    (seed?: number) => (seed === undefined ? environment.random() : javaRandom(towardsZero(seed))()),
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

/** Chunks of the given size, or one chunk if none is given. Neither no items nor a size of 0 gives anything. */
function partition(value: unknown, size?: number): unknown[][] | undefined {
  if (value === undefined) return undefined;
  // What the signature `a` would do, but for null, of which it makes an array as well.
  if (value === null) {
    throw Object.assign(new Error(), { code: 'T0412', index: 1, token: 'partition', type: 'x' });
  }
  const items = Array.isArray(value) ? (value as unknown[]) : [value];
  const length = size === undefined ? items.length : towardsZero(size);
  if (length < 0) throw failure('Second argument must be zero or greater');
  if (length === 0 || items.length === 0) return undefined;
  const chunks: unknown[][] = [];
  for (let start = 0; start < items.length; start += length) chunks.push(items.slice(start, start + length));
  return chunks;
}

/**
 * The numbers as a JSONata sequence: like any sequence, one number alone is that number and not an array, and none
 * are undefined. A step of 0, in the other direction, or left out leads nowhere.
 */
function range(first: number | undefined, last: number | undefined, step?: number): number[] | undefined {
  if (first === undefined || last === undefined || step === undefined) return undefined;
  const [from, to, by] = [towardsZero(first), towardsZero(last), towardsZero(step)];
  if (by === 0) return undefined;
  const count = Math.max(0, Math.floor((to - from) / by) + 1);
  if (count > longestRange) throw new Error(memoryExceeded);
  const numbers = Array.from({ length: count }, (_, index) => from + index * by);
  Object.defineProperty(numbers, 'sequence', { value: true, enumerable: false });
  return numbers;
}

function hash(value: string | undefined, algorithm?: string): string | undefined {
  if (value === undefined || algorithm === undefined) return undefined;
  const name = Object.hasOwn(hashAlgorithms, algorithm) ? hashAlgorithms[algorithm] : undefined;
  if (name === undefined) {
    throw failure(`The algorithm must be one of ${Object.keys(hashAlgorithms).join(', ')}`);
  }
  return createHash(name).update(value).digest('hex');
}

function parse(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return strictJson(text);
  } catch {
    throw failure('Invalid JSON');
  }
}

/** An integer; -0 is no number of its own in JSON. */
function towardsZero(value: number): number {
  return Math.trunc(value) + 0;
}

/** The error of JSONata's own $error. */
function failure(message: string): Error {
  return Object.assign(new Error(message), { code: 'D3137' });
}
