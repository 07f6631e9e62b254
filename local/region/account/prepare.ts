/**
 * What an account must already have before a provisioning: made from the configuration, so that any configuration can
 * be rehearsed, and found again when the same configuration is prepared once more. Where moto assigns an id itself, the
 * document that is rehearsed names moto's id instead of the configured one, and the mapping says so; so it is with the
 * checksum of a mirror, which holds the distribution of the region.
 */
import { CreatePolicyCommand, CreateRoleCommand } from '@aws-sdk/client-iam';
import { CreateAliasCommand, CreateKeyCommand, DescribeKeyCommand } from '@aws-sdk/client-kms';
import { ImportKeyPairCommand } from '@aws-sdk/client-ec2';
import { CreateHostedZoneCommand, ListHostedZonesCommand } from '@aws-sdk/client-route-53';
import { generateKeyPairSync } from 'node:crypto';
import { parseConfiguration, type Configuration } from '../../../core/configuration';
import type { DirectorySettings } from '../../adfs';
import { existingDatabase } from '../../../core/configuration/database';
import type { RegionClients } from './clients';
import { prepareArtifacts } from './prepare-artifacts';
import { prepareDatabase } from './prepare-database';
import { prepareFileSystem } from './prepare-file-system';
import { prepareMirror } from './prepare-mirror';
import { prepareNetwork } from './prepare-network';
import { rolePathOf } from './stack-options';

/** A configured value that the rehearsal had to replace. */
export interface Mapping {
  path: string;
  configured: string;
  used: string;
  /** After "since". */
  why: string;
}

const archivePath = 'kubeflow.source.archive.sha256';
const chosenByMoto = 'moto chooses its own ids';

export interface Preparation {
  /** The document to start the execution with. */
  document: Record<string, unknown>;
  mappings: Mapping[];
  /** What the directory must know of a valid configuration. */
  directory?: {
    /** Host names behind which a directory must answer, and what it is. */
    hosts: string[];
    settings: DirectorySettings;
    deployment: string;
    groupPrefix: string;
  };
}

/**
 * Makes VPC, subnets, file system, database, bucket for artifacts, keys, hosted zone, key pair, boundary, roles and the mirror that a valid configuration refers to. A
 * document that is not valid is returned as it is: the workflow's first state is what must refuse it.
 *
 * @param document the configuration as written
 * @param distribution folder with the distribution that stands for the pinned one: what a mirror has
 */
export async function prepareAccount(
  clients: RegionClients,
  document: unknown,
  distribution: string,
): Promise<Preparation> {
  const parsed = parseConfiguration(document);
  if (!parsed.ok || typeof document !== 'object' || document === null) {
    return { document: document as Record<string, unknown>, mappings: [] };
  }
  const { configuration } = parsed;
  const mappings: Mapping[] = [];
  const prepared: Record<string, unknown> = { ...document };
  const replace = (path: string, configured: string, used: string, why = chosenByMoto): string => {
    if (configured !== used) mappings.push({ path, configured, used, why });
    return used;
  };

  const network = await prepareNetwork(clients.ec2, configuration);
  prepared['vpc_id'] = replace('vpc_id', configuration.vpc_id, network.vpcId);
  if (configuration.subnets !== undefined) {
    const mapped = (kind: 'private' | 'public'): string[] =>
      configuration.subnets?.[kind].map((id, index) =>
        replace(`subnets.${kind}[${index}]`, id, network.subnets[kind][index] ?? id),
      ) ?? [];
    prepared['subnets'] = { private: mapped('private'), public: mapped('public') };
  }
  if (configuration.shared_volumes !== undefined) {
    const { file_system_id: configured, kms_key_arn: key } = configuration.shared_volumes;
    const nodes = network.subnets[configuration.associate_public_ip_address ? 'public' : 'private'];
    prepared['shared_volumes'] = {
      ...configuration.shared_volumes,
      ...(configured !== undefined && {
        file_system_id: replace(
          'shared_volumes.file_system_id',
          configured,
          await prepareFileSystem(clients, configured, { vpcId: network.vpcId, subnets: nodes }),
        ),
      }),
      ...(key !== undefined && {
        kms_key_arn: replace('shared_volumes.kms_key_arn', key, await prepareKey(clients, key)),
      }),
    };
  }
  const database = existingDatabase(configuration.database);
  if (database !== undefined) {
    const { vpcId, subnets } = network;
    const made = await prepareDatabase(clients, database, { vpcId, subnets: subnets.private });
    prepared['database'] = {
      ...(prepared['database'] as object),
      host: replace('database.host', database.host, made.host),
      secret_arn: replace('database.secret_arn', database.secret_arn, made.secretArn),
    };
  }
  prepared['kms_key_arn'] = replace(
    'kms_key_arn',
    configuration.kms_key_arn,
    await prepareKey(clients, configuration.kms_key_arn),
  );
  const artifactKey = configuration.artifacts?.kms_key_arn;
  if (artifactKey !== undefined)
    prepared['artifacts'] = {
      ...configuration.artifacts,
      kms_key_arn: replace('artifacts.kms_key_arn', artifactKey, await prepareKey(clients, artifactKey)),
    };
  await prepareArtifacts(
    clients,
    configuration,
    (prepared['artifacts'] as Configuration['artifacts'])?.kms_key_arn,
  );
  const zoneId = await prepareHostedZone(clients, configuration);
  if (configuration.hosted_zone_id !== undefined) {
    prepared['hosted_zone_id'] = replace('hosted_zone_id', configuration.hosted_zone_id, zoneId);
  }
  const checksum = await prepareMirror(clients, configuration, distribution);
  if (checksum !== undefined && configuration.kubeflow.source?.archive !== undefined) {
    const { url, sha256 } = configuration.kubeflow.source.archive;
    prepared['kubeflow'] = {
      ...(prepared['kubeflow'] as object),
      source: {
        archive: { url, sha256: replace(archivePath, sha256, checksum, 'a reduced one is mirrored') },
      },
    };
  }
  await prepareKeyPair(clients, configuration);
  await prepareIam(clients, configuration);
  const directory = {
    hosts: directoryHosts(configuration),
    settings: settingsOf(configuration),
    deployment: configuration.eks_name,
    groupPrefix: configuration.access.group_prefix,
  };
  return { document: prepared, mappings, directory };
}

