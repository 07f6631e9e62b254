import { isDeepStrictEqual } from 'node:util';
import {
  noPublicAccess,
  readEncryption,
  readPublicAccessBlock,
  type BucketName,
} from '../../adapters/aws/buckets';
import type { AwsClients } from '../../adapters/aws/clients';
import { isDenied } from '../../adapters/aws/errors';
import { findBucketRegion } from '../../adapters/aws/s3';
import { artifactStoreOf, bucketArn, type ArtifactStore } from '../../core/artifact-store';
import type { Configuration } from '../../core/configuration';
import { checkNeighbours } from './artifact-neighbours';
import type { Finding } from './findings';

type Checked = Pick<Configuration, 'account_id' | 'kms_key_arn' | 'artifacts' | 'access'> & {
  eks_name: string;
  region: string;
};

/**
 * Whether pods could keep their artifacts in the bucket that is configured: they would find it out at the end of their first
 * step. Of one that is made for the deployment there is nothing to check but the key, which the keys' own check does. And whether
 * no other deployment could read them there.
 *
 * @param table the registry
 * @returns findings, and warnings: public access that the bucket itself does not refuse, which the account may; and the
 *   namespaces whose pods have a role of their own, of which nothing is known
 */
export async function checkArtifacts(
  clients: AwsClients,
  configuration: Checked,
  table: string,
): Promise<{ findings: Finding[]; warnings: string[] }> {
  const store = artifactStoreOf(configuration);
  if (store === undefined) return { findings: [], warnings: [] };
  const [bucket, neighbours] = await Promise.all([
    checkBucket(clients, configuration, store),
    checkNeighbours(clients, table, configuration, store),
  ]);
  return {
    findings: [...bucket.findings, ...neighbours.findings],
    warnings: [...bucket.warnings, ...neighbours.warnings],
  };
}

async function checkBucket(
  clients: AwsClients,
  configuration: Checked,
  store: ArtifactStore,
): Promise<{ findings: Finding[]; warnings: string[] }> {
  const roles = ownRoles(configuration, store);
  if (store.isMade) return { findings: [], warnings: roles };
  const finding = (message: string) => ({
    findings: [
      { name: 'ArtifactBucketUnusable', message: `the bucket ${store.bucket} ${message}` } as Finding,
    ],
    warnings: [],
  });
  const place = await findBucketRegion(clients, store.bucket);
  if (place === undefined) return finding('does not exist. Create it, or correct `artifacts.bucket`.');
  if (place === 'denied')
    return finding(
      'is of another account, or its policy forbids to ask where it is; expected one of this account. Name another in `artifacts.bucket`.',
    );
  if (place !== store.region)
    return finding(
      `is in ${place === 'elsewhere' ? 'another region' : place}; expected ${store.region}, where the pods are. Name another in \`artifacts.bucket\`.`,
    );
  const name = { bucket: store.bucket, accountId: configuration.account_id };
  try {
    const key = await keyProblem(clients, name, store);
    if (key !== undefined) return finding(key);
    const access = await readPublicAccessBlock(clients, name);
    const isClosed = isDeepStrictEqual({ ...access }, noPublicAccess);
    return {
      findings: [],
      warnings: [
        ...roles,
        ...(isClosed
          ? []
          : [
              `the bucket ${store.bucket} does not refuse all public access by itself: what tenants store is closed only if the account's own settings or nobody's mistake keep it so`,
            ]),
      ],
    };
  } catch (error) {
    if (!isDenied(error)) throw error;
    return finding(
      'does not let the preflight see its encryption and its public access. Let its policy allow s3:GetEncryptionConfiguration and s3:GetBucketPublicAccessBlock.',
    );
  }
}

/** Pods may use the configured key alone: with another one every write would be refused. */
async function keyProblem(
  clients: AwsClients,
  name: BucketName,
  { keyArn }: ArtifactStore,
): Promise<string | undefined> {
  const encryption = await readEncryption(clients, name);
  const ofAws = encryption?.keyArn === undefined || encryption.keyArn.endsWith('alias/aws/s3');
  const used = encryption?.algorithm.startsWith('aws:kms') === true && !ofAws ? encryption.keyArn : undefined;
  if (used === keyArn || (used !== undefined && keyArn?.endsWith(`:key/${used}`) === true)) return undefined;
  if (used === undefined)
    return `is not encrypted with ${keyArn ?? ''} by default. Give it this key, or leave \`artifacts.kms_key_arn\` out.`;
  return keyArn === undefined
    ? `is encrypted with the key ${used}, which pods may not use. Name it, by its ARN, in \`artifacts.kms_key_arn\`.`
    : `is encrypted with the key ${used}; expected ${keyArn}. Correct \`artifacts.kms_key_arn\`, which must be the key's ARN.`;
}

/** EKS takes one role for an account of pods: that of `access.namespaces` is not ours to give rights. */
function ownRoles({ access }: Checked, store: ArtifactStore): string[] {
  return Object.entries(access.namespaces).flatMap(([namespace, { role_arn: arn }]) =>
    arn === undefined
      ? []
      : [
          `the pods of ${namespace} have the role ${arn} (access.namespaces), which must itself allow s3:GetObject, s3:PutObject and s3:AbortMultipartUpload on ` +
            `${bucketArn(store)}/${store.prefix}/${namespace}/*, and s3:ListBucket on ${bucketArn(store)} for this prefix` +
            (store.keyArn === undefined
              ? ''
              : `, and kms:GenerateDataKey and kms:Decrypt with ${store.keyArn}`),
        ],
  );
}
