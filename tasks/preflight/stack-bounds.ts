import { parseS3Url } from '../../adapters/aws/s3';
import { environmentNames } from '../../core/environment';
import type { Environment } from '../support/context';
import type { Finding } from './findings';

/** What of the account's own a configuration names. */
export interface NamedThings {
  hostedZoneId: string | undefined;
  keyArns: readonly string[];
  archiveUrl: string | undefined;
  /** Roles of namespaces. */
  roleArns: readonly string[];
}

/**
 * What the options of the stack do not let its roles use: a hosted zone, a key or a bucket that none of them names would
 * be denied after the control plane stands.
 */
export function checkStackBounds(things: NamedThings, environment: Environment): Finding[] {
  const { hostedZoneId, keyArns, archiveUrl, roleArns } = things;
  const outside = (variable: string, what: string | undefined): what is string => {
    const named = environment[variable];
    if (what === undefined || named === undefined) return false;
    const allowed = named.split(',').filter((each) => each !== '');
    return !allowed.includes('*') && !allowed.includes(what);
  };
  const finding = (what: string, option: string): Finding => ({
    name: 'AccessDenied',
    message: `the roles of this stack may not use ${what}, which its option ${option} does not name. Add it there and deploy the stack (npx cdk deploy), or name another.`,
  });
  const paths = environment[environmentNames.rolePaths]?.split(',');
  const beyond = roleArns.filter(
    (arn) =>
      paths?.every((path) => !arn.slice(arn.indexOf(':role/') + ':role'.length).startsWith(path)) ?? false,
  );
  const bucket = parseS3Url(archiveUrl ?? '')?.bucket;
  return [
    ...beyond.map((arn) =>
      finding(`the role ${arn} of \`access.namespaces\`, whose path`, 'namespaceRolePaths'),
    ),
    ...(outside(environmentNames.hostedZones, hostedZoneId)
      ? [finding(`the hosted zone ${hostedZoneId}`, 'hostedZoneIds')]
      : []),
    ...[...new Set(keyArns)]
      .filter((arn) => outside(environmentNames.clusterKeys, arn))
      .map((arn) => finding(`the key ${arn}`, 'clusterKeyArns')),
    ...(outside(environmentNames.archiveBuckets, bucket)
      ? [finding(`the bucket ${bucket} of \`kubeflow.source.archive\``, 'archiveBuckets')]
      : []),
  ];
}
