import {
  DescribeUserPoolClientCommand,
  DescribeUserPoolCommand,
  type UserPoolClientType,
} from '@aws-sdk/client-cognito-identity-provider';
import { decodeJwt } from 'jose';
import type { SampleUser } from '../../core/configuration/users';
import { authorizeUrl, tokenUrl } from '../../core/login-urls';
import { defined } from '../../core/defined';
import { managedByLabel } from '../../core/naming';
import { groupNames } from '../adfs';
import { count } from '../kubernetes/audit';
import type { ControlPlane } from '../kubernetes/control-plane';
import type { KubeObject } from '../kubernetes/kube-client';
import type { Region } from '../region';
import { throughNetwork } from '../visitor/through-network';
import { Visitor } from '../visitor/visitor';
import { enterGateway } from './enter-gateway';
import type { Grant, Login } from './result';

export interface LoginTarget {
  userPoolId: string;
  clientId: string;
  /** Kubeflow's address, where users log in through its gateway; without it they do at the pool alone. */
  gateway?: string;
  cluster: ControlPlane;
  /** The profile manager's function, whose name is in the name of its role and so of its user in the cluster. */
  profileManager: string;
}

/**
 * Logs a user in: through the gateway as a browser does that asks for Kubeflow, with load balancer, Envoy and oauth2-proxy
 * ({@link enterGateway}), or as one that oauth2-proxy has sent on: at the directory, over Cognito's SAML endpoint, with the
 * deployed trigger, to the tokens.
 */
export async function logIn(region: Region, target: LoginTarget, user: SampleUser): Promise<Login> {
  const { userName: account, email, groups } = user;
  region.directories.people.put({ account, email, groups: groupNames(groups) });
  const { audit } = target.cluster;
  const mark = await audit.mark();
  const started = performance.now();
  const outcome =
    target.gateway === undefined
      ? await signIn(region, target, account)
      : await enterGateway(region, target.gateway, account);
  const durationMs = Math.round(performance.now() - started);
  const { reads, writes } = count(
    (await audit.since(mark)).filter((event) => event.user.includes(target.profileManager)),
  );
  return {
    user: email,
    groups: 'groups' in outcome ? outcome.groups : [],
    outcome: 'groups' in outcome ? 'allowed' : `refused: ${outcome.refused}`,
    durationMs,
    requests: { read: reads, write: writes },
    grants: await grantsOf(target.cluster, email),
  };
}

/** What the token endpoint gives. */
export interface LoginTokens {
  id_token: string;
  access_token: string;
  refresh_token: string;
}

async function signIn(
  region: Region,
  target: Pick<LoginTarget, 'userPoolId' | 'clientId'>,
  account: string,
): Promise<{ groups: string[] } | { refused: string }> {
  const tokens = await obtainTokens(region, target, account);
  if ('refused' in tokens) return tokens;
  const claims = decodeJwt<{ 'cognito:groups'?: string[] }>(tokens.id_token);
  return { groups: claims['cognito:groups'] ?? [] };
}

/**
 * The way over directory and Cognito; the words of the refusal where it ends otherwise than with tokens.
 *
 * @param credentials what is typed into the directory's page
 */
export async function obtainTokens(
  region: Region,
  { userPoolId, clientId }: Pick<LoginTarget, 'userPoolId' | 'clientId'>,
  account: string,
  credentials: Readonly<Record<string, string>> = { UserName: account },
): Promise<LoginTokens | { refused: string }> {
  const { cognito } = region.clients;
  const { UserPool: pool } = await cognito.send(new DescribeUserPoolCommand({ UserPoolId: userPoolId }));
  const { UserPoolClient: client } = await cognito.send(
    new DescribeUserPoolClientCommand({ UserPoolId: userPoolId, ClientId: clientId }),
  );
  const domain = pool?.CustomDomain ?? pool?.Domain ?? '';
  const redirectUri = client?.CallbackURLs?.[0] ?? '';
  const visitor = new Visitor(throughNetwork(region.network, region.caPem));
  const address = new URL(authorizeUrl(domain));
  address.search = new URLSearchParams({
    client_id: clientId,
    redirect_uri: redirectUri,
    response_type: 'code',
    scope: 'openid email',
    ...defined({ identity_provider: client?.SupportedIdentityProviders?.[0] }),
  }).toString();
  const until = redirectUri;
  const page = await visitor.visit(address, { until });
  const { url } = await visitor.submit(page, credentials, { until });
  const code = url.searchParams.get('code');
  if (code === null)
    return {
      refused: url.searchParams.get('error_description') ?? `it ended at ${url.origin}${url.pathname}`,
    };
  const answer = await visitor.visit(tokenUrl(domain), {
    method: 'POST',
    headers: { authorization: basic(client) },
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code,
      redirect_uri: redirectUri,
    }).toString(),
  });
  const tokens = JSON.parse(answer.text) as LoginTokens | { error: string };
  return 'error' in tokens ? { refused: `token endpoint: ${tokens.error}` } : tokens;
}

function basic(client: UserPoolClientType | undefined): string {
  const pair = `${client?.ClientId ?? ''}:${client?.ClientSecret ?? ''}`;
  return `Basic ${Buffer.from(pair).toString('base64')}`;
}

/** The role bindings of ours that name a user. */
export async function grantsOf(cluster: ControlPlane, email: string): Promise<Grant[]> {
  const selector = encodeURIComponent(`${managedByLabel.key}=${managedByLabel.value}`);
  const bindings = await cluster.client.list<
    KubeObject & { subjects?: { kind: string; name: string }[]; roleRef: { name: string } }
  >(`/apis/rbac.authorization.k8s.io/v1/rolebindings?labelSelector=${selector}`);
  return bindings
    .filter(({ subjects = [] }) =>
      subjects.some(({ kind, name }) => kind === 'User' && name.toLowerCase() === email.toLowerCase()),
    )
    .map(({ metadata, roleRef }) => ({
      namespace: metadata.namespace ?? '',
      role: roleRef.name.replace(/^kubeflow-/, ''),
    }))
    .sort((a, b) => a.namespace.localeCompare(b.namespace));
}
