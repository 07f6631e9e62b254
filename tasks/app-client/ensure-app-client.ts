import { z } from 'zod';
import {
  createAppClient,
  describeAppClient,
  findAppClients,
  updateAppClient,
  type AppClient,
  type AppClientSettings,
} from '../../adapters/aws/cognito-client';
import { foreignResource } from '../../adapters/aws/errors';
import {
  createSecret,
  describeSecret,
  readSecret,
  restoreSecret,
  tagSecret,
  untagSecret,
  writeSecret,
  type Secret,
} from '../../adapters/aws/secrets-manager';
import { readRegistration } from '../../adapters/aws/registry';
import { requireLock } from '../../adapters/aws/registry-lock';
import { readEnvironment } from '../../core/environment';
import { ConflictError } from '../../core/errors';
import { differences, satisfies } from '../../core/differences';
import { callbackPath, callbackUrl, logoutUrl } from '../../core/login-urls';
import { deploymentNames, ownerTag } from '../../core/naming';
import { customAttributesOf, directoryKinds, type DirectoryKind } from '../../core/saml/directory-kinds';
import type { TaskContext } from '../support/context';
import { requireOwnPool } from '../support/require-own-pool';
import { removeRetiredTags } from '../support/retired-tags';
import { newCookieSecret, parseLoginSecret, type StoredLoginSecret } from './login-secret';
import { defineTask, deploymentSchema, type Deployment } from '../support/task';

/**
 * The app client through which oauth2-proxy logs users in, and its secret. The client secret goes from Cognito
 * straight to Secrets Manager, together with a key for the session cookie: it is neither returned nor logged.
 *
 * @throws ConflictError ResourceConflict for a secret of the name without our tag, a client that has no secret, or another's pool
 */
export const task = defineTask({
  name: 'ensure-app-client',
  input: z.object({
    deployment: deploymentSchema,
    userPoolId: z.string().min(1),
    kubeflowDomain: z.string().min(1),
    providerName: z.string().min(1),
    directory: z.enum(directoryKinds).default('adfs'),
    /** Where the authorization code is received; the seed's load balancer has another path than oauth2-proxy. */
    callbackPaths: z.array(z.string().startsWith('/')).min(1).default([callbackPath]),
    /**
     * Whether the addresses of the domain that is registered stay allowed beside the wanted ones: until a new domain is
     * proven to work, logins come from the one that runs.
     */
    keepFormerAddresses: z.boolean().default(false),
  }),
  output: z.object({ clientId: z.string(), secretArn: z.string() }),
  lock: requireLock,
  async run(
    { deployment, userPoolId, kubeflowDomain, providerName, directory, callbackPaths, keepFormerAddresses },
    context,
  ) {
    await requireOwnPool(context.clients, userPoolId, deployment);
    const secret = await ownSecret(deployment, context);
    const stored = parseLoginSecret(secret && (await readSecret(context.clients, secret.arn)));
    const former = keepFormerAddresses ? await registeredDomain(deployment, context) : undefined;
    const client = await ensureClient(
      deployment,
      userPoolId,
      settings([kubeflowDomain, ...(former === undefined ? [] : [former])], callbackPaths, {
        providerName,
        directory,
      }),
      stored.clientId,
      context,
    );
    const secretArn = await ensureSecret(deployment, client, secret, stored, context);
    return { clientId: client.id, secretArn };
  },
});

export const handler = task.handler;

function settings(
  kubeflowDomains: readonly string[],
  callbackPaths: readonly string[],
  { providerName, directory }: { providerName: string; directory: DirectoryKind },
) {
  const domains = [...new Set(kubeflowDomains)];
  return {
    SupportedIdentityProviders: [providerName],
    AllowedOAuthFlowsUserPoolClient: true,
    AllowedOAuthFlows: ['code'],
    // Never aws.cognito.signin.user.admin: with it a user could rewrite his own custom:groups.
    AllowedOAuthScopes: ['email', 'openid'],
    CallbackURLs: domains.flatMap((domain) => callbackPaths.map((path) => callbackUrl(domain, path))),
    LogoutURLs: domains.map(logoutUrl),
    // Without a list Cognito would allow passwords (SRP) and custom challenges as well.
    ExplicitAuthFlows: ['ALLOW_REFRESH_TOKEN_AUTH'],
    // Of the user's attributes only these can become claims, and it is documented nowhere that the trigger's event has
    // the others: without custom:groups in it every login would take all access away. The tokens stay short all the
    // same: with these scopes the ID token has the claims of e-mail only (docs/adr/0012).
    ReadAttributes: [...customAttributesOf(directory), 'email', 'email_verified'],
    // The bound of a session (docs/adr/0070-bounds-of-sessions.md): a refresh asks Cognito, which has heard of no change
    // in the directory. 60 minutes are the least that Cognito takes for a refresh token.
    RefreshTokenValidity: 60,
    AccessTokenValidity: 15,
    IdTokenValidity: 15,
    TokenValidityUnits: { RefreshToken: 'minutes', AccessToken: 'minutes', IdToken: 'minutes' },
    EnableTokenRevocation: true,
    PreventUserExistenceErrors: 'ENABLED',
  } satisfies AppClientSettings;
}

