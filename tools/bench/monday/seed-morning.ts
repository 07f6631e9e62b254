import { seedLogin } from '../login/seed-algorithm';
import type { BenchCluster } from '../support/cluster';
import { percentile, rounded } from '../support/stats';
import type { Login } from './schedule';

/** Cognito waits so long for its trigger, in milliseconds (Cognito developer guide, "Things to know about Lambda triggers"). */
const triggerLimitMs = 5_000;

/** How the algorithm that this replaces gets through the first part of the same morning. */
export interface SeedMorning {
  readonly seconds: number;
  /** Logins that began. */
  readonly logins: number;
  /** Those that were through within the time that Cognito waits; the others are no logins. */
  readonly inTime: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly reads: number;
  readonly writes: number;
}

/**
 * The same logins, as they come, until `seconds` are over; then those that still run get the time that Cognito waits, and are
 * ended. In one process: for the seed's, starting cold would come on top.
 */
export async function seedMorning(
  { admin }: BenchCluster,
  logins: readonly Login[],
  seconds: number,
): Promise<SeedMorning> {
  const end = new AbortController();
  const client = admin.scope({ signal: end.signal });
  const times: number[] = [];
  const running: Promise<void>[] = [];
  const startedAt = performance.now();
  for (const { atMs, user } of logins.filter((login) => login.atMs < seconds * 1000)) {
    await sleepUntil(startedAt + atMs);
    const began = performance.now();
    const login = {
      userName: user.userName.replace('ADFS_', 'CORP\\'),
      email: user.email ?? '',
      groups: (user.groupsAttribute ?? '').replaceAll(',', ', '),
    };
    running.push(
      seedLogin(client, login).then(
        () => void times.push(performance.now() - began),
        // What goes wrong after the end, or by a refusal, is a login that did not come through.
        () => void times.push(Infinity),
      ),
    );
  }
  await sleepUntil(Math.max(performance.now(), startedAt + seconds * 1000) + triggerLimitMs);
  end.abort();
  await Promise.all(running);
  const finite = times.map((ms) => (Number.isFinite(ms) ? ms : triggerLimitMs * 10));
  return {
    seconds,
    logins: times.length,
    inTime: times.filter((ms) => ms <= triggerLimitMs).length,
    p50Ms: rounded(percentile(finite, 0.5)),
    p99Ms: rounded(percentile(finite, 0.99)),
    reads: client.requests.read,
    writes: client.requests.write,
  };
}

/** Waits until a moment of {@link performance.now}. */
export async function sleepUntil(moment: number): Promise<void> {
  const ms = moment - performance.now();
  if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms));
}
