import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { loopback } from '../processes/free-port';
import type { Sts } from './sts';

export interface StsServer {
  /** http://127.0.0.1:PORT */
  readonly url: string;
  readonly close: () => Promise<void>;
}

/** Serves an STS by itself, on a free port of loopback. The region mounts {@link Sts.handle} in its gateway instead. */
export async function serveSts(sts: Sts): Promise<StsServer> {
  const server = createServer((request, response) => {
    const answer = async (): Promise<void> => {
      const { status, headers, body } = await sts.handle({
        method: request.method ?? 'GET',
        url: request.url ?? '/',
        headers: request.headers,
        body: await text(request),
      });
      response.writeHead(status, headers).end(body);
    };
    answer().catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, loopback, resolve));
  return {
    url: `http://${loopback}:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
