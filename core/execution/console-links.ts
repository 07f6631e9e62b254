import { consoleDomainOf } from '../partitions';

/** Something that a provisioning made, for people. */
export interface MadeThing {
  readonly what: string;
  readonly name: string;
  /** Where it is seen: in the console, or itself. */
  readonly href?: string;
}

/** What of a provisioning's output is listed. All of it may be missing: older releases wrote less. */
interface Outputs {
  url?: string;
  userPoolId?: string;
  clientId?: string;
  secretArn?: string;
  cognitoDomain?: string;
  certificateArn?: string;
  loadBalancer?: string;
}

/** Of an output, which may be anything, what is text. */
function textsOf(output: unknown): Outputs & { cluster?: { name?: string; version?: string } } {
  const texts = (value: unknown): Record<string, string> =>
    Object.fromEntries(
      Object.entries(value ?? {}).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
    );
  return { ...texts(output), cluster: texts((output as { cluster?: unknown } | null)?.cluster) };
}

/**
 * What an execution made, by its output, with links to the pages of the AWS console that show it.
 *
 * @param region `undefined` where no console has a page of it, as in the local region
 */
export function madeThings(output: unknown, region: string | undefined): MadeThing[] {
  const made = textsOf(output);
  const { cluster, userPoolId, secretArn, certificateArn, loadBalancer } = made;
  const secret = secretArn?.split(':')[6]?.replace(/-\w{6}$/, '');
  const at = `region=${region ?? ''}`;
  const listed: [what: string, name: string | undefined, page: string][] = [
    [
      `cluster${cluster?.version === undefined ? '' : `, Kubernetes ${cluster.version}`}`,
      cluster?.name,
      `eks/clusters/${inUrl(cluster?.name)}?${at}`,
    ],
    ['user pool', userPoolId, `cognito/v2/idp/user-pools/${inUrl(userPoolId)}/info/overview?${at}`],
    [
      'app client',
      made.clientId,
      `cognito/v2/idp/user-pools/${inUrl(userPoolId)}/applications/app-clients?${at}`,
    ],
    [
      'login domain',
      made.cognitoDomain,
      `cognito/v2/idp/user-pools/${inUrl(userPoolId)}/branding/domain?${at}`,
    ],
    ['secret of the login', secret, `secretsmanager/secret?name=${inUrl(secret)}&${at}`],
    [
      'certificate of the load balancer',
      certificateArn,
      `acm/home?${at}#/certificates/${inUrl(certificateArn?.split('/')[1])}`,
    ],
    ['load balancer', loadBalancer, `ec2/home?${at}#LoadBalancers:dnsName=${inUrl(loadBalancer)}`],
  ];
  return [
    ...(made.url === undefined ? [] : [{ what: 'Kubeflow', name: made.url, href: made.url }]),
    ...listed.flatMap(([what, name, page]) =>
      name === undefined || name === ''
        ? []
        : [{ what, name, ...(region !== undefined && { href: `${consoleOrigin(region)}/${page}` }) }],
    ),
  ];
}

/** The log of a build. */
export function logStreamUrl(region: string, { group, stream }: { group: string; stream: string }): string {
  return `${logGroupUrl(region, group)}/log-events/${inFragment(stream)}`;
}

/** A log group with its streams, the one with the newest event first. */
export function logGroupUrl(region: string, group: string): string {
  return (
    `${consoleOrigin(region)}/cloudwatch/home?region=${region}` +
    `#logsV2:log-groups/log-group/${inFragment(group)}`
  );
}

/** The console has names in its fragment encoded twice, with `$` for `%`. */
function inFragment(text: string): string {
  return inUrl(inUrl(text)).replaceAll('%', '$');
}

function consoleOrigin(region: string): string {
  return `https://${region}.${consoleDomainOf(region)}`;
}

function inUrl(text = ''): string {
  // Half a pair of a character, which a text cut in its middle has, cannot be encoded (ECMA-262, Encode).
  return encodeURIComponent(text.toWellFormed());
}
