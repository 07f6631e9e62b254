/**
 * Does two things beside each other, each to its end, so that nothing is under way any more when a failure is told.
 *
 * @throws what the first of them threw, else what the other did
 */
export async function beside<One, Other>(one: Promise<One>, other: Promise<Other>): Promise<[One, Other]> {
  await Promise.allSettled([one, other]);
  return [await one, await other];
}