async function prepareKey({ kms }: RegionClients, configured: string): Promise<string> {
  const alias = `alias/stands-for-${configured.slice(configured.lastIndexOf('/') + 1)}`;
  try {
    const { KeyMetadata: known } = await kms.send(new DescribeKeyCommand({ KeyId: alias }));
    if (known?.Arn !== undefined) return known.Arn;
  } catch (error) {
    if (!isNamed(error, 'NotFoundException')) throw error;
  }
  const { KeyMetadata: key } = await kms.send(
    new CreateKeyCommand({ Description: 'secrets of the cluster', KeyUsage: 'ENCRYPT_DECRYPT' }),
  );
  if (key?.Arn === undefined) throw new Error('KMS returned no key');
  await kms.send(new CreateAliasCommand({ AliasName: alias, TargetKeyId: key.KeyId }));
  return key.Arn;
}

async function prepareHostedZone({ route53 }: RegionClients, configuration: Configuration): Promise<string> {
  const { HostedZones: zones = [] } = await route53.send(new ListHostedZonesCommand({}));
  const known = zones.find(({ Name: name }) => name === `${configuration.route53_domain}.`);
  if (known?.Id !== undefined) return known.Id.replace('/hostedzone/', '');
  const { HostedZone: zone } = await route53.send(
    new CreateHostedZoneCommand({
      Name: configuration.route53_domain,
      CallerReference: `local-region-${configuration.eks_name}`,
      HostedZoneConfig: { Comment: 'prepared by the local region', PrivateZone: false },
    }),
  );
  return (zone?.Id ?? '').replace('/hostedzone/', '');
}

async function prepareKeyPair({ ec2 }: RegionClients, { ssh_key_name: name }: Configuration): Promise<void> {
  if (name === undefined) return;
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const { n, e } = publicKey.export({ format: 'jwk' });
  const PublicKeyMaterial = Buffer.from(openSshRsa(n ?? '', e ?? ''));
  await unlessThere('InvalidKeyPair.Duplicate', () =>
    ec2.send(new ImportKeyPairCommand({ KeyName: name, PublicKeyMaterial })),
  );
}

/** An RSA public key in the one-line form of OpenSSH (RFC 4253, 6.6). */
function openSshRsa(modulus: string, exponent: string): string {
  const field = (bytes: Buffer): Buffer => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    return Buffer.concat([length, bytes]);
  };
  const integer = (base64url: string): Buffer => {
    const bytes = Buffer.from(base64url, 'base64url');
    // A leading bit would make it negative.
    return field((bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes);
  };
  const blob = Buffer.concat([field(Buffer.from('ssh-rsa')), integer(exponent), integer(modulus)]);
  return `ssh-rsa ${blob.toString('base64')} local-region`;
}

async function prepareIam({ iam }: RegionClients, configuration: Configuration): Promise<void> {
  const boundary = configuration.permissions_boundary_arn;
  if (boundary !== undefined && !boundary.includes(':aws:policy/')) {
    await unlessThere('EntityAlreadyExists', () =>
      iam.send(
        new CreatePolicyCommand({
          PolicyName: boundary.slice(boundary.lastIndexOf('/') + 1),
          PolicyDocument: JSON.stringify({
            Version: '2012-10-17',
            Statement: [{ Effect: 'Allow', Action: ['eks:DescribeCluster'], Resource: '*' }],
          }),
        }),
      ),
    );
  }
  const pods = {
    Effect: 'Allow',
    Principal: { Service: 'pods.eks.amazonaws.com' },
    Action: ['sts:AssumeRole', 'sts:TagSession'],
  };
  const ofNamespaces = Object.values(configuration.access.namespaces).flatMap(
    ({ role_arn: arn }) => arn ?? [],
  );
  const roles = [
    ...configuration.admin_role_arns.map((arn) => ({ arn, trust: [] })),
    ...ofNamespaces.map((arn) => ({ arn, trust: [pods] })),
  ];
  for (const { arn, trust } of roles) {
    await unlessThere('EntityAlreadyExists', () =>
      iam.send(
        new CreateRoleCommand({
          RoleName: arn.slice(arn.lastIndexOf('/') + 1),
          Path: rolePathOf(arn),
          AssumeRolePolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: trust }),
        }),
      ),
    );
  }
}

/** Runs a creation; that it is there already is no error. */
async function unlessThere(exists: string, create: () => Promise<unknown>): Promise<void> {
  try {
    await create();
  } catch (error) {
    if (!isNamed(error, exists)) throw error;
  }
}

function isNamed(error: unknown, name: string): boolean {
  return error instanceof Error && error.name.startsWith(name);
}

function directoryHosts({ adfs_url: adfs, saml_metadata: { url } }: Configuration): string[] {
  const named = [adfs?.replace(/:\d+$/, ''), url === undefined ? undefined : new URL(url).hostname];
  return [...new Set(named.filter((host) => host !== undefined))];
}

function settingsOf({ identity_provider, saml_metadata: { url } }: Configuration): DirectorySettings {
  const { kind, claims } = identity_provider;
  return { kind, claims, metadataPath: url === undefined ? undefined : new URL(url).pathname };
}
