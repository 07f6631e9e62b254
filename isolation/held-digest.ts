import { createHash } from 'node:crypto';
import { grantParts, type GrantPart } from '../core/access/diff';
import type { Grant } from '../core/access/grants';
import { latestWeek } from '../core/access/last-seen';
import type { Role } from '../core/access/roles';
import { foldEmail, type UserIdentity } from '../core/access/user-identity';
import type { HeldRecord } from './held-access';
import type { NotedWeeks } from './seen-weeks';

/** 64 bits of a slot's hash, as two numbers that add up without loss. */
type Sum = readonly [low: number, high: number];

const modulus = 2 ** 32;

/**
 * What everybody holds, as little of it as tells whether it is what the directory grants: of each person a number of objects and the
 * sum of hashes of their slots (part, namespace and role), some 150 bytes in place of the objects, of which a cluster may have
 * hundreds of thousands. Of a person for whom it differs the objects are read again.
 *
 * Two different sets have the same sum by a chance of one in 2^64 (SHA-256, cut): then a change would wait for another one.
 */
export class HeldDigest {
  private readonly rows = new Map<string, number>();
  private readonly counts: number[] = [];
  private readonly bindings: number[] = [];
  private readonly lows: number[] = [];
  private readonly highs: number[] = [];
  /** Whether something is not just as we would make it. */
  private readonly odd: boolean[] = [];
  private readonly claimed: boolean[] = [];
  private readonly weeks: (string | undefined)[] = [];
  /** The e-mail by which the objects name the person, where it is not in lower case. */
  private readonly spellings = new Map<number, string>();
  private readonly hashes = new Map<string, Sum>();
  private readonly texts = new Map<string, string>();

  add(record: HeldRecord): void {
    const row = this.rows.get(record.key) ?? this.newRow(record.key);
    const spelling = foldEmail(record.email) === record.email ? undefined : record.email;
    if (this.counts[row] === 0 && spelling !== undefined) this.spellings.set(row, spelling);
    if (!record.consistent || this.spellings.get(row) !== spelling) this.odd[row] = true;
    const [low, high] = this.sumOf(record.part, record.namespace, record.role);
    this.counts[row] = (this.counts[row] ?? 0) + 1;
    this.lows[row] = ((this.lows[row] ?? 0) + low) % modulus;
    this.highs[row] = ((this.highs[row] ?? 0) + high) % modulus;
    if (record.part !== 'binding') return;
    this.bindings[row] = (this.bindings[row] ?? 0) + 1;
    this.weeks[row] = this.once(latestWeek([this.weeks[row], record.seen]));
  }

  /** Whether a person holds just what is granted, each object as we would make it. */
  isExactly({ key, email }: UserIdentity, grants: readonly Grant[]): boolean {
    const row = this.rows.get(key);
    if (row === undefined) return grants.length === 0;
    if (this.odd[row] === true || this.counts[row] !== grants.length * grantParts.length) return false;
    if ((this.spellings.get(row) ?? foldEmail(email)) !== email) return false;
    let low = 0;
    let high = 0;
    for (const { namespace, role } of grants)
      for (const part of grantParts) {
        const sum = this.sumOf(part, namespace, role);
        low = (low + sum[0]) % modulus;
        high = (high + sum[1]) % modulus;
      }
    return low === this.lows[row] && high === this.highs[row];
  }

  holdsAnything(key: string): boolean {
    return this.rows.has(key);
  }

  /** What a person's bindings remember. */
  weeksOf(key: string): NotedWeeks {
    const row = this.rows.get(key) ?? -1;
    return { latest: this.weeks[row], bindings: this.bindings[row] ?? 0 };
  }

  /** The directory knows this person. */
  claim(key: string): void {
    const row = this.rows.get(key);
    if (row !== undefined) this.claimed[row] = true;
  }

  /** Those who hold something, and whom the directory does not know (any more). */
  unclaimed(): string[] {
    return [...this.rows].filter(([, row]) => this.claimed[row] !== true).map(([key]) => key);
  }

  private newRow(key: string): number {
    const row = this.counts.length;
    this.rows.set(key, row);
    for (const numbers of [this.counts, this.bindings, this.lows, this.highs]) numbers.push(0);
    this.odd.push(false);
    this.claimed.push(false);
    this.weeks.push(undefined);
    return row;
  }

  private sumOf(part: GrantPart, namespace: string, role: Role | undefined): Sum {
    const slot = `${part}/${namespace}/${role ?? ''}`;
    const known = this.hashes.get(slot);
    if (known !== undefined) return known;
    const hash = createHash('sha256').update(slot).digest();
    const sum: Sum = [hash.readUInt32BE(0), hash.readUInt32BE(4)];
    this.hashes.set(slot, sum);
    return sum;
  }

  /** The same text once in memory: there are a few weeks, and each page of a list brings its own copies. */
  private once(text: string | undefined): string | undefined {
    if (text === undefined) return undefined;
    const known = this.texts.get(text);
    if (known === undefined) this.texts.set(text, text);
    return known ?? text;
  }
}
