import { isDeepStrictEqual } from 'node:util';
import {
  createFileSystem,
  hasAutomaticBackups,
  putFileSystemPolicy,
  putLifecyclePolicies,
  readFileSystemPolicy,
  readLifecyclePolicies,
  setAutomaticBackups,
  setThroughput,
  tagFileSystem,
  type LifecyclePolicy,
  type MadeFileSystem,
} from '../../adapters/aws/file-systems';
import type { AwsClients } from '../../adapters/aws/clients';
import type { BuildConfiguration } from '../../core/configuration';
import { UserError } from '../../core/errors';
import { deploymentNames, deploymentTags } from '../../core/naming';
import { partitionOf } from '../../core/partitions';
import { isSamePolicy } from '../../core/same-policy';
import { sharedStorageOf, type SharedStorage } from '../../core/shared-storage';
import { mountTargetsAvailable, planNetwork } from './mount-targets';
import {
  availableFileSystem,
  findOwnFileSystem,
  type FileSystemChange,
  type FileSystemOptions,
} from './own-file-system';

/**
 * Who may mount it. Over TLS alone, which the driver's mounts use by themselves (aws-efs-csi-driver, `pkg/driver/node.go`); by an
 * access point alone, and without root's rights: a policy takes the place of EFS' default one, which gives everybody everything, and
 * lets nobody but IAM's own principals mount the whole. The driver does not mount as one of these (`iam` is no option of its mounts),
 * so that who comes by an access point may be nobody.
 *
 * Sources: EFS user guide, "Resource-based policies within Amazon EFS", "Using access points in IAM policies".
 */
function policyOf(configuration: BuildConfiguration, arn: string): object {
  const { region, account_id: account } = configuration;
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'TlsOnly',
        Effect: 'Deny',
        Principal: { AWS: '*' },
        Action: '*',
        Resource: arn,
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
      {
        Sid: 'ByAccessPoint',
        Effect: 'Allow',
        Principal: { AWS: '*' },
        Action: ['elasticfilesystem:ClientMount', 'elasticfilesystem:ClientWrite'],
        Resource: arn,
        Condition: {
          Bool: { 'elasticfilesystem:AccessedViaMountTarget': 'true' },
          StringLike: {
            'elasticfilesystem:AccessPointArn': `arn:${partitionOf(region)}:elasticfilesystem:${region}:${account}:access-point/*`,
          },
        },
      },
    ],
  };
}

function lifecycleOf({ infrequentAccessDays, archiveDays }: SharedStorage): LifecyclePolicy[] {
  const rule = (days: number): string => (days === 1 ? 'AFTER_1_DAY' : `AFTER_${days.toString()}_DAYS`);
  return [
    ...(infrequentAccessDays === undefined ? [] : [{ TransitionToIA: rule(infrequentAccessDays) }]),
    ...(archiveDays === undefined ? [] : [{ TransitionToArchive: rule(archiveDays) }]),
  ] as LifecyclePolicy[];
}

/**
 * What {@link ensureFileSystem} would do. Reads only.
 *
 * @throws ConflictError `ResourceConflict` where the file system or its security group is another's
 * @throws UserError `FileSystemUnusable` where the one of an earlier deployment of the name is encrypted with another key
 */
export async function planFileSystem(options: FileSystemOptions): Promise<FileSystemChange[]> {
  const { clients, configuration } = options;
  const storage = sharedStorageOf(configuration);
  if (storage === undefined) return [];
  const current = await findOwnFileSystem(clients, configuration);
  const throughput = { mode: storage.throughputMode, mibps: storage.provisionedMibps };
  const tags = {
    ...deploymentTags(configuration),
    Name: deploymentNames.fileSystem(configuration.eks_name),
  };
  if (current !== undefined && !isKey(current, storage.keyArn))
    throw new UserError(
      'FileSystemUnusable',
      `the file system ${current.id} of an earlier ${configuration.eks_name} is encrypted with ${current.keyArn ?? "a key of AWS'"}; expected ` +
        `${storage.keyArn}, which EFS cannot exchange. Name its key in \`shared_volumes.kms_key_arn\`, or delete it with what is in it.`,
    );
  const creation: FileSystemChange = {
    action: 'create',
    what: `a file system of EFS for shared volumes, ${describe(storage)}`,
    make: () => createFileSystem(clients, { token: storage.token, keyArn: storage.keyArn, throughput, tags }),
  };
  return [
    ...(current === undefined ? [creation] : []),
    ...(await planSettings(options, storage, { current, throughput, tags })),
    ...(await planNetwork(options, current)),
  ];
}

