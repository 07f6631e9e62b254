/** Gives numbers in [0, 1), like Math.random. */
export type Random = () => number;

/** Mulberry32: small, fast, and the same numbers for the same seed on every machine. Not for secrets. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const javaMultiplier = 0x5deece66dn;
const javaMask = (1n << 48n) - 1n;

/**
 * The doubles of java.util.Random, which AWS' $random draws a seeded number from.
 * https://docs.oracle.com/javase/8/docs/api/java/util/Random.html (nextDouble)
 * @param seed an integer.
 */
export function javaRandom(seed: number): Random {
  let state = (BigInt(seed) ^ javaMultiplier) & javaMask;
  const next = (bits: bigint): number => {
    state = (state * javaMultiplier + 0xbn) & javaMask;
    return Number(state >> (48n - bits));
  };
  return () => (next(26n) * 2 ** 27 + next(27n)) / 2 ** 53;
}

/** A version 4 UUID from the given source, so that a seeded run has the same ids each time. */
export function uuidFrom(random: Random): string {
  const bytes = Buffer.alloc(16);
  for (let index = 0; index < 16; index++) bytes[index] = Math.floor(random() * 256);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
