import { awaited, builds, call, type Case } from '../../../core/execution/documented-durations';

/** What of a step the longest path is made of. */
export interface GraphStep {
  readonly name: string;
  readonly needs?: readonly string[] | undefined;
  readonly after?: readonly string[] | undefined;
}

/** The longest path of a graph. */
export interface CriticalPath {
  /** From the beginning to the end of the last step. */
  readonly seconds: number;
  /** The steps on it, in their order. */
  readonly steps: readonly string[];
}

interface End {
  readonly at: number;
  readonly because: string | undefined;
}

/**
 * How long the steps would take if each began the moment that what it truly depends on is there: no step behind another
 * without a reason, no time between two polls.
 *
 * @param steps in an order in which every step comes after what it depends on
 * @param gates the steps that everything after them depends on, whatever it says: until then nothing may be changed
 * @throws Error for a step that depends on one which does not come before it
 */
export function criticalPath(
  steps: readonly GraphStep[],
  which: Case,
  gates: readonly string[],
): CriticalPath {
  const ends = new Map<string, End>();
  let gate: string | undefined;
  const latest = (names: readonly string[], step: string): End =>
    names.reduce<End>(
      (last, name) => {
        const end = ends.get(name);
        if (end === undefined) throw new Error(`${step} depends on ${name}, which does not come before it`);
        return end.at > last.at ? { at: end.at, because: name } : last;
      },
      { at: 0, because: undefined },
    );
  for (const { name, needs = [], after = [] } of steps) {
    const dependencies = [...needs, ...after, ...(gate === undefined ? [] : [gate])];
    const begin = latest(dependencies, name);
    const wait = awaited[name];
    const since = wait === undefined || wait.since.length === 0 ? begin : latest(wait.since, name);
    const ready = wait === undefined ? begin : { at: since.at + wait[which], because: since.because };
    const { at, because } = ready.at > begin.at ? ready : begin;
    ends.set(name, { at: at + (builds[name] ?? call)[which], because });
    if (gates.includes(name)) gate = name;
  }
  const all = latest([...ends.keys()], 'the end');
  const path: string[] = [];
  for (let step = all.because; step !== undefined; step = ends.get(step)?.because) path.unshift(step);
  return { seconds: all.at, steps: path };
}
