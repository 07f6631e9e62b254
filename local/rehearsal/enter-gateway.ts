import type { Region } from '../region';
import { throughNetwork } from '../visitor/through-network';
import { Visitor } from '../visitor/visitor';

/**
 * Comes to Kubeflow as a browser without a session: is sent to the login, signs in at the directory, and comes back.
 *
 * @param url Kubeflow's address; a mesh runs behind it
 * @returns the groups that the gateway handed on to the dashboard, or the words of the refusal
 */
export async function enterGateway(
  { network, caPem }: Pick<Region, 'network' | 'caPem'>,
  url: string,
  account: string,
): Promise<{ groups: string[] } | { refused: string }> {
  const visitor = new Visitor(throughNetwork(network, caPem));
  const page = await visitor.submit(await visitor.visit(url), { UserName: account });
  if (page.status !== 200) {
    const said =
      page.url.searchParams.get('error_description') ?? `it ended at ${page.url.origin}${page.url.pathname}`;
    return { refused: `${page.status}: ${said}` };
  }
  const { text, status } = await visitor.visit(url, {
    headers: { accept: 'application/json' },
    follow: false,
  });
  if (status !== 200) return { refused: `${status}: logged in, and asked to log in again` };
  const { headers } = JSON.parse(text) as { headers: Record<string, string[]> };
  // Istio hands a claim that is a list on as JSON in base64.
  const groups = Buffer.from(headers['kubeflow-groups']?.[0] ?? '', 'base64').toString('utf8');
  return { groups: groups === '' ? [] : (JSON.parse(groups) as string[]) };
}
