import { BlockList } from 'node:net';
import type { SecurityGroup } from '../../adapters/aws/ec2-network';

/** How addresses are let in on a port. */
export interface LetIn {
  /** The ranges that no rule lets in. */
  shut: string[];
  /** Of the others, those that a rule lets in only if they have a group, or are in a list, that it names. */
  perhaps: string[];
}

/**
 * Whom security groups let in by TCP.
 *
 * @param ranges IPv4 ranges of those who come
 * @param groupId the group in which they are, if it is known: who has it is let in by a rule that names it
 */
export function letIn(
  groups: readonly SecurityGroup[],
  port: number,
  { ranges, groupId }: { ranges: readonly string[]; groupId?: string | undefined },
): LetIn {
  const rules = groups
    .flatMap(({ ingress }) => ingress)
    .filter(({ fromPort, toPort }) => fromPort <= port && port <= toPort);
  const bySomethingElse = rules.some((rule) => rule.bySomethingElse);
  const named = groupId !== undefined && rules.some(({ groupIds }) => groupIds.includes(groupId));
  const open = (range: string): boolean =>
    named || rules.some((rule) => rule.ranges.some((allowed) => contains(allowed, range)));
  const rest = ranges.filter((range) => !open(range));
  return bySomethingElse ? { shut: [], perhaps: rest } : { shut: rest, perhaps: [] };
}

/** Whether an IPv4 range has another one in it. */
function contains(outer: string, inner: string): boolean {
  const [address = '', bits = '32'] = outer.split('/');
  const [innerAddress = '', innerBits = '32'] = inner.split('/');
  const range = new BlockList();
  range.addSubnet(address, Number(bits));
  return Number(bits) <= Number(innerBits) && range.check(innerAddress);
}
