import { waitFor } from '../../../local/processes/wait-for';
import type { Page, Visitor } from '../../../local/visitor/visitor';
import type { WayIn } from '../../support/way-in';

/** What arrived at a service, as the stand-ins tell it. */
export interface Arrival {
  service: string;
  path: string;
  headers: Record<string, string[]>;
}

export const json = { accept: 'application/json' };
export const notebook = (namespace: string): string => `/notebook/${namespace}/workspace/`;

/** Asks as a script of the page would. */
export async function ask(
  { url }: WayIn,
  visitor: Visitor,
  path: string,
  headers: Record<string, string> = {},
): Promise<Page> {
  return visitor.visit(`${url}${path}`, { headers: { ...json, ...headers }, follow: false });
}

/** What Envoy answers once istiod has told it of a change. */
export async function expectStatus(
  wayIn: WayIn,
  visitor: Visitor,
  path: string,
  status: number,
): Promise<void> {
  await waitFor(async () => (await ask(wayIn, visitor, path)).status === status, {
    what: `${path} to answer ${status}`,
  });
}

export const arrivalOf = (page: Page): Arrival => JSON.parse(page.text) as Arrival;

/** Istio hands a claim that is a list on as JSON in base64. */
export const groupsOf = ({ 'kubeflow-groups': [value = ''] = [] }: Arrival['headers']): string[] =>
  JSON.parse(Buffer.from(value, 'base64').toString('utf8')) as string[];
