import type { KnownDeployment } from '../adapters/aws/registry-overview';
import { nearestKey } from '../core/configuration/problems';
import { stackNames } from '../core/naming';
import { CliError, exitCodes } from './exit-codes';
import type { Target } from './target';

/** Where a target is, for people. */
export function placeOf({
  local,
  region,
  accountId,
}: Pick<Target, 'local' | 'region' | 'accountId'>): string {
  return local ? 'the local region' : `${region} of account ${accountId}`;
}

/**
 * Looks a deployment up before anything is started for it: a misspelt name would start an execution that can only fail.
 * Who may start executions and not read the registry is not checked: the workflow refuses it.
 *
 * @throws CliError `notFound`, with the nearest name
 */
export async function requireRegistered(target: Target, name: string): Promise<void> {
  const { readRegistration } = await import('../adapters/aws/registry');
  if ((await unlessDenied(() => readRegistration(target.clients, stackNames.table, name))) !== undefined)
    return;
  const known = await list(target);
  if (known === undefined) return;
  const deployment = known.find((one) => one.name === name);
  throw new CliError(
    `no deployment "${name}" is registered in ${placeOf(target)}; nothing was started`,
    exitCodes.notFound,
    deployment === undefined
      ? (nearest(name, known) ??
          `those that are: kubeflow-eks status${target.flags}; look at --region and --profile`)
      : `its provisioning never came to its end; go on with it: kubeflow-eks retry ${name}${target.flags}; or take it away ` +
          `by its configuration: kubeflow-eks destroy CONFIG${target.flags}`,
  );
}

/** The question after a name that is not known; `undefined` where none is near. */
export async function didYouMean(target: Target, name: string): Promise<string | undefined> {
  return nearest(name, (await list(target)) ?? []);
}

function nearest(name: string, known: readonly KnownDeployment[]): string | undefined {
  const candidate = nearestKey(
    name,
    known.map((one) => one.name).filter((other) => other !== name),
  );
  return candidate === undefined ? undefined : `did you mean "${candidate}"?`;
}

async function list({ clients }: Target): Promise<KnownDeployment[] | undefined> {
  const { listKnownDeployments } = await import('../adapters/aws/registry-overview');
  return unlessDenied(() => listKnownDeployments(clients, stackNames.table));
}

async function unlessDenied<T>(read: () => Promise<T>): Promise<T | undefined> {
  const { isAwsError } = await import('../adapters/aws/errors');
  try {
    return await read();
  } catch (error) {
    if (isAwsError(error, 'AccessDeniedException')) return undefined;
    throw error;
  }
}
