/**
 * Runs jobs side by side, at most `limit` at a time, in their order.
 *
 * @returns their results in the jobs' order; rejects with the first failure, after which no further job is started
 */
export async function bounded<T>(limit: number, jobs: readonly (() => Promise<T>)[]): Promise<T[]> {
  const results = new Array<T>(jobs.length);
  const queue = jobs.entries();
  const work = async () => {
    for (const [index, job] of queue) results[index] = await job();
  };
  await Promise.all(Array.from({ length: Math.min(limit, jobs.length) }, work));
  return results;
}
