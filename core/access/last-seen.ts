const dayMs = 86_400_000;
const weekMs = 7 * dayMs;

/** 5 January 1970 was a Monday. */
const firstMondayMs = 4 * dayMs;

/**
 * The week of a moment: its Monday (UTC) as `YYYY-MM-DD`. When a person last logged in is remembered no closer than that:
 * it is enough to tell who has left, tells colleagues little, and costs one write a week.
 */
export function weekOf(moment: Date): string {
  const weeks = Math.floor((moment.getTime() - firstMondayMs) / weekMs);
  return new Date(firstMondayMs + weeks * weekMs).toISOString().slice(0, 10);
}

/** A week as {@link weekOf} writes it, or `undefined` for anything else. */
export function readWeek(text: string | undefined): string | undefined {
  if (text === undefined || !/^\d{4}-\d{2}-\d{2}$/.test(text)) return undefined;
  const moment = new Date(`${text}T00:00:00Z`);
  return Number.isNaN(moment.getTime()) ? undefined : weekOf(moment);
}

/** The latest of some weeks; `undefined` where none is known. */
export function latestWeek(weeks: readonly (string | undefined)[]): string | undefined {
  return weeks.reduce(
    (latest, week) => (latest === undefined || (week !== undefined && week > latest) ? week : latest),
    undefined,
  );
}

/**
 * Whether nobody can have logged in for some days, of whom a week is known: never too early, up to a week too late.
 *
 * @param week when the person was last seen, `undefined` where nothing is known: then nothing is concluded
 * @param days 0 for never
 */
export function isUnused(week: string | undefined, days: number, now: Date): boolean {
  if (days === 0 || week === undefined) return false;
  return now.getTime() >= Date.parse(`${week}T00:00:00Z`) + weekMs + days * dayMs;
}
