import { z } from 'zod';
import { NotReadyError, UserError } from '../../core/errors';
import { authorizeUrl } from '../../core/login-urls';
import type { TaskContext } from '../support/context';
import { defineTask, deploymentSchema } from '../support/task';

/** An ingress may send the browser from one path to another before the login begins. */
const maximumHops = 4;

/** For each request, in milliseconds. */
const requestTimeout = 10_000;

/**
 * Proves from outside that Kubeflow asks for the corporate login: an anonymous browser must be led to Cognito's
 * authorization endpoint with our client, and back to this Kubeflow.
 *
 * Goes through the global `fetch`, which honours NODE_USE_ENV_PROXY.
 *
 * @throws NotReadyError EndpointNotReady while the name does not resolve, nothing answers, or an error is answered
 * @throws UserError WrongLoginRedirect when it leads elsewhere, or lets an anonymous browser in
 */
export const task = defineTask({
  name: 'verify-endpoint',
  input: z.object({
    deployment: deploymentSchema,
    url: z.url({ protocol: /^https$/ }),
    cognitoDomain: z.string().min(1),
    /** Null where it is not known, in a registration of an older release: then the login's address alone is compared. */
    clientId: z.string().min(1).nullable(),
  }),
  output: z.object({ status: z.number(), redirect: z.string() }),
  async run({ url, cognitoDomain, clientId }, context) {
    const start = new URL(url);
    const expected = { login: authorizeUrl(cognitoDomain), clientId, host: start.hostname };
    let current = start;
    for (let hop = 0; hop <= maximumHops; hop += 1) {
      const { status, location } = await ask(current);
      if (status < 300) {
        throw wrongRedirect(`${withoutQuery(current)} answered ${status} to an anonymous browser`, expected);
      }
      if (status >= 400 || location === undefined) {
        throw new NotReadyError(
          'EndpointNotReady',
          `${withoutQuery(current)} answered ${status}, expected a redirect to the login. The load balancer's targets ` +
            'or the login proxy may still be starting.',
        );
      }
      const target = URL.parse(location, current.href);
      if (!target) throw wrongRedirect(`${withoutQuery(current)} redirected to what is no URL`, expected);
      if (target.hostname !== start.hostname) {
        requireLogin(target, expected);
        context.observe('login-redirect', 'verified');
        await observeProvider(target, context);
        return { status, redirect: withoutQuery(target) };
      }
      current = target;
    }
    throw wrongRedirect(`${url} redirected to itself ${maximumHops + 1} times`, expected);
  },
});

export const handler = task.handler;

/** The login's own domain may not resolve yet, which is no failure of the address. */
async function observeProvider(login: URL, context: TaskContext): Promise<void> {
  try {
    const { status, location } = await ask(login);
    const isSentOn =
      status >= 300 && status < 400 && URL.parse(location ?? '')?.searchParams.has('SAMLRequest') === true;
    context.observe(
      'provider-redirect',
      isSentOn ? 'verified' : 'refuted',
      `${status}${isSentOn ? ' with a SAML request' : ''}`,
    );
  } catch (error) {
    if (!(error instanceof NotReadyError)) throw error;
    context.observe('provider-redirect', 'not-observed', 'the login does not answer yet');
  }
}

interface Expected {
  login: string;
  clientId: string | null;
  host: string;
}

async function ask(url: URL): Promise<{ status: number; location: string | undefined }> {
  try {
    const response = await fetch(url, {
      redirect: 'manual',
      // The login proxy redirects browsers only; to others it answers 401.
      headers: { accept: 'text/html' },
      signal: AbortSignal.timeout(requestTimeout),
    });
    await response.body?.cancel();
    return { status: response.status, location: response.headers.get('location') ?? undefined };
  } catch (error) {
    throw new NotReadyError(
      'EndpointNotReady',
      `${withoutQuery(url)} cannot be reached (${reasonOf(error)}). DNS or the load balancer may need some minutes; if ` +
        'this goes on, see that the name resolves, that the certificate is valid for it, and that this function may ' +
        'reach the load balancer (kubeflow.ingress_scheme, kubeflow.ingress_cidrs).',
      { cause: error },
    );
  }
}

function requireLogin(target: URL, expected: Expected): void {
  if (withoutQuery(target) !== expected.login) {
    throw wrongRedirect(`it leads to ${withoutQuery(target)}`, expected);
  }
  const client = target.searchParams.get('client_id');
  if (expected.clientId !== null && client !== expected.clientId) {
    throw wrongRedirect(`it leads to the login with client_id ${client ?? 'none'}`, expected);
  }
  const back = target.searchParams.get('redirect_uri') ?? '';
  const parsed = URL.parse(back);
  if (parsed?.hostname !== expected.host || parsed.protocol !== 'https:') {
    throw wrongRedirect(`its redirect_uri is ${parsed ? withoutQuery(parsed) : 'missing'}`, expected);
  }
}

function wrongRedirect(found: string, { login, clientId, host }: Expected): UserError {
  return new UserError(
    'WrongLoginRedirect',
    `Kubeflow does not lead to our login: ${found}; expected a redirect to ${login} with client_id ${clientId ?? 'of the pool'} and a ` +
      `redirect_uri on https://${host}. See the login proxy's configuration in the cluster (namespace oauth2-proxy) ` +
      'and that the ingress answers for this name; then retry.',
  );
}

/** An address for people: the query holds state and nonce, which belong to one login. */
function withoutQuery(url: URL): string {
  return `${url.origin}${url.pathname}`;
}

/** `fetch` says "fetch failed"; why is in the cause. */
function reasonOf(error: unknown): string {
  const { cause, message } = error as Error & { cause?: { code?: string; message?: string } };
  return cause?.code ?? cause?.message ?? message;
}
