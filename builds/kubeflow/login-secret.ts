import { readSecret } from '../../adapters/aws/secrets-manager';
import type { AwsClients } from '../../adapters/aws/clients';
import { managedByLabel } from '../../core/naming';
import { say } from '../support/say';
import type { Kubectl } from './kubectl';
import { loginProxy } from './login-overlay';

/**
 * Brings oauth2-proxy's secret to what Secrets Manager has. It is read here and nowhere else, goes to the cluster
 * through standard input, and is written only when it differs; then the proxy is restarted.
 *
 * @throws Error when the secret is missing or incomplete; the message has no value of it
 */
export async function ensureLoginSecret(
  kubectl: Kubectl,
  clients: AwsClients,
  secretArn: string,
): Promise<void> {
  const text = await readSecret(clients, secretArn);
  if (text === undefined) {
    throw new Error(
      `the secret ${secretArn} is not there; retry the step "Ensure app client", which makes it`,
    );
  }
  const { clientId, clientSecret, cookieSecret } = JSON.parse(text) as Record<string, string | undefined>;
  if (clientId === undefined || clientSecret === undefined || cookieSecret === undefined) {
    throw new Error(`the secret ${secretArn} lacks clientId, clientSecret or cookieSecret`);
  }
  const data = Object.fromEntries(
    Object.entries({
      'client-id': clientId,
      'client-secret': clientSecret,
      'cookie-secret': cookieSecret,
    }).map(([name, value]) => [name, Buffer.from(value).toString('base64')]),
  );
  const present = await kubectl.find('secret', loginProxy.name, loginProxy.namespace);
  const held = (present?.['data'] ?? {}) as Record<string, string>;
  if (Object.entries(data).every(([name, value]) => held[name] === value)) return;
  say('the login proxy gets its secret from Secrets Manager');
  await kubectl.apply(
    [
      {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { ...loginProxy, labels: { [managedByLabel.key]: managedByLabel.value } },
        type: 'Opaque',
        data,
      },
    ],
    { quiet: true },
  );
  if ((await kubectl.find('deployment', loginProxy.name, loginProxy.namespace)) === undefined) return;
  await kubectl.call(['rollout', 'restart', `deployment/${loginProxy.name}`, '-n', loginProxy.namespace], {
    quiet: true,
  });
}
