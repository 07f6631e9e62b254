import type { ExecutionSummary } from '../../adapters/aws/executions';
import type { Workflow } from '../../core/naming';
import type { Person } from '../../local/adfs';
import { obtainTokens, type LoginTokens } from '../../local/rehearsal/logins';
import type { ControlPlane } from '../../local/kubernetes/control-plane';
import { ensureMeshPrograms, type Mesh } from '../../local/mesh';
import { throughNetwork } from '../../local/visitor/through-network';
import { Visitor, type Page } from '../../local/visitor/visitor';
import { clusterOf, seedConfiguration, useRegion, type TestRegion } from './region';

/** A deployment that people can log in to. */
export interface WayIn {
  region: TestRegion['region'];
  clients: TestRegion['clients'];
  cluster: ControlPlane;
  mesh: Mesh;
  outputs: { userPoolId: string; clientId: string; cognitoDomain: string };
  /** `https://<kubeflow_domain>` */
  url: string;
  /** Adds a person to the directory, or changes one. */
  put: (person: Person) => Promise<void>;
  /** What Cognito gives somebody of the directory for a client; by default the deployment's. */
  tokens: (account: string, clientId?: string) => Promise<LoginTokens>;
  /** Runs a workflow of the deployment to its end, and everything that this sets off. */
  runWorkflow: (workflow: Workflow, input: unknown) => Promise<ExecutionSummary>;
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

/** Who says who somebody is. */
export interface DirectoryInTest {
  /** Parts of the configuration. */
  settings: object;
  /** Before anything is provisioned. */
  begin(region: TestRegion['region']): Promise<void>;
  /** What its administrator does for a user pool. */
  trust(userPoolId: string, cognitoDomain: string): Promise<void>;
  put(person: Person): Promise<void>;
  /** What somebody types into its page. */
  credentials(account: string): Record<string, string>;
}

/** The region's own, which trusts every pool of a deployment. */
function ownDirectory(region: () => TestRegion['region']): DirectoryInTest {
  return {
    settings: {},
    begin: () => Promise.resolve(),
    trust: () => Promise.resolve(),
    put: (person) => {
      region().directories.people.put(person);
      return Promise.resolve();
    },
    credentials: (account) => ({ UserName: account }),
  };
}

/** Provisions once for a test file, and starts what requests go through. */
export function useWayIn(other?: DirectoryInTest): () => WayIn {
  const test = useRegion({ ...configuration, ...other?.settings }, { realWayIn: true });
  let wayIn: WayIn | undefined;

  beforeAll(async () => {
    const running = test();
    const { region, clients } = running;
    const directory = other ?? ownDirectory(() => region);
    await directory.begin(region);
    // A build of istiod takes longer than the step that verifies the endpoint waits for it.
    await ensureMeshPrograms({ onProgress: (line) => process.stderr.write(`${line}\n`) });
    const { execution } = await running.finish(await running.start('provision', running.document));
    expect(execution).toMatchObject({ status: 'SUCCEEDED' });
    const cluster = clusterOf(running);
    const mesh = await region.meshes.start(cluster.clusterName);
    const outputs = JSON.parse(execution.output ?? '{}') as WayIn['outputs'];
    await directory.trust(outputs.userPoolId, outputs.cognitoDomain);
    for (const person of people) await directory.put(person);
    const url = `https://${configuration.kubeflow_domain}`;
    const visitor = (): Visitor => new Visitor(throughNetwork(region.network, region.caPem));
    wayIn = {
      region,
      clients,
      cluster,
      mesh,
      outputs,
      put: (person) => directory.put(person),
      tokens: async (account, clientId = outputs.clientId) => {
        const target = { ...outputs, clientId };
        const tokens = await obtainTokens(region, target, account, directory.credentials(account));
        if ('refused' in tokens) throw new Error(tokens.refused);
        return tokens;
      },
      url,
      runWorkflow: async (workflow, input) =>
        (await running.finish(await running.start(workflow, input))).execution,
      visitor,
      logIn: async (account, path = '/') => {
        const own = visitor();
        const page = await own.visit(`${url}${path}`);
        return { visitor: own, page: await own.submit(page, directory.credentials(account)) };
      },
    };
  }, 30 * 60_000);

  return () => {
    if (wayIn === undefined) throw new Error('the way in is there in tests and hooks only');
    return wayIn;
  };
}
