import type { ControlPlane } from '../../local/kubernetes/control-plane';
import type { Mesh } from '../../local/mesh';
import { throughNetwork } from '../../local/visitor/through-network';
import { Visitor, type Page } from '../../local/visitor/visitor';
import { clusterOf, seedConfiguration, useRegion, type TestRegion } from './region';

/** A deployment that people can log in to. */
export interface WayIn {
  region: TestRegion['region'];
  clients: TestRegion['clients'];
  cluster: ControlPlane;
  mesh: Mesh;
  outputs: { userPoolId: string; clientId: string };
  /** `https://<kubeflow_domain>` */
  url: string;
  /** A new browser. */
  visitor: () => Visitor;
  /** A new browser in which somebody of the directory has logged in, and the page that they wanted. */
  logIn: (account: string, path?: string) => Promise<{ visitor: Visitor; page: Page }>;
}

export const people = [
  { account: 'ACME\\alice', email: 'alice@acme.example', groups: ['AWS-team-a', 'AWS-team-b-viewers'] },
  { account: 'ACME\\bob', email: 'bob@acme.example', groups: ['AWS-team-b-admins'] },
  { account: 'ACME\\carol', email: 'carol@acme.example', groups: [] },
] as const;

const configuration = {
  ...seedConfiguration,
  access: {
    group_prefix: 'AWS-',
    create_profiles: true,
    role_suffixes: { '-viewers': 'view', '-admins': 'admin' },
  },
};

/** Provisions once for a test file, and starts what requests go through. */
export function useWayIn(): () => WayIn {
  const test = useRegion(configuration);
  let wayIn: WayIn | undefined;

  beforeAll(async () => {
    const running = test();
    const { region, clients } = running;
    const { execution } = await running.finish(await running.start('provision', running.document));
    expect(execution).toMatchObject({ status: 'SUCCEEDED' });
    const cluster = clusterOf(running);
    const mesh = await region.meshes.start(cluster.clusterName);
    for (const person of people) region.directories.people.put(person);
    const url = `https://${configuration.kubeflow_domain}`;
    const visitor = (): Visitor => new Visitor(throughNetwork(region.network, region.caPem));
    wayIn = {
      region,
      clients,
      cluster,
      mesh,
      outputs: JSON.parse(execution.output ?? '{}') as WayIn['outputs'],
      url,
      visitor,
      logIn: async (account, path = '/') => {
        const own = visitor();
        const page = await own.visit(`${url}${path}`);
        return { visitor: own, page: await own.submit(page, { UserName: account }) };
      },
    };
  }, 30 * 60_000);

  return () => {
    if (wayIn === undefined) throw new Error('the way in is there in tests and hooks only');
    return wayIn;
  };
}
