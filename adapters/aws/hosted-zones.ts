import { GetHostedZoneCommand, ListHostedZonesCommand, Route53Client } from '@aws-sdk/client-route-53';
import { normaliseName } from '../../core/dns/dns-record';
import type { AwsClients } from './clients';

export interface HostedZone {
  /** Without `/hostedzone/`. */
  id: string;
  /** Without the final dot, lower case. */
  name: string;
  private: boolean;
}

/** All hosted zones of the account. */
export async function listHostedZones(clients: AwsClients): Promise<HostedZone[]> {
  const zones: HostedZone[] = [];
  let Marker: string | undefined;
  do {
    const page = await clients
      .get(Route53Client)
      .send(new ListHostedZonesCommand(Marker === undefined ? {} : { Marker }));
    for (const zone of page.HostedZones ?? []) {
      zones.push({
        id: (zone.Id ?? '').replace(/^\/hostedzone\//, ''),
        name: (zone.Name ?? '').replace(/\.$/, '').toLowerCase(),
        private: zone.Config?.PrivateZone ?? false,
      });
    }
    Marker = page.IsTruncated === true ? page.NextMarker : undefined;
  } while (Marker !== undefined);
  return zones;
}

/** The name servers of a hosted zone. */
export async function readZoneServers(clients: AwsClients, Id: string): Promise<string[]> {
  const { DelegationSet: set } = await clients.get(Route53Client).send(new GetHostedZoneCommand({ Id }));
  return (set?.NameServers ?? []).map(normaliseName).sort();
}
