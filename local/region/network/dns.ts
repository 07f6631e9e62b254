import {
  ListHostedZonesCommand,
  ListResourceRecordSetsCommand,
  type HostedZone,
  type ResourceRecordSet,
  type Route53Client,
} from '@aws-sdk/client-route-53';

/** What a name leads to: the target of an alias, or an address. */
export type Answer = { alias: string; address?: never } | { address: string; alias?: never };

/** A name as it is compared: without the dot of the root, in small letters. */
export const withoutDot = (name: string): string => name.replace(/\.$/, '').toLowerCase();

/** Of several zones above a name the longest is its own. */
export const longestFirst = (one: HostedZone, other: HostedZone): number =>
  (other.Name?.length ?? 0) - (one.Name?.length ?? 0);

/** Looks an A record up in the hosted zones, as the authoritative servers of the longest matching zone would. */
export async function lookUp(route53: Route53Client, host: string): Promise<Answer | undefined> {
  const { HostedZones: zones = [] } = await route53.send(new ListHostedZonesCommand({}));
  const zone = zones
    .filter(({ Name: name = '' }) => host === withoutDot(name) || host.endsWith(`.${withoutDot(name)}`))
    .sort(longestFirst)[0];
  if (zone?.Id === undefined) return undefined;
  const { ResourceRecordSets: records = [] } = await route53.send(
    new ListResourceRecordSetsCommand({
      HostedZoneId: zone.Id,
      StartRecordName: host,
      StartRecordType: 'A',
      MaxItems: 1,
    }),
  );
  const record = records.find(({ Name: name = '', Type: type }) => withoutDot(name) === host && type === 'A');
  return record === undefined ? undefined : answerOf(record);
}

function answerOf(record: ResourceRecordSet): Answer | undefined {
  if (record.AliasTarget?.DNSName !== undefined) return { alias: withoutDot(record.AliasTarget.DNSName) };
  const address = record.ResourceRecords?.[0]?.Value;
  return address === undefined ? undefined : { address };
}
