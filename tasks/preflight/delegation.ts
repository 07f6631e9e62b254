import { readZoneServers } from '../../adapters/aws/hosted-zones';
import { lookUpNameServers } from '../../adapters/name-servers';
import type { TaskContext } from '../support/context';
import type { Finding } from './findings';

/** How a resolver says that it does not answer such questions at all; a zone's own servers may be away for a while. */
const refusals = new Set(['ENOTIMP', 'EREFUSED', 'EFORMERR']);

/**
 * Whether the world is told the servers of the hosted zone. Where it is told others, or none, no certificate would ever be
 * validated, which shows only after an hour. What a resolver cannot say is a warning: it must not refuse a zone that works.
 *
 * @param server another resolver than the machine's
 */
export async function checkDelegation(
  context: TaskContext,
  zone: { id: string; name: string },
  server: string | undefined,
): Promise<{ findings: Finding[]; warnings: string[] }> {
  const [own, told] = await Promise.all([
    readZoneServers(context.clients, zone.id),
    lookUpNameServers(zone.name, server),
  ]);
  if ('unknown' in told)
    context.observe('name-servers', refusals.has(told.unknown) ? 'refuted' : 'not-observed', told.unknown);
  else context.observe('name-servers', 'verified');
  if ('unknown' in told) {
    const warning = `whether ${zone.name} is delegated to the hosted zone ${zone.id} could not be looked up (${told.unknown})`;
    return { findings: [], warnings: [warning] };
  }
  const servers = 'absent' in told ? [] : told.servers;
  if (own.length === 0 || servers.some((each) => own.includes(each))) return { findings: [], warnings: [] };
  const found = servers.length === 0 ? 'no name servers' : servers.join(', ');
  return {
    findings: [
      {
        name: 'HostedZoneMissing',
        message: `the world is told ${found} for ${zone.name}, and the hosted zone ${zone.id} is on ${own.join(', ')}: no record in it would be seen, and no certificate validated. Enter these servers at the registrar, or as an NS record in the zone above; or name the zone that is delegated to in \`hosted_zone_id\`.`,
      },
    ],
    warnings: [],
  };
}
