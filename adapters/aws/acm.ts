import {
  ACMClient,
  AddTagsToCertificateCommand,
  DeleteCertificateCommand,
  DescribeCertificateCommand,
  ListCertificatesCommand,
  ListTagsForCertificateCommand,
  RemoveTagsFromCertificateCommand,
  RequestCertificateCommand,
  type CertificateStatus,
} from '@aws-sdk/client-acm';
import type { AwsClients } from './clients';
import { isAwsError } from './errors';
import { defined } from '../../core/defined';
import { tagList, tagsFrom } from './tag-lists';

/** The CNAME by which ACM is shown that a name is ours. It stays, because every renewal looks at it again. */
export interface ValidationRecord {
  name: string;
  type: 'CNAME';
  value: string;
}

/** A certificate of ACM. */
export interface Certificate {
  region: string;
  arn: string;
  /** All names, lower case, the certificate's own first. */
  names: string[];
  status: CertificateStatus | 'UNKNOWN';
  failureReason?: string;
  /** Names that could not be validated. */
  failedNames: string[];
  inUse: boolean;
  requestedAt?: Date;
  issuedAt?: Date;
  /** One for each distinct record; a wildcard shares its parent's. */
  validationRecords: ValidationRecord[];
  /** ACM offers the records some seconds after the request: whether every name has one by now. */
  validationRecordsComplete: boolean;
}

/** A certificate as ACM's list shows it, without its names and tags. */
export interface CertificateSummary {
  arn: string;
  domainName: string;
  status: CertificateStatus | 'UNKNOWN';
}

/**
 * The certificates of a region with an RSA key of 2,048 bits, which is what we ask for (ACM lists no others unless
 * asked to).
 */
export async function listCertificates(clients: AwsClients, region: string): Promise<CertificateSummary[]> {
  const found: CertificateSummary[] = [];
  let NextToken: string | undefined;
  do {
    const page = await clients
      .get(ACMClient, region)
      .send(new ListCertificatesCommand({ ...defined({ NextToken }) }));
    for (const { CertificateArn, DomainName, Status } of page.CertificateSummaryList ?? []) {
      if (CertificateArn === undefined) continue;
      found.push({
        arn: CertificateArn,
        domainName: (DomainName ?? '').toLowerCase(),
        status: Status ?? 'UNKNOWN',
      });
    }
    NextToken = page.NextToken;
  } while (NextToken !== undefined && NextToken !== '');
  return found;
}

/** A certificate's tags; empty if it is gone meanwhile. */
export async function readCertificateTags(
  clients: AwsClients,
  region: string,
  arn: string,
): Promise<Record<string, string>> {
  try {
    const { Tags } = await clients
      .get(ACMClient, region)
      .send(new ListTagsForCertificateCommand({ CertificateArn: arn }));
    return tagsFrom(Tags);
  } catch (error) {
    if (isAwsError(error, 'ResourceNotFoundException')) return {};
    throw error;
  }
}

/** Describes a certificate; `undefined` where there is none. */
export async function describeCertificate(
  clients: AwsClients,
  region: string,
  arn: string,
): Promise<Certificate | undefined> {
  try {
    const { Certificate: detail } = await clients
      .get(ACMClient, region)
      .send(new DescribeCertificateCommand({ CertificateArn: arn }));
    if (!detail) return undefined;
    const validations = detail.DomainValidationOptions ?? [];
    const own = detail.DomainName?.toLowerCase() ?? '';
    const others = (detail.SubjectAlternativeNames ?? []).map((name) => name.toLowerCase());
    const names = [...new Set([own, ...others])];
    const records = new Map<string, ValidationRecord>();
    for (const { ResourceRecord: record } of validations) {
      if (record?.Name === undefined || record.Value === undefined) continue;
      records.set(record.Name, { name: record.Name, type: 'CNAME', value: record.Value });
    }
    return {
      region,
      arn,
      names,
      status: detail.Status ?? 'UNKNOWN',
      ...defined({
        failureReason: detail.FailureReason,
        requestedAt: detail.CreatedAt,
        issuedAt: detail.IssuedAt,
      }),
      failedNames: validations
        .filter(({ ValidationStatus }) => ValidationStatus === 'FAILED')
        .map(({ DomainName }) => DomainName ?? ''),
      inUse: (detail.InUseBy ?? []).length > 0,
      validationRecords: [...records.values()].sort((left, right) => left.name.localeCompare(right.name)),
      validationRecordsComplete:
        validations.length >= names.length &&
        validations.every(({ ResourceRecord }) => ResourceRecord !== undefined),
    };
  } catch (error) {
    if (isAwsError(error, 'ResourceNotFoundException')) return undefined;
    throw error;
  }
}

/**
 * Requests a certificate with DNS validation.
 *
 * @param names all names, the certificate's own first
 * @param idempotencyToken ACM answers a repeated request of the same token with the same certificate for an hour;
 *   at most 32 letters, digits and underscores
 * @returns its ARN
 */
export async function requestCertificate(
  clients: AwsClients,
  region: string,
  names: readonly [string, ...string[]],
  tags: Readonly<Record<string, string>>,
  idempotencyToken: string,
): Promise<string> {
  const [own, ...others] = names;
  const { CertificateArn } = await clients.get(ACMClient, region).send(
    new RequestCertificateCommand({
      DomainName: own,
      ...(others.length === 0 ? {} : { SubjectAlternativeNames: others }),
      ValidationMethod: 'DNS',
      KeyAlgorithm: 'RSA_2048',
      IdempotencyToken: idempotencyToken,
      Tags: tagList(tags),
    }),
  );
  if (CertificateArn === undefined) throw new Error('ACM answered a certificate request without an ARN');
  return CertificateArn;
}

/** Sets tags on a certificate; others that it has stay. */
export async function tagCertificate(
  clients: AwsClients,
  region: string,
  arn: string,
  tags: Readonly<Record<string, string>>,
): Promise<void> {
  await clients.get(ACMClient, region).send(
    new AddTagsToCertificateCommand({
      CertificateArn: arn,
      Tags: tagList(tags),
    }),
  );
}

/** Takes tags off a certificate. */
export async function untagCertificate(
  clients: AwsClients,
  region: string,
  arn: string,
  keys: readonly string[],
): Promise<void> {
  await clients
    .get(ACMClient, region)
    .send(new RemoveTagsFromCertificateCommand({ CertificateArn: arn, Tags: keys.map((Key) => ({ Key })) }));
}

/**
 * Deletes a certificate.
 *
 * @returns `in-use` where a load balancer or a distribution still holds it (it lets go some minutes after its own end)
 */
export async function deleteCertificate(
  clients: AwsClients,
  region: string,
  arn: string,
): Promise<'deleted' | 'in-use'> {
  try {
    await clients.get(ACMClient, region).send(new DeleteCertificateCommand({ CertificateArn: arn }));
    return 'deleted';
  } catch (error) {
    if (isAwsError(error, 'ResourceNotFoundException')) return 'deleted';
    if (isAwsError(error, 'ResourceInUseException', 'ConflictException')) return 'in-use';
    throw error;
  }
}
