import type { DirectoryAccess, DirectoryCounts } from '../core/access/directory';
import type { Refusal, RefusalReason } from '../core/access/grants';
import type { WriteReport } from './access-writer';
import type { Survey } from './survey';
import type { Failure } from './write-failures';
import type { RequestCounts } from '../adapters/kubernetes/exchange';

/** What a pass found and changed. Counts only: it goes into an event, the table and a history. */
export interface ResyncSummary {
  readonly directory: DirectoryCounts;
  readonly tenants: number;
  /** Grants that stood as they should. */
  readonly kept: number;
  /** Objects (two to a grant). */
  readonly created: number;
  readonly repaired: number;
  readonly removed: number;
  /** Identities whose users are gone or disabled, and who still had something. */
  readonly revokedIdentities: number;
  /** Identities who would have something, and have not logged in for `revoke_unused_after` days. */
  readonly unusedIdentities: number;
  readonly profilesMade: number;
  /** Tenants' namespaces that the profile manager was let into. */
  readonly admitted: number;
  /** Profiles that got a quota, or another one, in this pass. */
  readonly quotasGiven: number;
  /** Objects written or taken away in tenants' namespaces beside grants: pull Secrets, and tokens for Pipelines. */
  readonly namespaceObjects: number;
  /** Namespaces whose pods got the role for artifacts in this pass. */
  readonly artifactIdentities: number;
  /** 1 where the secret to pull images with could not be read, and the Secrets stayed as they were. */
  readonly unreadablePullSecrets: number;
  /** Profiles that have none after it: their workloads may fill the cluster. */
  readonly profilesWithoutQuota: number;
  readonly refusals: Readonly<Partial<Record<RefusalReason, number>>>;
  readonly failures: Readonly<Record<string, number>>;
  readonly requests: RequestCounts;
}

/** Counts what a pass comes to. */
export class Tally {
  kept = 0;
  unused = 0;
  readonly changes = { created: 0, repaired: 0, removed: 0 };
  readonly refusals = new Map<RefusalReason, number>();
  readonly failures = new Map<string, number>();

  /** Those for whom nothing is to be done. */
  surveyed({ kept, unused, refused }: Survey): void {
    this.kept += kept;
    this.unused += unused;
    for (const [reason, times] of refused) if (times > 0) this.refusals.set(reason, times);
  }

  wrote({ changes, refusals, failures }: WriteReport): void {
    for (const { action } of changes) this.changes[pastTense[action]] += 1;
    for (const { reason } of refusals) count(this.refusals, reason);
    this.failed(failures);
  }

  failed(failures: readonly Pick<Failure, 'reason'>[]): void {
    for (const { reason } of failures) count(this.failures, reason);
  }

  /** Counts what the directory asks for and nobody gets. */
  refused({ desired }: DirectoryAccess, refusalOf: (namespace: string) => Refusal | undefined): void {
    for (const { reason } of desired?.refusals ?? []) count(this.refusals, reason);
    for (const { namespace } of desired?.grants ?? []) {
      const refusal = refusalOf(namespace);
      if (refusal !== undefined) count(this.refusals, refusal.reason);
    }
  }
}

const pastTense = { create: 'created', repair: 'repaired', remove: 'removed' } as const;

function count<K>(counts: Map<K, number>, key: K): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
