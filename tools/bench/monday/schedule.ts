import type { DirectoryUser } from '../../../core/access/directory';
import { tenantName } from '../support/cluster';
import { benchUser, grantsPerUser } from '../resync/population';

/** Every how many-th user has other groups than at the last login: 3 %. */
const changedEvery = 33;

/** Every how many-th user logs in twice at the same moment (two tabs, or Cognito's own second attempt). */
const twiceEvery = 10;

/** One login of the morning. */
export interface Login {
  /** When it begins, in milliseconds from the start. */
  readonly atMs: number;
  readonly user: DirectoryUser;
  /** Whether its user comes with other groups than the cluster knows. */
  readonly changed: boolean;
}

/** The user as the directory knows him on Monday: some have gone from their first team to another. */
export function mondayUser(index: number, namespaces: number): DirectoryUser {
  const before = benchUser(index, namespaces);
  if (!hasChanged(index)) return before;
  const groups = namespacesOf(index, namespaces).map((namespace) => tenantName(namespace));
  return { ...before, groupsAttribute: `[${groups.join(',')}]` };
}

/** What the user may edit on Monday, as numbers of tenants. */
export function namespacesOf(index: number, namespaces: number): number[] {
  const before = Array.from({ length: grantsPerUser }, (_, grant) => (index * 7 + grant * 13) % namespaces);
  if (!hasChanged(index)) return before;
  return before.map((namespace, grant) => (grant === 0 ? (namespace + 29) % namespaces : namespace));
}

/** How people come: `rush` is a morning, `at-once` is everybody after the same announcement. */
export const arrivals = ['rush', 'at-once'] as const;
export type Arrivals = (typeof arrivals)[number];

/**
 * The share of the time at which a share of all people has come, both from 0 to 1. In a rush the rate is twice the average at
 * first and falls evenly to nothing, so that half of all come in the first 29 %. At once, half come in the first quarter and
 * there is no bound to the rate of the first moment: of 2,000 people in 5 minutes, 36 come in the first tenth of a second.
 */
const arrivalAt: Readonly<Record<Arrivals, (share: number) => number>> = {
  rush: (share) => 1 - Math.sqrt(1 - share),
  'at-once': (share) => share ** 2,
};

/**
 * The morning's logins in their order. Users come by the golden ratio, which spreads without a pattern and needs no seed.
 */
export function morning(
  users: number,
  namespaces: number,
  minutes: number,
  comes: Arrivals = 'rush',
): Login[] {
  const logins: Login[] = [];
  for (let index = 0; index < users; index += 1) {
    const user = mondayUser(index, namespaces);
    const atMs = arrivalAt[comes]((index * 0.618_033_988_75) % 1) * minutes * 60_000;
    const login = { atMs, user, changed: hasChanged(index) };
    logins.push(login);
    if (index % twiceEvery === 0) logins.push(login);
  }
  return logins.sort((a, b) => a.atMs - b.atMs);
}

function hasChanged(index: number): boolean {
  return index % changedEvery === 0;
}
