import type { KubernetesClient } from '../../adapters/kubernetes/client';
import { foldEmail } from '../../core/access/user-identity';
import type { AccessRow } from '../../core/access/access-rows';
import type { LeftBehind } from '../../isolation/left-behind';
import { defined } from '../../core/defined';
import { printDocument } from '../documents/print-document';
import { CliError, exitCodes, type ExitCode } from '../exit-codes';
import { follow, type Followed } from '../follow';
import type { Host } from '../host';
import { leftBehindLines } from '../render/left-behind-lines';
import { liveSteps } from '../render/live-steps';
import { executionBody, exitCodeOf, reportExecution } from '../report-execution';
import { connect, type Target } from '../target';
import { clusterOf, registrationOf } from '../read-access';
import type { AccessOptions } from './access';
import { startResync } from './executions';

/** What a lock-out did, and what is left to decide. */
interface LockOutReport {
  deployment: string;
  /** User names of the pool that were disabled, or were already. */
  users: string[];
  /** Access that is not ours: contributors, ownership, bindings made by hand. */
  notOurs: AccessRow[];
  leftBehind: LeftBehind[];
}

/**
 * `lock-out NAME USER`: ends what a person can do, now. Disables the users of the e-mail in the pool and signs them out,
 * starts a re-sync, which takes the grants, and says what is not the directory's and so stays.
 */
export async function lockOut(
  host: Host,
  name: string,
  email: string,
  options: AccessOptions & { resync?: boolean },
): Promise<ExitCode> {
  const target = await connect(host, options);
  const { clients } = target;
  const registration = await registrationOf(clients, name, target);
  const { disablePoolUser, listPoolUsers } = await import('../../adapters/aws/pool-users');
  const userPoolId = registration.identity.userPoolId;
  const users = (await listPoolUsers(clients, userPoolId))
    .filter((user) => foldEmail(user.email ?? '') === foldEmail(email))
    .map(({ userName }) => userName);
  // First: everything else takes time, and may not be allowed to the operator on duty.
  for (const user of users) await disablePoolUser(clients, userPoolId, user);
  host.err(
    users.length === 0
      ? `no user of the pool ${userPoolId} has the e-mail ${email}: nobody was disabled\n`
      : `disabled and signed out: ${users.join(', ')}; a token that was issued before holds for 15 minutes at most\n`,
  );
  const client = await clusterOf(clients, registration, options.kubeconfig);
  let report: LockOutReport;
  try {
    report = { deployment: name, users, ...(await readRest(client, email)) };
  } catch (error) {
    throw new CliError(
      `the cluster "${name}" cannot be read for what is left: ${(error as Error).message}`,
      exitCodes.access,
      `the users are disabled all the same; run it: kubeflow-eks resync ${name}${target.flags}, then this again with a role that may read the cluster`,
    );
  } finally {
    client.close();
  }
  if (options.json !== true) host.out(lockOutText(report, email));
  const ended = options.resync === false ? undefined : await resyncNow(host, target, name, options);
  const resync = ended && executionBody(target, ended.executionArn, ended.followed);
  if (options.json === true) printDocument(host, 'LockOut', { ...report, ...defined({ resync }) });
  const code = ended === undefined ? exitCodes.ok : exitCodeOf(ended.followed.execution);
  return users.length === 0 && code === exitCodes.ok ? exitCodes.notFound : code;
}

/** Runs a re-sync to its end; its outcome is said here, but for machines, which get one document. */
async function resyncNow(
  host: Host,
  target: Target,
  name: string,
  options: AccessOptions,
): Promise<{ executionArn: string; followed: Followed }> {
  const executionArn = await startResync(target, name);
  host.err(`started ${executionArn}\n`);
  const followed = await follow(host, target, executionArn, liveSteps(host, options.json === true));
  if (options.json !== true) reportExecution(host, target, executionArn, followed, {});
  return { executionArn, followed };
}

async function readRest(
  client: KubernetesClient,
  email: string,
): Promise<Pick<LockOutReport, 'notOurs' | 'leftBehind'>> {
  const { readBindings } = await import('../../isolation/access-report');
  const { readLeftBehind } = await import('../../isolation/left-behind');
  const { accessRows } = await import('../../core/access/access-rows');
  const rows = accessRows(await readBindings(client), undefined, { user: email });
  const edited = rows.filter(({ role }) => role !== 'view').map(({ namespace }) => namespace);
  return {
    notOurs: rows.filter(({ source }) => source !== 'directory'),
    leftBehind: await readLeftBehind(client, edited),
  };
}

function lockOutText({ notOurs, leftBehind }: LockOutReport, email: string): string {
  const parts = [
    ...notOurs.map(({ namespace, role, source, object }) =>
      source === 'owner'
        ? `${email} owns the Profile ${namespace}: it goes with its namespace (kubectl delete profile ${namespace}), or stays`
        : `${role} in ${namespace} was given by somebody else: kubectl -n ${namespace} delete rolebinding ${object.split('/')[1] ?? ''}`,
    ),
    ...leftBehindLines(email, leftBehind),
  ];
  return parts.length === 0 ? '' : `left to decide:\n${parts.map((part) => `  ${part}\n`).join('')}`;
}
