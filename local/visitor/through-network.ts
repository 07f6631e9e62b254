import { request as httpsRequest } from 'node:https';
import { Readable } from 'node:stream';
import { connect } from 'node:tls';
import { loopback } from '../processes/free-port';
import type { Send } from './visitor';

/**
 * Sends requests to the region's web servers as a browser on its internet would: by their names, over TLS that the region's
 * authority vouches for.
 *
 * @param edgePort {@link Network.edgePort}
 */
export function throughNetwork({ edgePort }: { edgePort: number }, caPem: string): Send {
  return async (request) => {
    const url = new URL(request.url);
    const body = Buffer.from(await request.arrayBuffer());
    return new Promise<Response>((resolve, reject) => {
      const outgoing = httpsRequest(
        {
          method: request.method,
          path: `${url.pathname}${url.search}`,
          headers: { ...Object.fromEntries(request.headers), host: url.host, 'content-length': body.length },
          createConnection: () =>
            connect({
              host: loopback,
              port: edgePort,
              servername: url.hostname,
              ca: caPem,
              ALPNProtocols: ['http/1.1'],
            }),
          maxHeaderSize: 256 * 1024,
        },
        (incoming) => {
          const headers = new Headers();
          for (const [name, values = []] of Object.entries(incoming.headersDistinct))
            for (const value of values) headers.append(name, value);
          const status = incoming.statusCode ?? 502;
          const hasBody = ![204, 205, 304].includes(status);
          if (!hasBody) incoming.resume();
          const content = hasBody ? (Readable.toWeb(incoming) as unknown as ReadableStream) : undefined;
          resolve(new Response(content, { status, headers }));
        },
      );
      outgoing.on('error', reject);
      outgoing.end(body);
    });
  };
}
