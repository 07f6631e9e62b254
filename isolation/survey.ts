import {
  noUsers,
  readDirectory,
  readUser,
  type DirectoryAccess,
  type DirectoryCounts,
  type DirectoryUser,
} from '../core/access/directory';
import type { Refusal, RefusalReason } from '../core/access/grants';
import { createGroupMapper, type GroupMapper } from '../core/access/mapping';
import type { AccessRules } from '../core/access/rules';
import type { HeldDigest } from './held-digest';
import { lacksNote, unlessUnused } from './seen-weeks';

/** What a person should have, with whether for want of a login it is nothing. */
export type JudgedAccess = ReturnType<typeof unlessUnused>;

/** What a survey holds the directory against. */
export interface SurveyInput {
  readonly rules: AccessRules;
  readonly held: HeldDigest;
  readonly now: Date;
  /** Why nobody gets anything in a namespace as it is now. */
  readonly refusalOf: (namespace: string) => Refusal | undefined;
  /** Whether a Profile may have to be made for a person, after which more is granted. */
  readonly mayWantProfile: (entry: DirectoryAccess) => boolean;
}

/** What is counted of those for whom nothing is to be done. */
interface Standing {
  readonly userName: string;
  readonly kept: number;
  readonly unused: boolean;
  readonly refused: readonly RefusalReason[];
}

/**
 * Holds the directory against what everybody holds, user by user: whoever has what he should have is counted and forgotten but for the
 * name, so that a directory takes some 150 bytes a person, whatever its groups. Of the others what they should have is kept.
 */
export class Survey {
  readonly counts: DirectoryCounts = { ...noUsers };
  /** Those for whom something may have to be done, by key. */
  readonly differing = new Map<string, JudgedAccess>();
  kept = 0;
  unused = 0;
  readonly refused = new Map<RefusalReason, number>();
  private readonly input: SurveyInput;
  private readonly mapper: GroupMapper;
  /** What was counted of a person: as text, which takes a tenth of what an object does. */
  private readonly standing = new Map<string, string>();
  private readonly shared = new Map<string, string[]>();
  private readonly names = new Map<string, string>();

  constructor(input: SurveyInput) {
    this.input = input;
    this.mapper = createGroupMapper(input.rules);
  }

  take(user: DirectoryUser): void {
    const entry = readUser(user, this.input.rules, this.mapper, this.counts);
    if (entry === undefined) return;
    const { key } = entry.identity;
    const others = this.shared.get(key) ?? this.forget(key);
    if (others === undefined) {
      this.place(entry);
      return;
    }
    if (others.length === 1) this.counts.sharedEmails += 1;
    this.shared.set(key, [...others, user.userName]);
  }

  /** Whoever shares an e-mail with others is asked for again, once all are known. */
  async settle(find: (userName: string) => Promise<DirectoryUser | undefined>): Promise<void> {
    for (const userNames of this.shared.values()) {
      const users = await Promise.all(userNames.map(find));
      const there = users.filter((user) => user !== undefined);
      for (const entry of readDirectory(there, this.input.rules, this.mapper).access.values())
        this.place(entry);
    }
    this.shared.clear();
    this.standing.clear();
  }

  private place(entry: DirectoryAccess): void {
    const { rules, held, now, refusalOf, mayWantProfile } = this.input;
    const { key } = entry.identity;
    held.claim(key);
    const weeks = held.weeksOf(key);
    const judged = unlessUnused(entry, weeks, rules, now);
    const { desired } = judged;
    const userName = entry.userNames.join('\n');
    // Nothing is given and nothing taken where the groups cannot be read.
    if (desired === undefined) {
      this.count(key, { userName, kept: 0, unused: false, refused: [] }, 1);
      return;
    }
    const refusals = desired.grants.map(({ namespace }) => refusalOf(namespace)?.reason);
    const grants = desired.grants.filter((_, index) => refusals[index] === undefined);
    if (mayWantProfile(judged) || lacksNote(weeks, judged.seen) || !held.isExactly(entry.identity, grants)) {
      this.differing.set(key, this.reduced(judged));
      return;
    }
    const refused = [...desired.refusals.map(({ reason }) => reason), ...refusals];
    this.count(
      key,
      {
        userName,
        kept: grants.length,
        unused: judged.unused,
        refused: refused.filter((reason) => reason !== undefined),
      },
      1,
    );
  }

  /** What is needed to carry a change out, without what it was derived from. */
  private reduced(judged: JudgedAccess): JudgedAccess {
    if (judged.desired === undefined) return judged;
    const { grants, refusals } = judged.desired;
    return {
      ...judged,
      desired: {
        grants: grants.map(({ namespace, role }) => ({ namespace: this.once(namespace), role, because: [] })),
        refusals: refusals.map(({ reason }) => ({ reason, message: '' })),
        ignored: [],
      },
    };
  }

  /** Takes back what was counted of a person who is met a second time. @returns the users' names so far */
  private forget(key: string): string[] | undefined {
    const differing = this.differing.get(key);
    if (differing !== undefined) {
      this.differing.delete(key);
      return [...differing.userNames];
    }
    const text = this.standing.get(key);
    if (text === undefined) return undefined;
    this.standing.delete(key);
    const [userName, kept, unused, refused] = JSON.parse(text) as [string, number, boolean, RefusalReason[]];
    this.tally({ userName, kept, unused, refused }, -1);
    return userName.split('\n');
  }

  private count(key: string, standing: Standing, by: 1 | -1): void {
    const { userName, kept, unused, refused } = standing;
    this.standing.set(key, JSON.stringify([userName, kept, unused, refused]));
    this.tally(standing, by);
  }

  private tally({ kept, unused, refused }: Standing, by: 1 | -1): void {
    this.kept += by * kept;
    if (unused) this.unused += by;
    for (const reason of refused) this.refused.set(reason, (this.refused.get(reason) ?? 0) + by);
  }

  private once(namespace: string): string {
    const known = this.names.get(namespace);
    if (known === undefined) this.names.set(namespace, namespace);
    return known ?? namespace;
  }
}
