import { printDocument } from '../documents/print-document';
import { CliError, exitCodes, type ExitCode } from '../exit-codes';
import type { Host } from '../host';
import { defined } from '../../core/defined';
import { liveProgress } from '../live-progress';

export interface LocalOptions {
  json?: boolean;
  port?: string;
  realTime?: boolean;
  /** File with the people of the directory. */
  users?: string;
}

/** `local up CONFIG`: brings a region up for the configuration's account and region, and leaves it up. */
export async function localUp(host: Host, path: string, options: LocalOptions): Promise<ExitCode> {
  // Not at the top: `local status` is to be quick, and needs no configuration.
  const { readConfiguration, readUsers } = await import('../configuration-file');
  const { configuration } = await readConfiguration(path);
  const port = options.port === undefined ? undefined : Number(options.port);
  if (port !== undefined && !(Number.isInteger(port) && port > 0 && port < 65536)) {
    throw new CliError(
      `--port is "${options.port ?? ''}"`,
      exitCodes.badInput,
      'give a number from 1 to 65535',
    );
  }
  const users = options.users === undefined ? [] : await readUsers(options.users);
  const { bringUp, putPeople } = await import('../../local/region');
  const progress = liveProgress(host);
  const connection = await bringUp({
    signal: host.signal,
    accountId: configuration.account_id,
    region: configuration.region,
    clock: options.realTime === true ? 'real' : 'virtual',
    ...defined({ port }),
    onProgress: progress.tell,
  }).finally(() => {
    progress.done();
  });
  if (users.length > 0) {
    const { groupNames } = await import('../../local/adfs');
    await putPeople(
      connection,
      users.map(({ userName, email, groups }) => ({ account: userName, email, groups: groupNames(groups) })),
    );
  }
  if (options.json === true) {
    printDocument(host, 'LocalRegion', { up: true, ...connection });
    return exitCodes.ok;
  }
  const { endpoint, region, accountId, credentials, dir } = connection;
  host.out(
    [
      `the local region is up: account ${accountId}, ${region}; data and logs in ${dir}`,
      `next: kubeflow-eks start ${path} --local --watch`,
      `then: kubeflow-eks local open ${configuration.eks_name}`,
      'any AWS SDK or the AWS CLI can use it:',
      `  export AWS_ENDPOINT_URL=${endpoint} AWS_REGION=${region}`,
      `  export AWS_ACCESS_KEY_ID=${credentials.accessKeyId} AWS_SECRET_ACCESS_KEY=${credentials.secretAccessKey}`,
      '',
    ].join('\n'),
  );
  return exitCodes.ok;
}

/** `local down`: takes the region down and removes what it kept. */
export async function localDown(host: Host, options: LocalOptions): Promise<ExitCode> {
  const { takeDown } = await import('../../local/region');
  const was = await takeDown();
  if (options.json === true) printDocument(host, 'LocalRegion', { up: false, stopped: was });
  else host.out(was ? 'the local region is down\n' : 'no local region was up\n');
  return exitCodes.ok;
}

/** `local status`: whether a region is up, and where. */
export async function localStatus(host: Host, options: LocalOptions): Promise<ExitCode> {
  const { findConnection } = await import('../../local/region/connection');
  const connection = findConnection();
  if (options.json === true)
    printDocument(host, 'LocalRegion', { up: connection !== undefined, ...connection });
  else if (connection === undefined) host.out('no local region is up\n');
  else host.out(`up since ${connection.startedAt} at ${connection.endpoint} (process ${connection.pid})\n`);
  return connection === undefined ? exitCodes.notFound : exitCodes.ok;
}
