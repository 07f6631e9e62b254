import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { withoutPods } from '../../../local/mesh/without-pods';
import { createAuthority } from '../../../local/region/network/authority';

let apiServer: Server;
let seen: IncomingMessage[];
let view: Awaited<ReturnType<typeof withoutPods>>;

beforeAll(async () => {
  const authority = await createAuthority();
  apiServer = createServer(await authority.certify('localhost'), (request, response) => {
    seen.push(request);
    // A watch: its head at once, and nothing to follow.
    if (request.url?.includes('watch=true') === true) response.flushHeaders();
    else request.pipe(response);
  }).listen(0, '127.0.0.1');
  await once(apiServer, 'listening');
  const endpoint = `https://localhost:${(apiServer.address() as AddressInfo).port}`;
  view = await withoutPods({ endpoint, caPem: authority.caPem, adminToken: 'token' });
});
afterAll(() => {
  view.close();
  apiServer.closeAllConnections();
  apiServer.close();
});
beforeEach(() => {
  seen = [];
});

test('a request arrives as it was sent, at the name and with the rights of the API server', async () => {
  const answer = await fetch(`${view.url}/api/v1/services?limit=5`, {
    method: 'POST',
    body: 'content',
    headers: { authorization: 'Bearer other', 'x-own': 'kept' },
  });
  expect(await answer.text()).toBe('content');
  expect(seen[0]).toMatchObject({
    method: 'POST',
    url: '/api/v1/services?limit=5',
    headers: {
      host: `localhost:${(apiServer.address() as AddressInfo).port}`,
      authorization: 'Bearer token',
      'x-own': 'kept',
    },
  });
});

test('the addresses of pods are not told', async () => {
  await fetch(`${view.url}/apis/discovery.k8s.io/v1/endpointslices?limit=5`);
  expect(seen[0]?.url).toBe(
    '/apis/discovery.k8s.io/v1/endpointslices?limit=5&labelSelector=kubernetes.io%2Fservice-name%3Dnone',
  );
});

test('a watch begins before anything happens, and ends with who asked for it', async () => {
  const stop = new AbortController();
  const answer = await fetch(`${view.url}/api/v1/services?watch=true`, { signal: stop.signal });
  expect(answer.status).toBe(200);
  // The API server sees an abort: an error of the request, and then its end.
  const gone = new Promise<void>((resolve) => {
    seen[0]?.once('error', () => undefined).once('close', resolve);
  });
  stop.abort();
  await gone;
});

test('who does not know the address gets nothing', async () => {
  expect((await fetch(`${new URL(view.url).origin}/api/v1/secrets`)).status).toBe(403);
  expect(seen).toEqual([]);
});
