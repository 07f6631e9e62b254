/** Middle value of some measurements. @throws Error where there are none */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const value = sorted[Math.floor(sorted.length / 2)];
  if (value === undefined) throw new Error('nothing was measured');
  return value;
}

/** The value below which a share of the measurements lies, such as 0.99; 0 where there are none. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? 0;
}

/** Rounded for a report: three figures after the point below 1, one above 100. */
export function rounded(value: number): number {
  const digits = value < 1 ? 3 : value < 100 ? 2 : 1;
  return Number(value.toFixed(digits));
}

/** Milliseconds that something takes. */
export async function timed<T>(work: () => Promise<T>): Promise<{ ms: number; result: T }> {
  const startedAt = performance.now();
  const result = await work();
  return { ms: performance.now() - startedAt, result };
}
