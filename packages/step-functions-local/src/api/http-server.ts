import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { StepFunctions } from '../service/service';
import { createApiHandler } from './handler';

export interface StepFunctionsServer {
  /** What an SDK takes as its endpoint. */
  readonly endpoint: string;
  close(): Promise<void>;
}

/**
 * Serves the API on the loopback interface. The service stays the caller's to close.
 *
 * @param port 0 takes a free one
 * @throws Error when the port is taken
 */
export async function serveStepFunctions(service: StepFunctions, port = 0): Promise<StepFunctionsServer> {
  const handle = createApiHandler(service);
  const server = createServer((request, response) => {
    void readBody(request)
      .then(async (text) => {
        const target = request.headers['x-amz-target'];
        const operation = typeof target === 'string' ? target.replace('AWSStepFunctions.', '') : '';
        const { status, body } = await handle(operation, text === '' ? {} : (JSON.parse(text) as unknown));
        response.writeHead(status, {
          'content-type': 'application/x-amz-json-1.0',
          'x-amzn-requestid': randomUUID(),
        });
        response.end(JSON.stringify(body));
      })
      .catch((error: unknown) => {
        response.writeHead(400, { 'content-type': 'application/x-amz-json-1.0' });
        response.end(JSON.stringify({ __type: 'SerializationException', message: String(error) }));
      });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => {
          if (error === undefined) resolve();
          else reject(error);
        });
        server.closeAllConnections();
      }),
  };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
