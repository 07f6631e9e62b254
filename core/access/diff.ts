import type { Grant } from './grants';
import type { Role } from './roles';

/** A grant is two objects: Kubernetes' binding and Istio's policy. */
export const grantParts = ['binding', 'policy'] as const;

/** One of a grant's two objects. */
export type GrantPart = (typeof grantParts)[number];

/** An object in the cluster that carries our label. */
export interface HeldObject {
  readonly part: GrantPart;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** The role that it grants (a binding: by its `roleRef`, which is fixed); `undefined` where it is none of ours. */
  readonly role: Role | undefined;
  /** Whether it is just what we would make for this user and role. */
  readonly intact: boolean;
}

/** The way from what is to what should be. */
export interface AccessChanges<H extends HeldObject = HeldObject> {
  /** Parts that are missing. */
  readonly create: readonly { readonly part: GrantPart; readonly grant: Grant }[];
  /** Ours, but somebody edited them. */
  readonly repair: readonly { readonly held: H; readonly grant: Grant }[];
  /** Ours, and not wanted (any more). */
  readonly remove: readonly H[];
  /** Grants of which both parts stand as they should. */
  readonly kept: readonly Grant[];
}

/**
 * What to change. Pure, and total: every held object is kept, repaired or removed, every part of every grant is kept,
 * repaired or created.
 *
 * @param desired at most one grant per namespace
 * @param held all of one user's objects that carry our label
 */
export function diff<H extends HeldObject>(desired: readonly Grant[], held: readonly H[]): AccessChanges<H> {
  const bySlot = new Map<string, H[]>();
  for (const object of held) {
    const slot = slotOf(object.part, object.namespace, object.role);
    const known = bySlot.get(slot);
    if (known === undefined) bySlot.set(slot, [object]);
    else known.push(object);
  }
  const create: { part: GrantPart; grant: Grant }[] = [];
  const repair: { held: H; grant: Grant }[] = [];
  const kept: Grant[] = [];
  const staying = new Set<H>();
  for (const grant of desired) {
    let standing = 0;
    for (const part of grantParts) {
      const candidates = bySlot.get(slotOf(part, grant.namespace, grant.role)) ?? [];
      const keeper = candidates.find((candidate) => candidate.intact) ?? candidates[0];
      if (keeper === undefined) {
        create.push({ part, grant });
        continue;
      }
      staying.add(keeper);
      if (keeper.intact) standing += 1;
      else repair.push({ held: keeper, grant });
    }
    if (standing === grantParts.length) kept.push(grant);
  }
  return { create, repair, remove: held.filter((object) => !staying.has(object)), kept };
}

function slotOf(part: GrantPart, namespace: string, role: Role | undefined): string {
  return `${part}/${namespace}/${role ?? ''}`;
}
