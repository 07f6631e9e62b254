import type { HostedZone } from '../../adapters/aws/hosted-zones';
import type { Finding } from './findings';

/**
 * The public hosted zone in which all names of a deployment are made.
 *
 * @param zones every zone of the account
 * @param domain `route53_domain`: the zone of the longest name that it ends in is taken
 * @param names every name that gets a record
 * @param configuredId `hosted_zone_id`, instead of finding one
 */
export function chooseZone(
  zones: readonly HostedZone[],
  domain: string,
  names: readonly string[],
  configuredId: string | undefined,
): { zone?: HostedZone; findings: Finding[] } {
  const open = zones.filter((zone) => !zone.private);
  const known = open.length === 0 ? 'none' : open.map(({ id, name }) => `${name} (${id})`).join(', ');

  const candidates =
    configuredId === undefined ? longest(open, domain) : zones.filter(({ id }) => id === configuredId);
  const [zone, second] = candidates;
  if (zone === undefined) {
    const what = configuredId === undefined ? `for ${domain}` : configuredId;
    return {
      findings: [
        {
          name: 'HostedZoneMissing',
          message: `there is no public hosted zone ${what} in this account; its public zones: ${known}. Create it, or correct ${configuredId === undefined ? '`route53_domain`' : '`hosted_zone_id`'}.`,
        },
      ],
    };
  }
  if (second !== undefined) {
    return {
      findings: [
        {
          name: 'HostedZoneAmbiguous',
          message: `${candidates.length} public hosted zones are named ${zone.name}: ${candidates.map(({ id }) => id).join(', ')}. Name the one that the domain is delegated to in \`hosted_zone_id\`.`,
        },
      ],
    };
  }
  if (zone.private) {
    return {
      findings: [
        {
          name: 'HostedZoneMissing',
          message: `the hosted zone ${zone.id} (${zone.name}) is private; a certificate can be validated in a public one only. Its public zones: ${known}.`,
        },
      ],
    };
  }
  return { zone, findings: [...outside(zone, [domain, ...names]), ...delegated(open, zone, names)] };
}

/** Names that are not the zone's to answer. */
function outside(zone: HostedZone, names: readonly string[]): Finding[] {
  const strays = [...new Set(names)].filter((name) => !isWithin(name, zone.name));
  if (strays.length === 0) return [];
  return [
    {
      name: 'HostedZoneMissing',
      message: `${strays.join(', ')} ${strays.length === 1 ? 'is' : 'are'} not in the hosted zone ${zone.name} (${zone.id}), where the records are made. Use names below ${zone.name}.`,
    },
  ];
}

/** Names for which a zone of their own answers, so that a record in the parent would never be seen. */
function delegated(open: readonly HostedZone[], zone: HostedZone, names: readonly string[]): Finding[] {
  return [...new Set(names)].flatMap((name): Finding[] => {
    const nearer = longest(open, name.replace(/^\*\./, '')).find(
      ({ name: it }) => it.length > zone.name.length,
    );
    if (nearer === undefined || !isWithin(nearer.name, zone.name)) return [];
    return [
      {
        name: 'HostedZoneAmbiguous',
        message: `${name} is answered by the hosted zone ${nearer.name} (${nearer.id}), not by ${zone.name} (${zone.id}), where its record would be made. Choose another name or remove that zone.`,
      },
    ];
  });
}

/** The zones of the longest name that a domain ends in. */
function longest(zones: readonly HostedZone[], domain: string): HostedZone[] {
  const matching = zones.filter(({ name }) => isWithin(domain, name));
  const length = Math.max(0, ...matching.map(({ name }) => name.length));
  return matching.filter(({ name }) => name.length === length);
}

function isWithin(name: string, zone: string): boolean {
  return name === zone || name.endsWith(`.${zone}`);
}
