import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { escapeMarkup } from '../markup';

/** What a request looked like to the service that it reached. */
export interface Arrival {
  service: string;
  method: string;
  path: string;
  /** Each with all its values, by names in lower case. */
  headers: Readonly<Record<string, readonly string[]>>;
}

/** A program behind the gateway that shows who came, and remembers what it was sent. */
export interface Program {
  readonly address: { host: string; port: number };
  /** Requests that have arrived, the newest last. */
  readonly arrivals: Arrival[];
  stop(): Promise<void>;
}

const style =
  'body{font:16px/1.5 Roboto,system-ui,sans-serif;margin:0;background:#eceff1;color:#263238}header{background:#007dfc;' +
  'color:#fff;padding:.9rem 2rem;display:flex;justify-content:space-between}main{max-width:44rem;margin:2rem auto;background:#fff;' +
  'padding:1.5rem 2rem;border-radius:4px;box-shadow:0 1px 3px #0003}table{border-collapse:collapse;width:100%}' +
  'td,th{text-align:left;padding:.35rem .5rem;border-bottom:1px solid #eee;overflow-wrap:anywhere}th{width:10rem}' +
  'footer{text-align:center;color:#607d8b;font-size:.85rem;padding:1rem}header a{color:#fff}';

/**
 * Starts a stand-in for a service of Kubeflow: it answers every path with a page on who the gateway says is there, or, asked
 * for JSON, with all that it was sent.
 *
 * @param signOut the address at which a session is ended, for the page's link
 */
export async function startProgram(
  service: string,
  { address, port, signOut }: { address: string; port: number; signOut?: string },
): Promise<Program> {
  const arrivals: Arrival[] = [];
  const server = createServer((request, response) => {
    const arrival = arrivalOf(service, request);
    arrivals.push(arrival);
    request.resume();
    if (/json/.test(request.headers.accept ?? '')) {
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(arrival));
    } else {
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(pageOf(arrival, signOut));
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, address, resolve);
  });
  return {
    address: { host: address, port: (server.address() as AddressInfo).port },
    arrivals,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

function arrivalOf(service: string, request: IncomingMessage): Arrival {
  const headers = Object.fromEntries(
    Object.entries(request.headersDistinct).map(([name, values = []]) => [name, values]),
  );
  return { service, method: request.method ?? '', path: request.url ?? '', headers };
}

/** Istio hands a claim that is a list on as JSON in base64. */
function groupsIn(header: string | undefined): string {
  if (header === undefined) return 'none';
  try {
    return (JSON.parse(Buffer.from(header, 'base64').toString('utf8')) as string[]).join(', ');
  } catch {
    return header;
  }
}

function pageOf({ service, path, headers }: Arrival, signOut: string | undefined): string {
  const user = headers['kubeflow-userid']?.join(', ') ?? 'nobody';
  const groups = groupsIn(headers['kubeflow-groups']?.[0]);
  const rows = [
    ['signed in as', user],
    ['groups', groups],
    ['service', service],
    ['path', path],
  ].map(
    ([name = '', value = '']) => `<tr><th>${escapeMarkup(name)}</th><td>${escapeMarkup(value)}</td></tr>`,
  );
  const link = signOut === undefined ? '' : `<a id="sign-out" href="${escapeMarkup(signOut)}">Log out</a>`;
  return (
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escapeMarkup(service)} – Kubeflow</title>` +
    `<style>${style}</style></head><body><header><strong>Kubeflow</strong>${link}</header><main>` +
    `<h1>${escapeMarkup(service)}</h1><table>${rows.join('')}</table></main>` +
    `<footer>This page stands in for ${escapeMarkup(service)} in the local region of kubeflow-eks: it shows whom the gateway ` +
    `let in.</footer></body></html>`
  );
}
