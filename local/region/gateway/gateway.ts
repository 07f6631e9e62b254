import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { messageOf } from '../../../core/errors';
import { loopback } from '../../processes/free-port';
import { describeAwsRequest, header, type AwsRequest, type HttpParts } from './aws-request';
import type { RequestJournal } from './journal';
import { RequestLog } from './request-log';

/** An answer to an AWS request. */
export interface AwsResponse {
  status: number;
  headers?: Readonly<Record<string, string>>;
  body: string | Buffer;
}

/** A service of the region: answers, or returns undefined to leave the request to the next one. */
export type ServiceHandler = (request: AwsRequest, http: HttpParts) => Promise<AwsResponse | undefined>;

/** An error of AWS. */
export interface AwsFailure {
  status: number;
  code: string;
  message: string;
}

/**
 * What a fault does to a request: an AWS error instead of the answer, or a connection that ends without one, either before
 * the request has an effect or after it.
 */
export type RequestFault = AwsFailure | { cut: 'before' | 'after' };

export interface GatewayOptions {
  /** Handlers in the order in which they are asked, by the service's signing name; `*` comes last. */
  services: Readonly<Record<string, readonly ServiceHandler[]>>;
  /** The named point at which faults of AWS APIs are injected. */
  fault?: (request: AwsRequest, http: HttpParts) => RequestFault | undefined;
  port?: number;
  /** A request that is signed for AWS has come. */
  onRequest?: ((request: AwsRequest, http: HttpParts) => void) | undefined;
  /** The principal behind an access key: the ARN of a role's session, or of a user. */
  callerOf?: (accessKeyId: string) => string | undefined;
  /** Answers instead of the service where the caller, by its ARN, is denied the request. */
  authorize?: (
    caller: string | undefined,
    request: AwsRequest,
    http: HttpParts,
  ) => Promise<AwsResponse | undefined>;
  /** Access keys of the region itself, whose requests are no one's doing. */
  uncounted?: readonly string[];
  /** Remembers what changes the services named in it across a restart. */
  journal?: { requests: RequestJournal; covers: (request: AwsRequest) => boolean };
  /** Answers requests that are not signed for AWS: the region's own controls, below `/local-region/`. */
  control?: (http: HttpParts) => Promise<AwsResponse | undefined>;
}

/** The one endpoint of the region, for AWS_ENDPOINT_URL. */
export interface Gateway {
  readonly endpoint: string;
  readonly log: RequestLog;
  close(): Promise<void>;
}

/** The gateway's own note on a request: the ARN of who sent it. What a client sends under this name does not count. */
export const callerHeader = 'x-local-region-caller';

/** Opens the gateway on loopback. */
export async function openGateway(options: GatewayOptions): Promise<Gateway> {
  const log = new RequestLog();
  const server = createServer((incoming, outgoing) => {
    void serve(incoming, outgoing, options, log);
  });
  // A build holds a connection for as long as it runs.
  server.requestTimeout = 0;
  await options.journal?.requests.replay(async (http) => {
    const request = describeAwsRequest(http);
    if (request !== undefined) await dispatch(request, http, options);
  });
  await listen(server, options.port ?? 0);
  return {
    endpoint: `http://${loopback}:${(server.address() as AddressInfo).port}`,
    log,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

/** Listens on loopback; port 0 lets the system choose. */
export function listen(
  server: { listen: Server['listen']; once: Server['once'] },
  port: number,
): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, loopback, resolve);
  });
}

async function serve(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  options: GatewayOptions,
  log: RequestLog,
): Promise<void> {
  try {
    const http: HttpParts = {
      method: incoming.method ?? 'GET',
      url: incoming.url ?? '/',
      headers: { ...incoming.headers, [callerHeader]: undefined },
      body: await readBody(incoming),
    };
    const request = describeAwsRequest(http);
    if (request !== undefined) http.headers[callerHeader] = options.callerOf?.(request.accessKeyId);
    if (request !== undefined) options.onRequest?.(request, http);
    const fault = request === undefined ? undefined : options.fault?.(request, http);
    const cut = fault !== undefined && 'cut' in fault ? fault.cut : undefined;
    if (cut === 'before') {
      outgoing.destroy();
      return;
    }
    const response =
      request === undefined
        ? ((await options.control?.(http)) ?? {
            status: 403,
            body: 'this is the AWS endpoint of the local region; requests must be signed for AWS',
          })
        : await answer(request, http, options, fault);
    if (request !== undefined && options.uncounted?.includes(request.accessKeyId) !== true) {
      log.add({ ...request, at: Date.now(), status: response.status, ...subjectOf(request, http) });
    }
    if (cut === 'after') {
      outgoing.destroy();
      return;
    }
    outgoing.writeHead(response.status, response.headers ?? {});
    outgoing.end(response.body);
  } catch (error) {
    if (!outgoing.headersSent) outgoing.writeHead(500, { 'content-type': 'text/plain' });
    outgoing.end(messageOf(error));
  }
}

async function answer(
  request: AwsRequest,
  http: HttpParts,
  options: GatewayOptions,
  fault: RequestFault | undefined,
): Promise<AwsResponse> {
  if (fault !== undefined && !('cut' in fault)) return awsError(http, fault);
  const denied = await options.authorize?.(header(http, callerHeader), request, http);
  if (denied !== undefined) return denied;
  const { journal } = options;
  const perform = () => dispatch(request, http, options);
  return request.mutating && journal?.covers(request) === true
    ? journal.requests.serve(http, perform)
    : perform();
}

async function dispatch(request: AwsRequest, http: HttpParts, options: GatewayOptions): Promise<AwsResponse> {
  for (const handler of [...(options.services[request.service] ?? []), ...(options.services['*'] ?? [])]) {
    const response = await handler(request, http);
    if (response !== undefined) return response;
  }
  return awsError(http, {
    status: 400,
    code: 'UnknownOperationException',
    message: `the local region does not serve ${request.service} ${request.operation}`,
  });
}

/** An error in the form that the caller's protocol understands. */
export function awsError(http: HttpParts, { status, code, message }: AwsFailure): AwsResponse {
  const json =
    header(http, 'x-amz-target') !== undefined || !/urlencoded|xml/.test(header(http, 'content-type') ?? '');
  if (json && !/^\/2013-04-01\//.test(http.url)) {
    return {
      status,
      headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-errortype': code },
      body: JSON.stringify({ __type: code, message }),
    };
  }
  const text = (value: string): string =>
    value.replace(/[<&>]/g, (character) => `&#${character.charCodeAt(0)};`);
  return {
    status,
    headers: { 'content-type': 'text/xml' },
    body: `<ErrorResponse><Error><Type>Sender</Type><Code>${text(code)}</Code><Message>${text(message)}</Message></Error><RequestId>local</RequestId></ErrorResponse>`,
  };
}

/** For tables: which item, so that a count can tell the lock and the run's record from all else. */
function subjectOf(request: AwsRequest, http: HttpParts): { subject?: string } {
  if (request.service !== 'dynamodb' || !request.mutating) return {};
  try {
    const body = JSON.parse(http.body.toString('utf8')) as {
      Key?: Record<string, { S?: string }>;
      Item?: Record<string, { S?: string }>;
    };
    const item = body.Key ?? body.Item ?? {};
    return { subject: `${item['pk']?.S ?? ''}/${item['sk']?.S ?? ''}` };
  } catch {
    return {};
  }
}

async function readBody(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
