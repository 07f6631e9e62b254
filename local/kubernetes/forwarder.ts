import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { Agent, request } from 'node:https';

/** What of a request is not handed on as it came. */
export interface Forwarded {
  path?: string | undefined;
  headers?: OutgoingHttpHeaders;
}

/** Hands requests on to an API server. */
export interface Forwarder {
  forward: (incoming: IncomingMessage, outgoing: ServerResponse, changed?: Forwarded) => void;
  /** Ends the connections to the API server. */
  close: () => void;
}

/** For what stands before an API server of this machine, under an address of its own. */
export function forwarderTo({ endpoint, caPem }: { endpoint: string; caPem: string }): Forwarder {
  const agent = new Agent({ keepAlive: true, ca: caPem });
  const { hostname, port } = new URL(endpoint);
  return {
    forward: (incoming, outgoing, { path = incoming.url, headers = {} } = {}) => {
      const asked = request(
        {
          ...{ agent, port, path, host: hostname, method: incoming.method },
          headers: { ...incoming.headers, ...headers },
        },
        (answer) => {
          outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
          // A watch's first event may be long in coming.
          outgoing.flushHeaders();
          answer.pipe(outgoing);
        },
      );
      asked.on('error', () => outgoing.destroy());
      // A watch goes on until whoever asked for it is gone.
      outgoing.on('close', () => asked.destroy());
      incoming.pipe(asked);
    },
    close: () => {
      agent.destroy();
    },
  };
}
