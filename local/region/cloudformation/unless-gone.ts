/** Removes something; that it is not there any more is no error. */
export async function unlessGone(remove: () => Promise<unknown>): Promise<void> {
  try {
    await remove();
  } catch (error) {
    if (error instanceof Error && /NotFound|NoSuchEntity/.test(error.name)) return;
    throw error;
  }
}
