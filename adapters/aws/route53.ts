import {
  ChangeResourceRecordSetsCommand,
  GetChangeCommand,
  ListResourceRecordSetsCommand,
  Route53Client,
  type Change,
  type ResourceRecordSet,
  type RRType,
} from '@aws-sdk/client-route-53';
import { TransientError, UserError } from '../../core/errors';
import type { RecordChange } from '../../core/dns/dns-changes';
import type { FoundRecord } from '../../core/dns/dns-record';
import type { AwsClients } from './clients';
import { isAwsError } from './errors';
import { defined } from '../../core/defined';

/**
 * All records of a zone. One request reads 300 of them, where a request for each record of interest would soon meet
 * Route 53's limit of five requests a second for the whole account.
 *
 * @throws UserError HostedZoneMissing
 */
export async function listRecords(clients: AwsClients, zoneId: string): Promise<FoundRecord[]> {
  const records: FoundRecord[] = [];
  let next:
    { StartRecordName?: string; StartRecordType?: RRType; StartRecordIdentifier?: string } | undefined = {};
  try {
    while (next !== undefined) {
      const page: Awaited<ReturnType<typeof readPage>> = await readPage(clients, zoneId, next);
      records.push(...(page.ResourceRecordSets ?? []).map(fromRoute53));
      next =
        page.IsTruncated === true && page.NextRecordName !== undefined
          ? {
              StartRecordName: page.NextRecordName,
              ...defined({
                StartRecordType: page.NextRecordType,
                StartRecordIdentifier: page.NextRecordIdentifier,
              }),
            }
          : undefined;
    }
  } catch (error) {
    if (isAwsError(error, 'NoSuchHostedZone')) throw zoneMissing(zoneId, error);
    throw error;
  }
  return records;
}

function readPage(
  clients: AwsClients,
  zoneId: string,
  next: { StartRecordName?: string; StartRecordType?: RRType; StartRecordIdentifier?: string },
) {
  return clients
    .get(Route53Client)
    .send(new ListResourceRecordSetsCommand({ HostedZoneId: zoneId, ...next }));
}

/**
 * Makes changes to a zone in one batch: all of them or none.
 *
 * @param comment kept by Route 53 with the change, at most 256 characters
 * @returns the id of the change, to be awaited with {@link changeInSync}
 * @throws TransientError AwsTransient when somebody changed a record since it was read: a retry reads again
 */
export async function changeRecords(
  clients: AwsClients,
  zoneId: string,
  changes: readonly RecordChange[],
  comment: string,
): Promise<string> {
  // Deletions first: of one name and type, the new record may only come when the old one has gone.
  const ordered = [...changes].sort(
    (left, right) => Number(right.action === 'DELETE') - Number(left.action === 'DELETE'),
  );
  try {
    const { ChangeInfo } = await clients.get(Route53Client).send(
      new ChangeResourceRecordSetsCommand({
        HostedZoneId: zoneId,
        ChangeBatch: {
          Comment: comment.slice(0, 256),
          Changes: ordered.map(({ action, record }): Change => ({
            Action: action,
            ResourceRecordSet: toRoute53(record),
          })),
        },
      }),
    );
    return (ChangeInfo?.Id ?? '').replace(/^\/change\//, '');
  } catch (error) {
    if (isAwsError(error, 'NoSuchHostedZone')) throw zoneMissing(zoneId, error);
    if (
      isAwsError(error, 'InvalidChangeBatch') &&
      /already exists|not found|do not match/i.test(error.message)
    ) {
      throw new TransientError(
        'AwsTransient',
        `the zone ${zoneId} was changed by another between reading and writing: ${error.message}. The step is retried.`,
        { cause: error },
      );
    }
    throw error;
  }
}

/** Whether all of Route 53's servers answer with a change. */
export async function changeInSync(clients: AwsClients, changeId: string): Promise<boolean> {
  const { ChangeInfo } = await clients.get(Route53Client).send(new GetChangeCommand({ Id: changeId }));
  return ChangeInfo?.Status === 'INSYNC';
}

function zoneMissing(zoneId: string, cause: unknown): UserError {
  return new UserError(
    'HostedZoneMissing',
    `there is no hosted zone ${zoneId} in this account; expected the public zone of route53_domain. ` +
      'Correct hosted_zone_id, or make the zone.',
    { cause },
  );
}

function fromRoute53(record: ResourceRecordSet): FoundRecord {
  return {
    name: record.Name ?? '',
    type: record.Type ?? '',
    ...defined({ ttl: record.TTL }),
    ...(record.ResourceRecords === undefined || record.ResourceRecords.length === 0
      ? {}
      : { values: record.ResourceRecords.map(({ Value }) => Value ?? '') }),
    ...(record.AliasTarget !== undefined && {
      alias: {
        zoneId: record.AliasTarget.HostedZoneId ?? '',
        dnsName: record.AliasTarget.DNSName ?? '',
        evaluateTargetHealth: record.AliasTarget.EvaluateTargetHealth ?? false,
      },
    }),
    ...([record.SetIdentifier, record.TrafficPolicyInstanceId, record.HealthCheckId].every(
      (id) => id === undefined,
    )
      ? {}
      : { routed: true }),
  };
}

function toRoute53(record: FoundRecord): ResourceRecordSet {
  return {
    Name: record.name,
    Type: record.type as RRType,
    ...(record.alias === undefined
      ? { TTL: record.ttl, ResourceRecords: (record.values ?? []).map((Value) => ({ Value })) }
      : {
          AliasTarget: {
            HostedZoneId: record.alias.zoneId,
            DNSName: record.alias.dnsName,
            // A CloudFront distribution allows nothing else, and one load balancer has no other to fail over to.
            EvaluateTargetHealth: record.alias.evaluateTargetHealth ?? false,
          },
        }),
  };
}
