import { ownerTag, product } from '../naming';
import { ownerMark, type Owner } from '../ownership';

/** A record with values, or an alias to an AWS resource. Names may or may not end in a dot. */
export type DnsRecord = ValueRecord | AliasRecord;

/** The record types that the workflows make. */
export type RecordType = 'A' | 'AAAA' | 'CNAME' | 'TXT';

/** An ordinary record. `ttl` is in seconds. */
export interface ValueRecord {
  name: string;
  type: RecordType;
  ttl: number;
  values: string[];
}

/** A Route 53 alias; it has no TTL of its own. */
export interface AliasRecord {
  name: string;
  type: RecordType;
  alias: { zoneId: string; dnsName: string };
}

/**
 * What stands in a zone. `type` may be any type there is, and `routed` says that the record set belongs to a routing
 * policy (weighted, latency, …), of which one name may have many.
 */
export interface FoundRecord {
  name: string;
  type: string;
  ttl?: number;
  values?: string[];
  alias?: { zoneId: string; dnsName: string; evaluateTargetHealth?: boolean };
  routed?: boolean;
}

/**
 * Escapes that must stay escapes: a dot or a backslash that is part of a label is not a separator.
 * Route 53 writes every character outside a-z, 0-9, `-`, `_` and `.` as a backslash and three octal digits, so a
 * wildcard comes back as `\052.example.com.`
 */
const keptEscapes = new Set(['056', '134']);

/**
 * A name in the one form in which two names can be compared: lower case, no final dot, octal escapes decoded.
 *
 * @param name a domain name as written by hand or as Route 53 returns it
 */
export function normaliseName(name: string): string {
  return name
    .replace(/\\([0-3][0-7]{2})/g, (escape, octal: string) =>
      keptEscapes.has(octal) ? escape : String.fromCharCode(parseInt(octal, 8)),
    )
    .toLowerCase()
    .replace(/\.$/, '');
}

/** The key under which a record stands in a zone: its normalised name and its type. */
export function recordKey(record: Readonly<{ name: string; type: string }>): string {
  return `${normaliseName(record.name)} ${record.type}`;
}

/** Route 53's console writes `dualstack.` before a load balancer's name; both lead to the same load balancer. */
function normaliseAliasTarget(dnsName: string): string {
  return normaliseName(dnsName).replace(/^dualstack\./, '');
}

function normaliseValue(type: string, value: string): string {
  return type === 'CNAME' ? normaliseName(value) : value.trim();
}

/** A record's content as one string: equal strings mean that resolvers are told the same. */
function contentOf(record: Readonly<FoundRecord>): string {
  if (record.alias) {
    return JSON.stringify(['alias', record.alias.zoneId, normaliseAliasTarget(record.alias.dnsName)]);
  }
  const values = (record.values ?? []).map((value) => normaliseValue(record.type, value));
  // ACM's validation records depend on the account and the name alone, so others have them too, with TTLs of their own.
  const ttl = record.type === 'CNAME' ? undefined : record.ttl;
  return JSON.stringify(['values', ttl ?? null, values.sort()]);
}

/**
 * Whether two records of one name and type say the same. Order of values, case and final dots do not count; the TTL
 * does, except a CNAME's. A record of a routing policy never equals a simple one.
 */
export function sameContent(left: Readonly<FoundRecord>, right: Readonly<FoundRecord>): boolean {
  return !left.routed && !right.routed && contentOf(left) === contentOf(right);
}

/** A record for a message: what it leads to, in a few words. */
export function describeContent(record: Readonly<FoundRecord>): string {
  const target = record.alias ? `alias of ${record.alias.dnsName}` : (record.values ?? []).join(', ');
  return `${record.type} ${target}${record.routed ? ' (with a routing policy)' : ''}`;
}

const companionPrefix = `_${product}-`;
const ownerPrefix = `${ownerTag}=`;
const companionTtl = 300;

/**
 * The name of the TXT record that says who owns a record. It stands below the record's own name, because beside a
 * CNAME nothing else may stand, and carries the type, because one name may have records of several types.
 */
export function companionName(record: Readonly<{ name: string; type: string }>): string {
  return `${companionPrefix}${record.type.toLowerCase()}.${normaliseName(record.name).replace(/^\*/, '_wildcard')}`;
}

/** The companion of a record, with its owners' marks. */
export function companionOf(
  record: Readonly<{ name: string; type: string }>,
  owners: readonly string[],
): ValueRecord {
  const values = [...new Set(owners)].sort().map((owner) => `"${ownerPrefix}${owner}"`);
  return { name: companionName(record), type: 'TXT', ttl: companionTtl, values };
}

/**
 * The marks of the owners that a TXT record names: `<name>/<region>`, or a name alone, as companions had it before they
 * had regions.
 *
 * @returns an empty list when the record is no companion
 */
export function ownersIn(companion: Readonly<FoundRecord> | undefined): string[] {
  return (companion?.values ?? [])
    .map((value) => value.trim().replace(/^"|"$/g, ''))
    .filter((value) => value.startsWith(ownerPrefix))
    .map((value) => value.slice(ownerPrefix.length));
}

/**
 * The record that a companion speaks of.
 *
 * @returns its normalised name and type, or `undefined` when the name is not a companion's
 */
export function subjectOf(
  companion: Readonly<{ name: string; type: string }>,
): { name: string; type: string } | undefined {
  const match = /^_kubeflow-eks-([a-z]+)\.(.+)$/.exec(normaliseName(companion.name));
  const [, type, name] = match ?? [];
  if (companion.type !== 'TXT' || type === undefined || name === undefined) return undefined;
  return { name: name.replace(/^_wildcard(?=\.|$)/, '*'), type: type.toUpperCase() };
}

/**
 * Those of a companion's owners that are a deployment: its mark, and its name alone where nothing speaks against this
 * region. Against it speaks a record that leads to a load balancer of another region; a name's host says its region
 * (Elastic Load Balancing user guide, "DNS name": `<name>-<id>.<region>.elb.amazonaws.com`).
 *
 * @param record what the companion speaks of, if it is there
 */
export function ownMarks(
  owners: readonly string[],
  owner: Owner,
  record: Readonly<FoundRecord> | undefined,
): string[] {
  const target = normaliseAliasTarget(record?.alias?.dnsName ?? '');
  const elsewhere =
    /\.elb\.(?:[^.]+\.)?amazonaws\.com/.test(target) && !target.split('.').includes(owner.region);
  return owners.filter((mark) => mark === ownerMark(owner) || (mark === owner.name && !elsewhere));
}
