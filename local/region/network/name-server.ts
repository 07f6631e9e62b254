import { createSocket } from 'node:dgram';
import {
  GetHostedZoneCommand,
  ListHostedZonesCommand,
  ListResourceRecordSetsCommand,
  type Route53Client,
} from '@aws-sdk/client-route-53';
import { loopback } from '../../processes/free-port';
import { longestFirst, withoutDot } from './dns';

/** A resolver on loopback that knows the NS records of the region's hosted zones, and no other name. */
export interface NameServer {
  /** `127.0.0.1:PORT`. */
  readonly address: string;
  close(): Promise<void>;
}

/**
 * The servers that the world is told for a name: those of its public hosted zone, taken to be delegated where the account
 * has no zone above it; below such a zone the one above must say so by an NS record (RFC 1034, 4.2).
 */
export async function delegatedServers(route53: Route53Client, name: string): Promise<string[]> {
  const { HostedZones: zones = [] } = await route53.send(new ListHostedZonesCommand({}));
  const open = zones.filter(({ Config: config }) => config?.PrivateZone !== true);
  const zone = open.find(({ Name: zoneName = '' }) => withoutDot(zoneName) === name);
  if (zone?.Id === undefined) return [];
  const [above] = open
    .filter(({ Name: zoneName = '' }) => name.endsWith(`.${withoutDot(zoneName)}`))
    .sort(longestFirst);
  if (above?.Id !== undefined) {
    const { ResourceRecordSets: records = [] } = await route53.send(
      new ListResourceRecordSetsCommand({ HostedZoneId: above.Id }),
    );
    const record = records.find((each) => each.Type === 'NS' && withoutDot(each.Name ?? '') === name);
    return (record?.ResourceRecords ?? []).map(({ Value = '' }) => withoutDot(Value));
  }
  const { DelegationSet: set } = await route53.send(new GetHostedZoneCommand({ Id: zone.Id }));
  return (set?.NameServers ?? []).map(withoutDot);
}

/** Opens it. It answers one question a packet, as stub resolvers send them (RFC 1035, 4). */
export async function openNameServer(route53: Route53Client): Promise<NameServer> {
  const socket = createSocket('udp4');
  socket.on('message', (query, from) => {
    void answer(route53, query).then(
      (reply) => {
        socket.send(reply, from.port, from.address);
      },
      () => {
        socket.send(header(query, serverFailure, 0), from.port, from.address);
      },
    );
  });
  await new Promise<void>((resolve) => {
    socket.bind(0, loopback, resolve);
  });
  return {
    address: `${loopback}:${socket.address().port}`,
    close: () =>
      new Promise((resolve) =>
        socket.close(() => {
          resolve();
        }),
      ),
  };
}

const serverFailure = 2;
const noSuchName = 3;
const questionStart = 12;

async function answer(route53: Route53Client, query: Buffer): Promise<Buffer> {
  const labels: string[] = [];
  let offset = questionStart;
  for (let length = query[offset] ?? 0; length > 0; length = query[offset] ?? 0) {
    labels.push(query.subarray(offset + 1, offset + 1 + length).toString('ascii'));
    offset += 1 + length;
  }
  const question = query.subarray(questionStart, offset + 5);
  const servers = await delegatedServers(route53, labels.join('.').toLowerCase());
  if (servers.length === 0) return Buffer.concat([header(query, noSuchName, 0), question]);
  return Buffer.concat([header(query, 0, servers.length), question, ...servers.map(record)]);
}

/** An answer to a query, recursion available. */
function header(query: Buffer, code: number, answers: number): Buffer {
  const bytes = Buffer.alloc(questionStart);
  query.copy(bytes, 0, 0, 2);
  bytes.writeUInt16BE(0x8180 | code, 2);
  bytes.writeUInt16BE(1, 4);
  bytes.writeUInt16BE(answers, 6);
  return bytes;
}

/** An NS record of the name in the question. */
function record(server: string): Buffer {
  const name = Buffer.concat([
    ...server.split('.').map((label) => Buffer.from([label.length, ...Buffer.from(label, 'ascii')])),
    Buffer.from([0]),
  ]);
  const fixed = Buffer.alloc(12);
  fixed.writeUInt16BE(0xc000 | questionStart, 0);
  fixed.writeUInt16BE(2, 2);
  fixed.writeUInt16BE(1, 4);
  fixed.writeUInt32BE(60, 6);
  fixed.writeUInt16BE(name.length, 10);
  return Buffer.concat([fixed, name]);
}
