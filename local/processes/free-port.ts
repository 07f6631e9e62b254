import { createServer, type AddressInfo } from 'node:net';

/** Loopback is the only place where the local region listens. */
export const loopback = '127.0.0.1';

/**
 * A port on 127.0.0.1 that is free at this moment. Another process may take it before it is used: prefer to let
 * a server choose (port 0) and report; where it cannot, retry with another port when it says the address is in use.
 */
export async function freePort(): Promise<number> {
  const port = await tryListen(0);
  if (port === undefined) throw new Error('no free port on 127.0.0.1');
  return port;
}

/** The preferred port if nobody listens on it, or any free one. */
export async function preferPort(preferred: number | undefined): Promise<number> {
  if (preferred !== undefined && (await tryListen(preferred)) !== undefined) return preferred;
  return freePort();
}

async function tryListen(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => {
      resolve(undefined);
    });
    server.listen({ host: loopback, port, exclusive: true }, () => {
      const bound = (server.address() as AddressInfo).port;
      server.close(() => {
        resolve(bound);
      });
    });
  });
}
