import { setTimeout as delay } from 'node:timers/promises';
import type { AwsClients } from '../adapters/aws/clients';
import { stackNames, versionOutput } from '../core/naming';
import { productVersion } from '../core/product-version';

/** How long a command waits to learn the stack's version, in milliseconds: to know it is not what was asked for. */
const patienceMs = 2000;

/**
 * What to say where the stack is of another version than this command: what the one writes the other may not know.
 *
 * @returns `undefined` where they are of one version, there is no stack, or nobody lets us see
 */
export async function otherVersion(clients: AwsClients, region: string): Promise<string | undefined> {
  const given = new AbortController();
  const found = await Promise.race([
    outputsOf(clients),
    delay(patienceMs, undefined, { ref: false, signal: given.signal }).catch(() => undefined),
  ]);
  given.abort();
  if (found === undefined) return undefined;
  return differenceOf(`the stack in ${region}`, found[versionOutput], 'deploy it again (npx cdk deploy)');
}

/**
 * A line on two versions that are not the same.
 *
 * @param what whose version the other is
 * @param instead what brings it to this one
 */
export function differenceOf(what: string, version: string | undefined, instead: string): string | undefined {
  if (version === productVersion) return undefined;
  const said =
    version === undefined
      ? `has no version, so it is older than this command (${productVersion})`
      : `is of version ${version}, this command of ${productVersion}`;
  return `${what} ${said}: ${instead}, or use the command of its version`;
}

async function outputsOf(clients: AwsClients): Promise<Record<string, string> | undefined> {
  const { findStackOutputs } = await import('../adapters/aws/cloudformation');
  // Who may start executions need not be allowed to look at the stack.
  return (await findStackOutputs(clients, stackNames.stack).catch(() => undefined))?.outputs;
}
