import { Agent, request as httpRequest } from 'node:http';
import { callerHeader, type ServiceHandler } from './gateway';

const hopByHop = new Set(['connection', 'keep-alive', 'transfer-encoding', 'content-length', callerHeader]);

/**
 * Hands a request on to another server of the region (moto), as it came.
 *
 * @param endpoint `http://127.0.0.1:PORT`
 */
export function forwardTo(endpoint: string): { handler: ServiceHandler; close(): void } {
  const target = new URL(endpoint);
  const agent = new Agent({ keepAlive: true, maxSockets: 32 });
  const handler: ServiceHandler = (_, http) =>
    new Promise((resolve, reject) => {
      const outgoing = httpRequest(
        {
          agent,
          host: target.hostname,
          port: target.port,
          method: http.method,
          path: http.url,
          headers: { ...without(http.headers), 'content-length': http.body.length },
        },
        (incoming) => {
          const chunks: Buffer[] = [];
          incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
          incoming.on('error', reject);
          incoming.on('end', () => {
            resolve({
              status: incoming.statusCode ?? 502,
              headers: without(incoming.headers) as Record<string, string>,
              body: Buffer.concat(chunks),
            });
          });
        },
      );
      outgoing.on('error', reject);
      outgoing.end(http.body);
    });
  return {
    handler,
    close: () => {
      agent.destroy();
    },
  };
}

function without(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): Record<string, string | string[]> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined || hopByHop.has(name) ? [] : [[name, value]],
    ),
  );
}