/** EFS tells of a key by its ARN, and may by its id (API reference, FileSystemDescription). */
const isKey = ({ keyArn = '' }: MadeFileSystem, wanted: string): boolean =>
  keyArn === wanted || (keyArn !== '' && wanted.endsWith(`:key/${keyArn}`));

/** All that a new one lacks, and one that is there differs in; what is not ours to say, such as more tags, stays. */
async function planSettings(
  options: FileSystemOptions,
  storage: SharedStorage,
  wanted: {
    current: MadeFileSystem | undefined;
    throughput: MadeFileSystem['throughput'];
    tags: Readonly<Record<string, string>>;
  },
): Promise<FileSystemChange[]> {
  const { clients, configuration } = options;
  const { current, throughput, tags } = wanted;
  const lifecycle = lifecycleOf(storage);
  // What `backup` backs up, EFS need not.
  const automatic = configuration.backup === undefined;
  const [policies, backups, policy] =
    current === undefined
      ? [[], false, undefined]
      : await Promise.all([
          readLifecyclePolicies(clients, current.id),
          hasAutomaticBackups(clients, current.id),
          readFileSystemPolicy(clients, current.id),
        ]);
  const madeOne = async (): Promise<MadeFileSystem> => current ?? (await availableFileSystem(options));
  const change = (is: string, make: (made: MadeFileSystem) => Promise<void>): FileSystemChange => ({
    action: 'change',
    what: `the file system of shared volumes: ${is}`,
    make: async () => make(await madeOne()),
  });
  return [
    ...(current === undefined || isDeepStrictEqual(current.tags, { ...current.tags, ...tags })
      ? []
      : [change('its tags', ({ id }) => tagFileSystem(clients, id, tags))]),
    ...(current === undefined || isDeepStrictEqual(current.throughput, throughput)
      ? []
      : [change(describe(storage), ({ id }) => changeThroughput(clients, id, throughput))]),
    ...(isDeepStrictEqual(sorted(policies), sorted(lifecycle))
      ? []
      : [
          change(lifecycle.length === 0 ? 'its files stay in Standard' : 'when its files move', ({ id }) =>
            putLifecyclePolicies(clients, id, lifecycle),
          ),
        ]),
    ...(backups === automatic
      ? []
      : [
          change(
            automatic ? "EFS' own daily backups" : "no backups by EFS beside the deployment's",
            ({ id }) => setAutomaticBackups(clients, id, automatic),
          ),
        ]),
    ...(current !== undefined && isSamePolicy(policy, policyOf(configuration, current.arn))
      ? []
      : [
          change('TLS and access points alone', ({ id, arn }) =>
            putFileSystemPolicy(clients, id, policyOf(configuration, arn)),
          ),
        ]),
  ];
}

const sorted = (policies: readonly LifecyclePolicy[]): string[] =>
  policies.map((policy) => JSON.stringify(policy)).sort();

function describe({ throughputMode: mode, provisionedMibps: mibps }: SharedStorage): string {
  return mibps === undefined ? `${mode} throughput` : `${mibps.toString()} MiB/s of provisioned throughput`;
}

/** @throws UserError `FileSystemUnusable` where EFS has changed it within the last 24 hours */
async function changeThroughput(
  clients: AwsClients,
  id: string,
  throughput: MadeFileSystem['throughput'],
): Promise<void> {
  if (await setThroughput(clients, id, throughput)) return;
  throw new UserError(
    'FileSystemUnusable',
    `the file system ${id} cannot have its throughput changed now: EFS takes another mode, or less of a provisioned one, once in 24 hours. ` +
      'Set it back in `shared_volumes`, or retry this step tomorrow.',
  );
}

/**
 * Makes the file system for shared volumes, where the configuration names no existing one, brings it to what it should be, and
 * waits until the nodes of each zone can mount it.
 *
 * @returns it; nothing where none is to be made
 * @throws as {@link planFileSystem}; UserError `FileSystemUnusable` where EFS refuses to change its throughput
 */
export async function ensureFileSystem(options: FileSystemOptions): Promise<MadeFileSystem | undefined> {
  const { configuration, say } = options;
  if (sharedStorageOf(configuration) === undefined) return undefined;
  for (const { action, what, make } of await planFileSystem(options)) {
    say(`${action} ${what}`);
    await make();
  }
  const made = await availableFileSystem(options);
  await mountTargetsAvailable(options, made.id);
  return made;
}
