import { Resolver } from 'node:dns/promises';
import { normaliseName } from '../core/dns/dns-record';

/** What the world is told of a zone: its servers, that there is no such zone, or nothing that could be relied on. */
export type Delegation = { servers: readonly string[] } | { absent: true } | { unknown: string };

/** For one question, in milliseconds; it is asked twice. */
const timeout = 2_000;

/**
 * Asks the resolver for the NS records of a name.
 *
 * @param server another resolver than the machine's, as `address:port`
 */
export async function lookUpNameServers(name: string, server?: string): Promise<Delegation> {
  const resolver = new Resolver({ timeout, tries: 2 });
  if (server !== undefined) resolver.setServers([server]);
  try {
    const servers = await resolver.resolveNs(name);
    return { servers: servers.map(normaliseName).sort() };
  } catch (error) {
    const { code = 'unknown' } = error as { code?: string };
    // There is no such name, or it is a mere name in the zone above. Anything else says nothing about the zone.
    return code === 'ENOTFOUND' || code === 'ENODATA' ? { absent: true } : { unknown: code };
  }
}
