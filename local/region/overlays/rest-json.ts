import type { HttpParts } from '../gateway/aws-request';
import { awsError, type AwsResponse } from '../gateway/gateway';

/** What the overlays of services with a REST API in JSON have in common. */

/** A request's body; nothing where it has none. */
export function bodyOf(http: HttpParts): Record<string, unknown> {
  return http.body.length === 0 ? {} : (JSON.parse(http.body.toString('utf8')) as Record<string, unknown>);
}

export function answer(body: object): AwsResponse {
  return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

export function refuse(http: HttpParts, status: number, code: string, message: string): AwsResponse {
  return awsError(http, { status, code, message });
}
