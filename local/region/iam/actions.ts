import type { AwsRequest, HttpParts } from '../gateway/aws-request';
import { parametersOf, type Parameters } from './parameters';
import { findRoute } from './rest-routes';

/** IAM's prefix of a service, where it is not the name in the signature. */
const prefixes: Readonly<Record<string, string>> = {
  monitoring: 'cloudwatch',
  email: 'ses',
  tagging: 'tag',
};

/** A request in the words of IAM. */
export interface Call {
  /** `cognito-idp`. */
  readonly prefix: string;
  /** The API's operation: `CreateUserPool`, `Invoke`. */
  readonly operation: string;
  /** The permission that goes by the operation's name, or by another: `lambda:InvokeFunction`. */
  readonly action: string;
  readonly region: string;
  /** The parameters of the body, the query and the path. */
  readonly parameters: Parameters;
}

/** A request that cannot be translated, and so cannot be allowed either. */
export class UnknownCall extends Error {
  override name = 'UnknownCall';
}

/**
 * Names the permission that a request asks for first of all.
 *
 * @throws UnknownCall for a REST request without an entry in `rest-routes.ts`, and for a body that is not understood
 */
export function callOf(request: AwsRequest, http: HttpParts): Call {
  const { service, operation, region } = request;
  const prefix = prefixes[service] ?? service;
  if (!operation.includes(' ')) {
    const parameters = readParameters(request, http);
    return { prefix, operation, action: `${prefix}:${operation}`, region, parameters };
  }
  const { pathname } = new URL(http.url, 'http://localhost');
  const subresource = service === 's3' ? subresourceOf(http) : undefined;
  const found = findRoute(
    service,
    http.method,
    subresource === undefined ? pathname : `${pathname.replace(/\/$/, '')}?${subresource}`,
  );
  if (found === undefined || (subresource !== undefined && !found.route.path.includes('?'))) {
    throw new UnknownCall(
      `the local region does not know which permission ${service} ${operation} needs: add it to local/region/iam/rest-routes.ts`,
    );
  }
  const { route, parts } = found;
  return {
    prefix,
    operation: route.operation,
    action: `${prefix}:${route.permission ?? route.operation}`,
    region,
    parameters: { ...readParameters(request, http), ...parts },
  };
}

/** `GET /bucket/key?tagging` is another operation than `GET /bucket/key`, with a permission of its own. */
function subresourceOf(http: HttpParts): string | undefined {
  return [...new URL(http.url, 'http://localhost').searchParams.keys()].find(
    (name) =>
      !/^(x-id|list-type|prefix|delimiter|max-keys|start-after|continuation-token|X-Amz-.*)$/i.test(name),
  );
}

function readParameters(request: AwsRequest, http: HttpParts): Parameters {
  try {
    return parametersOf(http);
  } catch (error) {
    throw new UnknownCall(
      `the local region does not understand the body of ${request.service} ${request.operation}: ${String(error)}`,
    );
  }
}
