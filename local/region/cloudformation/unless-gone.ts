/** Asks for something that may be gone; `undefined` where it is. */
export async function findUnlessGone<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof Error && /NotFound|NoSuchEntity/.test(error.name)) return undefined;
    throw error;
  }
}

/** Removes something; that it is not there any more is no error. */
export async function unlessGone(remove: () => Promise<unknown>): Promise<void> {
  await findUnlessGone(remove);
}
