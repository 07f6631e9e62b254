import type { AwsRequest, HttpParts } from '../gateway/aws-request';
import { awsError, type AwsResponse } from '../gateway/gateway';
import type { Authorization } from './evaluate';
import { escapeMarkup } from '../../markup';

export interface Denied {
  principalArn: string;
  authorization: Authorization;
  explicit: boolean;
}

/** IAM's words ("Troubleshoot access denied error messages"), as each service's error. */
export function denial(
  request: AwsRequest,
  http: HttpParts,
  { principalArn, authorization: { action, resource = '*' }, explicit }: Denied,
): AwsResponse {
  const because = explicit
    ? 'with an explicit deny in an identity-based policy'
    : `because no identity-based policy allows the ${action} action`;
  const message = `User: ${principalArn} is not authorized to perform: ${action} on resource: ${resource} ${because}`;
  const status = http.headers['x-amz-target'] === undefined ? 403 : 400;
  return inProtocol(request, http, status, message);
}

function inProtocol(request: AwsRequest, http: HttpParts, status: number, message: string): AwsResponse {
  const { service } = request;
  if (service === 'ec2') {
    return xml(
      status,
      `<Response><Errors><Error><Code>UnauthorizedOperation</Code><Message>${escapeMarkup(message)}</Message></Error></Errors><RequestID>local</RequestID></Response>`,
    );
  }
  if (service === 's3') {
    return xml(status, `<Error><Code>AccessDenied</Code><Message>${escapeMarkup(message)}</Message></Error>`);
  }
  const response = awsError(http, { status, code: 'AccessDeniedException', message });
  // The XML protocols have it without the ending.
  const body = response.body.toString();
  return body.startsWith('<')
    ? { ...response, body: body.replace('<Code>AccessDeniedException<', '<Code>AccessDenied<') }
    : response;
}

/** A request of which nobody has said which permission it needs: an error of the region, that names it. */
export function unknownCall(request: AwsRequest, http: HttpParts, message: string): AwsResponse {
  return request.service === 's3'
    ? xml(501, `<Error><Code>NotImplemented</Code><Message>${escapeMarkup(message)}</Message></Error>`)
    : awsError(http, { status: 501, code: 'NotImplemented', message });
}

function xml(status: number, body: string): AwsResponse {
  return { status, headers: { 'content-type': 'text/xml' }, body };
}
