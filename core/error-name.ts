/** What is said of something thrown where its message may tell of people: its name alone. */
export const errorName = (thrown: unknown): string => (thrown instanceof Error ? thrown.name : 'Unknown');
