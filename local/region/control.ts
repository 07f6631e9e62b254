import type { Person } from '../adfs';
import type { Preparation } from './account/prepare';
import type { AwsResponse } from './gateway/gateway';
import type { HttpParts } from './gateway/aws-request';

/** What can be asked of a running region beside its AWS APIs. */
export interface Controls {
  prepare(document: unknown): Promise<Preparation>;
  /** Puts people into the region's directories. */
  putPeople(people: readonly Person[]): void;
  /** Starts what requests to a deployment go through, with a notebook in every tenant's namespace. */
  enter(deployment: string): Promise<Entrance>;
  status(): object;
}

/** How a browser comes to a deployment of the region. */
export interface Entrance {
  /** Addresses under Kubeflow's domain: the dashboard's, and each notebook's. */
  urls: string[];
  /** For the browser: the region's internet, and the authority of its web servers. */
  proxyUrl: string;
  caPem: string;
}

/**
 * The controls over HTTP: `GET /local-region/status`, and by POST `/local-region/prepare` with a configuration, `…/people`
 * with a list of them, `…/enter` with a deployment's name.
 */
export function controlApi(controls: Controls): (http: HttpParts) => Promise<AwsResponse | undefined> {
  return async ({ method, url, body }) => {
    const { pathname } = new URL(url, 'http://localhost');
    if (method === 'GET' && pathname === '/local-region/status') return json(controls.status());
    if (method === 'POST' && pathname === '/local-region/prepare') {
      return json(await controls.prepare(JSON.parse(body.toString('utf8'))));
    }
    if (method === 'POST' && pathname === '/local-region/people') {
      controls.putPeople(JSON.parse(body.toString('utf8')) as Person[]);
      return json({});
    }
    if (method === 'POST' && pathname === '/local-region/enter') {
      const { deployment } = JSON.parse(body.toString('utf8')) as { deployment: string };
      return json(await controls.enter(deployment));
    }
    return undefined;
  };
}

function json(value: object): AwsResponse {
  return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) };
}
