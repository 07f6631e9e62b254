import type { Preparation } from './account/prepare';
import type { AwsResponse } from './gateway/gateway';
import type { HttpParts } from './gateway/aws-request';

/** What can be asked of a running region beside its AWS APIs. */
export interface Controls {
  prepare(document: unknown): Promise<Preparation>;
  status(): object;
}

/** The controls over HTTP: `GET /local-region/status`, `POST /local-region/prepare` with a configuration. */
export function controlApi(controls: Controls): (http: HttpParts) => Promise<AwsResponse | undefined> {
  return async ({ method, url, body }) => {
    const { pathname } = new URL(url, 'http://localhost');
    if (method === 'GET' && pathname === '/local-region/status') return json(controls.status());
    if (method === 'POST' && pathname === '/local-region/prepare') {
      return json(await controls.prepare(JSON.parse(body.toString('utf8'))));
    }
    return undefined;
  };
}

function json(value: object): AwsResponse {
  return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) };
}
