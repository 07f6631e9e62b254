import type { HttpParts } from '../gateway/aws-request';
import type { AwsResponse } from '../gateway/gateway';

/** What overlays of services with the query protocol have in common: a form in, XML out. */

export function readForm(http: HttpParts): URLSearchParams {
  return new URLSearchParams(http.body.toString('utf8'));
}

/** The answer of an operation, around what its result holds. */
export function answerXml(operation: string, result: string): AwsResponse {
  return {
    status: 200,
    headers: { 'content-type': 'text/xml' },
    body:
      `<${operation}Response><${operation}Result>${result}</${operation}Result>` +
      `<ResponseMetadata><RequestId>local</RequestId></ResponseMetadata></${operation}Response>`,
  };
}
