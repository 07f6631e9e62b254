import type { Person } from '../adfs';
import type { Preparation } from './account/prepare';
import type { AwsResponse } from './gateway/gateway';
import type { HttpParts } from './gateway/aws-request';

/** What can be asked of a running region beside its AWS APIs. */
export interface Controls {
  prepare(document: unknown): Promise<Preparation>;
  /** Puts people into the region's directories, each under the account that the address has already. */
  putPeople(people: readonly PersonToPut[]): Person[];
  /**
   * Starts what requests to a deployment go through, with a notebook in every tenant's namespace.
   *
   * @param as e-mail of somebody whom the browser is signed in as at the directory
   */
  enter(deployment: string, as: string | undefined): Promise<Entrance>;
  status(): object;
}

/** Somebody, whose account may be left to the directory. */
export type PersonToPut = Omit<Person, 'account'> & { account?: string };

/** How a browser comes to a deployment of the region. */
export interface Entrance {
  /** Addresses under Kubeflow's domain: the dashboard's, and each notebook's. */
  urls: string[];
  /** The first of them, by way of the directory where somebody is to be signed in; none where it knows nobody of that name. */
  start?: string;
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
      return json(controls.putPeople(JSON.parse(body.toString('utf8')) as PersonToPut[]));
    }
    if (method === 'POST' && pathname === '/local-region/enter') {
      const { deployment, as } = JSON.parse(body.toString('utf8')) as { deployment: string; as?: string };
      return json(await controls.enter(deployment, as));
    }
    return undefined;
  };
}

function json(value: object): AwsResponse {
  return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) };
}
