import { normaliseName, type FoundRecord } from '../../core/dns/dns-record';
import type { Finding } from './findings';

/**
 * Names that the zone itself gives to other name servers, by an NS record at or above them: a record that is made in it
 * for one of these is never seen, whichever account the other servers are of.
 *
 * @param records of the zone
 * @param zone its name
 * @param names that get records, wildcards among them
 */
export function delegatedNames(
  records: readonly FoundRecord[],
  zone: string,
  names: readonly string[],
): Finding[] {
  const cuts = records.filter(
    ({ name, type }) => type === 'NS' && normaliseName(name) !== normaliseName(zone),
  );
  return [...new Set(names)].flatMap((name): Finding[] => {
    const own = normaliseName(name.replace(/^\*\./, ''));
    const cut = cuts
      .map((each) => normaliseName(each.name))
      .find((at) => own === at || own.endsWith(`.${at}`));
    if (cut === undefined) return [];
    return [
      {
        name: 'HostedZoneMissing',
        message: `the hosted zone ${zone} gives ${cut} to other name servers by an NS record, so that a record for ${name} in it would never be seen. Name the zone of those servers in \`hosted_zone_id\` if it is this account's, choose another name, or remove the NS record.`,
      },
    ];
  });
}
