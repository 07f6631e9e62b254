import type { SampleUser } from '../../core/configuration/users';
import { functionName } from '../../core/naming';
import { defined } from '../../core/defined';
import { missingMeshPrograms } from '../mesh';
import type { Region } from '../region';
import { logIn } from './logins';
import type { ProgressReporter, RehearsalResult } from './result';
import { reviewAccess } from './review-access';

interface TryOutOptions {
  users?: readonly SampleUser[];
  report: ProgressReporter;
  signal?: AbortSignal;
}

/** Uses what was provisioned: the sample users' logins, and the reviews of what came of them. */
export async function tryOut(
  region: Region,
  deployment: string,
  { users = [], report, signal }: TryOutOptions,
  result: RehearsalResult,
): Promise<void> {
  const cluster = region.clusters.find(deployment);
  const { userPoolId, clientId } = result.outputs as { userPoolId?: string; clientId?: string };
  if (cluster === undefined || userPoolId === undefined || clientId === undefined) {
    throw new Error(`the execution succeeded without a cluster or a user pool among its outputs`);
  }
  report.phase('logins');
  const gateway = users.length === 0 ? undefined : await openGateway(region, deployment, result, report);
  for (const user of users) {
    signal?.throwIfAborted();
    const target = {
      ...{ userPoolId, clientId, cluster, profileManager: functionName('profile-manager') },
      ...defined({ gateway }),
    };
    const login = await logIn(region, target, user);
    result.logins.push(login);
    report.line(`${login.user}: ${login.outcome} in ${login.durationMs} ms`);
  }
  if (users.length > 0) {
    report.phase('access');
    result.access = await reviewAccess(cluster, users);
  }
}

/**
 * Starts what requests to the deployment go through, where it is built: docs/adr/0138. Says which way it is to be.
 *
 * @returns Kubeflow's address; nothing where users log in at the pool alone
 */
async function openGateway(
  region: Region,
  deployment: string,
  result: RehearsalResult,
  report: ProgressReporter,
): Promise<string | undefined> {
  const { url } = result.outputs as { url?: string };
  const missing = await missingMeshPrograms();
  const isThere = url !== undefined && missing.length === 0 && process.platform === 'linux';
  result.loginsThrough = isThere ? 'gateway' : 'user pool';
  report.line(
    isThere
      ? `through the load balancer, Envoy and oauth2-proxy, at ${url}`
      : `at the user pool alone, without Envoy and oauth2-proxy (${process.platform === 'linux' ? `not built: ${missing.join(', ')}` : 'on Linux only'})`,
  );
  if (!isThere) return undefined;
  await region.meshes.start(deployment);
  return url;
}