const registeredSchema = z.object({ configuration: z.object({ kubeflow_domain: z.string() }) });

/** The domain under which users reach the deployment by its registration, if it has come to one. */
async function registeredDomain({ name }: Deployment, context: TaskContext): Promise<string | undefined> {
  const table = readEnvironment('registryTable', context.environment);
  const stored = await readRegistration(context.clients, table, name);
  return registeredSchema.safeParse(stored?.row).data?.configuration.kubeflow_domain;
}

/** The deployment's secret, if there is one; looked at first, so that a foreign one stops the task before it starts. */
async function ownSecret(deployment: Deployment, context: TaskContext): Promise<Secret | undefined> {
  const name = deploymentNames.secret(deployment.name);
  const secret = await describeSecret(context.clients, name);
  if (!secret) return undefined;
  if (secret.tags[ownerTag] !== deployment.name) {
    throw foreignResource(`secret ${name}`, secret.tags[ownerTag], deployment.name);
  }
  if (secret.deletionScheduled) {
    // Until then it cannot be read.
    await context.produce({ action: 'change', what: `secret ${name}: its deletion is taken back` }, () =>
      restoreSecret(context.clients, secret.arn),
    );
  }
  return secret;
}

async function ensureClient(
  deployment: Deployment,
  userPoolId: string,
  desired: AppClientSettings,
  storedId: string | undefined,
  context: TaskContext,
): Promise<AppClient> {
  const { clients } = context;
  const name = deploymentNames.appClient(deployment.name);
  const ids = await findAppClients(clients, userPoolId, name);
  if (ids.length > 1) context.logger.warn('more than one app client has our name', { userPoolId, ids });
  const id = ids.find((each) => each === storedId) ?? ids[0];
  const client = id === undefined ? undefined : await describeAppClient(clients, userPoolId, id);
  if (!client) {
    return context.produce({ action: 'create', what: `app client ${name} of ${userPoolId}` }, () =>
      createAppClient(clients, userPoolId, name, desired),
    );
  }
  if (client.secret === undefined) {
    throw new ConflictError(
      'ResourceConflict',
      `app client ${name} (${client.id}) in user pool ${userPoolId} has no secret and can get none. It was left alone. ` +
        'Delete it, then retry; another is made.',
    );
  }
  const mapped = (desired.ReadAttributes ?? []).filter((name) => name !== 'email_verified');
  const drifted = [...differences(client.description, desired), ...unwanted(client, mapped)];
  if (drifted.length > 0) {
    const changes: AppClientSettings = {
      ...desired,
      WriteAttributes: undefined,
      RefreshTokenRotation: undefined,
    };
    await context.mutate({ action: 'change', what: `app client ${client.id}: ${drifted.join(', ')}` }, () =>
      updateAppClient(clients, userPoolId, client, changes),
    );
  }
  return client;
}

/** Settings that break the login if somebody has set them. Their default, which is none, is what is wanted. */
function unwanted(client: AppClient, mapped: readonly string[]): string[] {
  const { WriteAttributes = [], RefreshTokenRotation } = client.description;
  // Cognito fills mapped attributes in the client's name; a list without them makes it refuse the user.
  const unwritable = WriteAttributes.length > 0 && !mapped.every((each) => WriteAttributes.includes(each));
  return [
    ...(unwritable ? ['WriteAttributes'] : []),
    // Excludes ALLOW_REFRESH_TOKEN_AUTH.
    ...(RefreshTokenRotation?.Feature === 'ENABLED' ? ['RefreshTokenRotation'] : []),
  ];
}

/** Stores what is not stored yet. The cookie's key is kept across a change of client, so that sessions are. */
async function ensureSecret(
  deployment: Deployment,
  client: AppClient,
  secret: Secret | undefined,
  stored: StoredLoginSecret,
  context: TaskContext,
): Promise<string> {
  const { clients } = context;
  const name = deploymentNames.secret(deployment.name);
  const value = JSON.stringify({
    clientId: client.id,
    clientSecret: client.secret,
    cookieSecret: stored.cookieSecret ?? newCookieSecret(),
  });
  if (!secret) {
    return context.produce({ action: 'create', what: `secret ${name}` }, () =>
      createSecret(
        clients,
        name,
        `Login of Kubeflow ${deployment.name}: app client and session cookie`,
        value,
        deployment.tags,
      ),
    );
  }
  if (
    stored.clientId !== client.id ||
    stored.clientSecret !== client.secret ||
    stored.cookieSecret === undefined
  ) {
    await context.mutate({ action: 'change', what: `secret ${name}: app client ${client.id}` }, () =>
      writeSecret(clients, secret.arn, value),
    );
  }
  if (!satisfies(secret.tags, deployment.tags)) {
    await context.mutate({ action: 'change', what: `tags of secret ${name}` }, () =>
      tagSecret(clients, secret.arn, deployment.tags),
    );
  }
  await removeRetiredTags(
    { what: `secret ${name}`, tags: secret.tags, untag: (keys) => untagSecret(clients, secret.arn, keys) },
    deployment,
    context,
  );
  return secret.arn;
}
