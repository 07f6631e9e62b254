import type { Rule } from './rule';

/** What an existing file system has from whoever made it. */
const ofOurs = [
  'kms_key_arn',
  'throughput_mode',
  'provisioned_mibps',
  'infrequent_access_after_days',
  'archive_after_days',
] as const;

const settingsAreOfOurs: Rule = ({ shared_volumes: settings }) =>
  settings?.file_system_id === undefined
    ? []
    : ofOurs
        .filter((key) => settings[key] !== undefined)
        .map((key) => ({
          path: `shared_volumes.${key}`,
          value: settings[key],
          message: 'is for a file system that is made: an existing one (file_system_id) stays as it is',
        }));

/** EFS user guide, "Using AWS KMS keys for Amazon EFS": the key is of the file system's region; its account is ours, as of `kms_key_arn`. */
const keyIsReachable: Rule = ({ shared_volumes: settings, region, account_id: account }) => {
  const arn = settings?.kms_key_arn;
  const [, , , keyRegion, keyAccount] = arn?.split(':') ?? [];
  const problem = (message: string) => [{ path: 'shared_volumes.kms_key_arn', value: arn, message }];
  return [
    ...(arn === undefined || region === undefined || keyRegion === region
      ? []
      : problem(`must be a key of region ${region}, where the file system is`)),
    ...(arn === undefined || account === undefined || keyAccount === account
      ? []
      : problem(`must be a key of account_id (${account})`)),
  ];
};

/** EFS API reference, CreateFileSystem: a throughput is provisioned where the mode is, and only there. */
const throughputFitsMode: Rule = ({ shared_volumes: settings }) => {
  if (settings === undefined) return [];
  const { throughput_mode: mode, provisioned_mibps: mibps } = settings;
  if (mode === 'provisioned' && mibps === undefined)
    return [
      {
        path: 'shared_volumes.throughput_mode',
        value: mode,
        message: 'needs provisioned_mibps, the throughput that is paid for',
      },
    ];
  return mibps === undefined || mode === 'provisioned'
    ? []
    : [
        {
          path: 'shared_volumes.provisioned_mibps',
          value: mibps,
          message: 'is for throughput_mode provisioned',
        },
      ];
};

/** EFS API reference, PutLifecycleConfiguration: Archive comes after Infrequent Access, if there is that, and with elastic throughput alone. */
const archiveComesLast: Rule = ({ shared_volumes: settings }) => {
  const { archive_after_days: archive, infrequent_access_after_days: infrequent } = settings ?? {};
  if (archive === undefined) return [];
  const problem = (message: string) => [
    { path: 'shared_volumes.archive_after_days', value: archive, message },
  ];
  return [
    ...((settings?.throughput_mode ?? 'elastic') === 'elastic'
      ? []
      : problem('cannot be had but with throughput_mode elastic')),
    ...(infrequent === undefined || archive > infrequent
      ? []
      : problem('must be later than infrequent_access_after_days')),
  ];
};

/** Rules for the file system of shared volumes. */
export const sharedVolumeRules: readonly Rule[] = [
  settingsAreOfOurs,
  keyIsReachable,
  throughputFitsMode,
  archiveComesLast,
];
