import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Site } from './network';

/** A site that answers requests in the form of the web's own API, which tests can ask without a connection. */
export function webSite(name: string, answer: (request: Request) => Promise<Response>): Site {
  return {
    name,
    serve: async (incoming, outgoing, host) => {
      await send(await answer(await requestOf(incoming, host)), outgoing);
    },
  };
}

async function requestOf(incoming: IncomingMessage, host: string): Promise<Request> {
  const headers = new Headers();
  for (const [name, values = []] of Object.entries(incoming.headersDistinct))
    for (const value of values) headers.append(name, value);
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks);
  const method = incoming.method ?? 'GET';
  return new Request(new URL(incoming.url ?? '/', `https://${host}`), {
    method,
    headers,
    ...(body.length > 0 && method !== 'GET' && method !== 'HEAD' && { body }),
  });
}

async function send(response: Response, outgoing: ServerResponse): Promise<void> {
  const headers = new Map<string, string | string[]>(response.headers);
  const cookies = response.headers.getSetCookie();
  if (cookies.length > 0) headers.set('set-cookie', cookies);
  for (const [name, value] of headers) outgoing.setHeader(name, value);
  outgoing.writeHead(response.status);
  if (response.body === null) outgoing.end();
  else await pipeline(Readable.fromWeb(response.body), outgoing);
}
