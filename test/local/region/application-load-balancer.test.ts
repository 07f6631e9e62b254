import { createServer, request as httpRequest, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { applicationLoadBalancer } from '../../../local/region/network/application-load-balancer';

let target: Server;
let balancer: Server;
let arrived: IncomingMessage[];
let healthy: boolean;

const portOf = (server: Server): number => (server.address() as AddressInfo).port;
const listening = async (server: Server): Promise<void> =>
  new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));

beforeEach(async () => {
  arrived = [];
  healthy = true;
  target = createServer({ maxHeaderSize: 128 * 1024 }, (request, response) => {
    if (request.url === '/healthz/ready') {
      response.writeHead(healthy ? 200 : 503).end();
      return;
    }
    arrived.push(request);
    response.setHeader('set-cookie', ['a=1', 'b=2']);
    response.end('hello');
  });
  await listening(target);
  const site = applicationLoadBalancer({
    targets: [
      {
        host: '127.0.0.1',
        port: portOf(target),
        healthUrl: `http://127.0.0.1:${portOf(target)}/healthz/ready`,
      },
    ],
    hosts: ['kubeflow.acme.example'],
    dropsInvalidHeaders: true,
  });
  balancer = createServer({ maxHeaderSize: 128 * 1024 }, (request, response) => {
    void site.serve(request, response, request.headers.host ?? '');
  });
  await listening(balancer);
});

afterEach(() => {
  for (const server of [balancer, target]) {
    server.closeAllConnections();
    server.close();
  }
});

async function ask(
  path: string,
  headers: Record<string, string> = {},
): Promise<{ status: number; cookies: string[] | undefined; text: string }> {
  return new Promise((resolve, reject) => {
    httpRequest(
      {
        host: '127.0.0.1',
        port: portOf(balancer),
        path,
        headers: { host: 'kubeflow.acme.example', ...headers },
        agent: false,
      },
      (response) => {
        let text = '';
        response.on('data', (chunk: Buffer) => (text += chunk.toString()));
        response.on('end', () => {
          resolve({ status: response.statusCode ?? 0, cookies: response.headers['set-cookie'], text });
        });
      },
    )
      .on('error', reject)
      .end();
  });
}

test('a request reaches the target with its host, and with where it came from', async () => {
  expect(await ask('/x?y=1', { 'x-forwarded-proto': 'http', 'x-forwarded-for': '203.0.113.9' })).toEqual({
    status: 200,
    cookies: ['a=1', 'b=2'],
    text: 'hello',
  });
  expect(arrived[0]?.url).toBe('/x?y=1');
  expect(arrived[0]?.headers).toMatchObject({
    host: 'kubeflow.acme.example',
    'x-forwarded-proto': 'https',
    'x-forwarded-for': '203.0.113.9, 127.0.0.1',
    'x-forwarded-port': '443',
  });
});

test('headers with invalid names are dropped', async () => {
  await ask('/', { kubeflow_userid: 'bob', 'kubeflow.userid': 'bob', 'x-good': '1' });
  expect(arrived[0]?.headers).toMatchObject({ 'x-good': '1' });
  expect(Object.keys(arrived[0]?.headers ?? {}).join()).not.toMatch(/kubeflow/);
});

test.each([
  ['a header of 17 KB', '/', { 'x-long': 'x'.repeat(17 * 1024) }, 400],
  [
    'headers of 70 KB',
    '/',
    Object.fromEntries(Array.from({ length: 7 }, (_, i) => [`x-${i}`, 'x'.repeat(10_000)])),
    400,
  ],
  ['a request line of 17 KB', `/${'x'.repeat(17 * 1024)}`, {}, 414],
  ['another host', '/', { host: 'other.example' }, 404],
])('%s is refused before the target', async (_, path, headers, status) => {
  expect((await ask(path, headers as Record<string, string>)).status).toBe(status);
  expect(arrived).toHaveLength(0);
});

test('without a healthy target it answers 503', async () => {
  healthy = false;
  expect((await ask('/')).status).toBe(503);
  expect(arrived).toHaveLength(0);
});
