import { isMutating } from '../../../adapters/aws/operations';

/** What an AWS request asks for, read from its wire form: enough to route it and to count it. */
export interface AwsRequest {
  /** Signing name of the service in the credential scope: `states`, `cognito-idp`, `route53`. */
  service: string;
  /** The API operation, `CreateUserPool`; for REST protocols method and path, `POST /2013-04-01/hostedzone`. */
  operation: string;
  /** Whether it changes a resource. Running something (a function, a build, an execution) or telling something is not. */
  mutating: boolean;
  /** The access key that signed it. */
  accessKeyId: string;
  region: string;
}

/** The parts of an HTTP request that say so. */
export interface HttpParts {
  method: string;
  /** Path and query. */
  url: string;
  headers: Record<string, string | string[] | undefined>;
  body: Buffer;
}

const credentialPattern = /Credential=([^/,\s]+)\/\d{8}\/([^/]+)\/([^/]+)\/aws4_request/;
/** Running or telling something changes no resource, whatever it sets off. */
const running =
  /^(Invoke|StartBuild|StopBuild|StartExecution|StopExecution|RedriveExecution|SendTask|PutEvents|Publish|AssumeRole)/;

/**
 * Reads service and operation: from the credential scope of the signature (header or presigned query), the JSON
 * protocols' `X-Amz-Target`, the query protocol's `Action`, the CBOR protocol's path, or a REST path.
 *
 * @returns undefined where the request is not signed for AWS
 */
export function describeAwsRequest(http: HttpParts): AwsRequest | undefined {
  const url = new URL(http.url, 'http://localhost');
  const credential =
    credentialPattern.exec(header(http, 'authorization') ?? '') ??
    credentialPattern.exec(`Credential=${url.searchParams.get('X-Amz-Credential') ?? ''}`);
  if (credential === null) return undefined;
  const [, accessKeyId = '', region = '', service = ''] = credential;
  const operation = operationOf(http, url);
  const rest = operation.includes(' ');
  return {
    service,
    operation,
    accessKeyId,
    region,
    mutating: rest
      ? !/^(GET|HEAD) /.test(operation) && !/\/invocations$/.test(operation)
      : isMutating(operation) && !running.test(operation),
  };
}

function operationOf(http: HttpParts, url: URL): string {
  const target = header(http, 'x-amz-target');
  if (target !== undefined) return target.slice(target.lastIndexOf('.') + 1);
  const cbor = /^\/service\/[^/]+\/operation\/([^/]+)$/.exec(url.pathname);
  if (cbor?.[1] !== undefined) return cbor[1];
  const action =
    url.searchParams.get('Action') ??
    (/urlencoded/.test(header(http, 'content-type') ?? '')
      ? new URLSearchParams(http.body.toString('utf8')).get('Action')
      : null);
  return action ?? `${http.method} ${url.pathname}`;
}

/** One header's value. */
export function header(http: Pick<HttpParts, 'headers'>, name: string): string | undefined {
  const value = http.headers[name];
  return Array.isArray(value) ? value[0] : value;
}
