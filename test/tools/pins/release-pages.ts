import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What an address answers: its content, a status with headers, or nothing at all (`undefined`). */
export type Page = string | { status: number; headers?: Record<string, string> } | undefined;

/** A server on loopback that has the release pages of several hosts as folders, as a proxy would. */
export interface ReleasePages {
  url: string;
  /** Replaces pages, by `host/path`. */
  set: (pages: Readonly<Record<string, Page>>) => void;
  /** What was asked for, in order. */
  asked: string[];
  stop: () => Promise<void>;
}

/** Starts the server; an address without a page is a 404. */
export async function startReleasePages(): Promise<ReleasePages> {
  let pages: Readonly<Record<string, Page>> = {};
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const address = (request.url ?? '').slice(1);
    asked.push(address);
    const page = address in pages ? pages[address] : { status: 404 };
    if (page === undefined) return;
    if (typeof page === 'string') {
      response.end(page);
      return;
    }
    response.writeHead(page.status, page.headers).end('an error page');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    set: (all) => {
      pages = all;
      asked.length = 0;
    },
    asked,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
