import type { Workflow } from '../../../core/naming';
import { faultKinds, waysOf, type FaultKind, type StateProfile, type Variant } from './kinds';

/** What came of one way in which a fault struck a state, or why it cannot. */
export interface Cell {
  readonly workflow: Workflow;
  readonly state: string;
  readonly kind: FaultKind;
  /** Why the fault cannot strike the state; all else is missing then. */
  readonly why?: string;
  readonly way?: string;
  /** What the execution failed with before the operator went on; nothing where it recovered by itself. */
  readonly failures?: readonly string[];
  readonly problems?: readonly string[];
}

/** The reason, where a fault cannot strike a state. */
export function cannotStrike(workflow: Workflow, profile: StateProfile, kind: FaultKind): Cell[] {
  const ways = waysOf(kind, profile);
  return 'why' in ways ? [{ workflow, state: profile.name, kind, why: ways.why }] : [];
}

/** One way in which a fault strikes a state, with its column. */
export type Strike = Variant & { readonly kind: FaultKind };

/** All ways in which faults can strike a state. */
export function strikesOf(profile: StateProfile): Strike[] {
  return faultKinds.flatMap((kind) => {
    const ways = waysOf(kind, profile);
    return 'why' in ways ? [] : ways.map((way) => ({ ...way, kind }));
  });
}

/**
 * The strikes of all states in as many runs as the state with the most needs: in each run every state is struck in one way at
 * most, neighbours by different faults.
 */
export function roundsOf(profiles: Iterable<StateProfile>): Map<string, Strike>[] {
  const rounds: Map<string, Strike>[] = [];
  [...profiles].forEach((profile, index) => {
    const strikes = strikesOf(profile);
    strikes.forEach((_, round) => {
      const strike = strikes[(index * 5 + round) % strikes.length];
      const struck = (rounds[round] ??= new Map<string, Strike>());
      if (strike !== undefined) struck.set(profile.name, strike);
    });
  });
  return rounds;
}

/**
 * The matrix as Markdown: a row for each state, a column for each fault, in a cell how many ways of striking came to the end
 * that there is without the fault, of how many. A dash is a fault that cannot strike the state.
 */
export function tableOf(cells: readonly Cell[]): string {
  const rows = Map.groupBy(cells, ({ workflow, state }) => `${workflow} | ${state}`);
  const line = (parts: readonly string[]): string => `| ${parts.join(' | ')} |\n`;
  return [
    line(['workflow', 'state', ...faultKinds]),
    line(['---', '---', ...faultKinds.map(() => '---')]),
    ...[...rows].map(([name, row]) =>
      line([name, ...faultKinds.map((kind) => countOf(row.filter((cell) => cell.kind === kind)))]),
    ),
    `\n${sumOf(cells)}\n`,
  ].join('');
}

function countOf(ways: readonly Cell[]): string {
  if (ways.some(({ why }) => why !== undefined)) return '–';
  const well = ways.filter(({ problems }) => problems?.length === 0).length;
  return `${well.toString()}/${ways.length.toString()}`;
}

/** The matrix in one sentence. */
export function sumOf(cells: readonly Cell[]): string {
  const tried = cells.filter(({ why }) => why === undefined);
  const places = new Set(tried.map(({ workflow, state, kind }) => [workflow, state, kind].join('|')));
  const well = tried.filter(({ problems }) => problems?.length === 0).length;
  const redriven = tried.filter(({ failures = [] }) => failures.length > 0).length;
  return (
    `${places.size.toString()} pairs of state and fault that are possible, ${(cells.length - tried.length).toString()} that are not; ` +
    `${well.toString()} of ${tried.length.toString()} faults ended as without them, ` +
    `${redriven.toString()} of these after the operator went on`
  );
}
