import { CliError, exitCodes } from './exit-codes';
import type { Host } from './host';
import { placeOf } from './known-deployments';
import type { Target } from './target';

/**
 * Asks for the name of the deployment that is to be taken away.
 *
 * @param how `yes`: do not ask; `goesOn`: an interrupted destroy is gone on with
 * @throws CliError where it is not given
 */
export async function confirmDestroy(
  host: Host,
  deployment: string,
  target: Target,
  how: { yes?: boolean; goesOn?: boolean },
): Promise<void> {
  if (how.yes === true) return;
  const what = how.goesOn === true ? 'This goes on deleting' : 'This deletes';
  const answer = await host.ask(
    `${what} the cluster, the user pool, the DNS records and all else that was made for "${deployment}" in ` +
      `${placeOf(target)}, with its users' work.\n` +
      `One that is made again has another pool, which needs a new trust in ADFS (kubeflow-eks idp ${deployment}${target.flags}).\nType its name to go on: `,
  );
  if (answer?.trim() === deployment) return;
  throw new CliError(
    answer === undefined
      ? 'nobody is there to confirm'
      : `"${answer}" is not "${deployment}"; nothing was touched`,
    exitCodes.badInput,
    answer === undefined ? 'add --yes to do it without a question' : undefined,
  );
}
