import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { task } from '../../tasks/ingress/verify-endpoint';
import { testContext, testDeployment } from '../support/task-context';

const login = 'https://login.auth.example.com/oauth2/authorize';
const good = `${login}?client_id=c1&redirect_uri=${encodeURIComponent('https://kubeflow.example.com/oauth2/callback')}&response_type=code&scope=openid+email&state=s3cr3t&nonce=n`;

/**
 * The task asks for https://kubeflow.example.com; here its requests reach a server on loopback, path and headers kept.
 * TLS and the proxy are the rehearsal's to prove.
 */
describe('verify-endpoint', () => {
  let server: Server;
  let respond: (path: string, accept: string | undefined, response: ServerResponse) => void;
  let asked: string[] = [];
  let fetching: jest.SpyInstance;

  beforeAll(async () => {
    server = createServer((request, response) => {
      respond(request.url ?? '', request.headers.accept, response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const real = globalThis.fetch;
    fetching = jest.spyOn(globalThis, 'fetch').mockImplementation((input, init) => {
      const url = new URL(input instanceof Request ? input.url : input);
      asked.push(url.href);
      return real(`http://127.0.0.1:${port}${url.pathname}${url.search}`, init);
    });
  });
  beforeEach(() => {
    asked = [];
  });
  afterAll(async () => {
    fetching.mockRestore();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  const verify = (clientId: string | null = 'c1') =>
    task.run(
      {
        deployment: testDeployment,
        url: 'https://kubeflow.example.com',
        cognitoDomain: 'login.auth.example.com',
        clientId,
      },
      testContext({} as never, { clients: {} as never }),
    );
  const redirectTo = (location: string, status = 302) => {
    respond = (_path, _accept, response) => response.writeHead(status, { location }).end();
  };

  test('a browser that is led to our login and back proves it; what belongs to one login is not returned', async () => {
    redirectTo(good);
    expect(await verify()).toEqual({ status: 302, redirect: login });
    expect(asked).toEqual(['https://kubeflow.example.com/', good]);
  });

  test.each<[string, number, string | undefined, string]>([
    [
      'to the directory with a SAML request',
      302,
      'https://adfs.example.com/adfs/ls/?SAMLRequest=x',
      'verified',
    ],
    ['to a page of its own', 302, 'https://login.auth.example.com/login?client_id=c1', 'refuted'],
    ['nowhere, with a page', 200, undefined, 'refuted'],
  ])('what the login answers is noted and no condition: %s', async (_what, status, location, verdict) => {
    respond = (path, _accept, response) => {
      if (path === '/') response.writeHead(302, { location: good }).end();
      else response.writeHead(status, location === undefined ? {} : { location }).end();
    };
    const context = testContext({} as never, { clients: {} as never });
    await task.run(
      {
        deployment: testDeployment,
        url: 'https://kubeflow.example.com',
        cognitoDomain: 'login.auth.example.com',
        clientId: 'c1',
      },
      context,
    );
    expect(context.observations).toMatchObject([
      { id: 'login-redirect', verdict: 'verified' },
      { id: 'provider-redirect', verdict },
    ]);
    expect(JSON.stringify(context.observations)).not.toContain('s3cr3t');
  });

  test('redirects within the host are followed, as a browser', async () => {
    respond = (path, accept, response) => {
      if (accept !== 'text/html') response.writeHead(401).end();
      else if (path === '/') response.writeHead(301, { location: '/oauth2/start?rd=%2F' }).end();
      else response.writeHead(303, { location: good }).end();
    };
    expect(await verify()).toEqual({ status: 303, redirect: login });
    expect(asked).toEqual([
      'https://kubeflow.example.com/',
      'https://kubeflow.example.com/oauth2/start?rd=%2F',
      good,
    ]);
  });

  test.each([403, 404, 502, 503])('status %d: not ready', async (status) => {
    respond = (_path, _accept, response) => response.writeHead(status).end();
    await expect(verify()).rejects.toMatchObject({
      name: 'EndpointNotReady',
      message: expect.stringContaining(String(status)) as string,
    });
  });

  test('nothing that answers: not ready, with the reason', async () => {
    respond = (_path, _accept, response) => response.destroy();
    await expect(verify()).rejects.toMatchObject({
      name: 'EndpointNotReady',
      message: expect.stringMatching(/cannot be reached \(UND_ERR_SOCKET|ECONNRESET/) as string,
    });
  });

  test('a page for anybody is the worst that there can be', async () => {
    respond = (_path, _accept, response) => response.writeHead(200).end('Kubeflow');
    await expect(verify()).rejects.toMatchObject({
      name: 'WrongLoginRedirect',
      message: expect.stringMatching(
        /answered 200 to an anonymous browser; expected a redirect to https:\/\/login/,
      ) as string,
    });
  });

  test.each([
    ['another login', good.replace('login.auth', 'old.auth'), /leads to https:\/\/old\.auth/],
    ['a look-alike path', good.replace('/authorize', '/authorize/x'), /authorize\/x/],
    ['an unencrypted login', good.replace('https://login', 'http://login'), /leads to http:/],
    ['another client', good.replace('client_id=c1', 'client_id=c2'), /client_id c2/],
    ['no client', good.replace('client_id=c1&', ''), /client_id none/],
    [
      'a way back to another host',
      good.replace('kubeflow.example.com', 'evil.example.com'),
      /redirect_uri is https:\/\/evil/,
    ],
    ['no way back', good.replace('redirect_uri', 'other'), /redirect_uri is missing/],
    ['what is no address', 'https://', /no URL/],
  ])('%s is wrong, and the state of the login is not told', async (_what, location, reason) => {
    redirectTo(location);
    const failure = await verify().catch((error: unknown) => error as Error);
    expect(failure).toMatchObject({
      name: 'WrongLoginRedirect',
      message: expect.stringMatching(reason) as string,
    });
    expect((failure as Error).message).not.toContain('s3cr3t');
  });

  test('a redirect in a circle ends', async () => {
    redirectTo('/again');
    await expect(verify()).rejects.toMatchObject({ name: 'WrongLoginRedirect' });
    expect(asked).toHaveLength(5);
  });
});
