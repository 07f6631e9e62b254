import { join } from 'node:path';
import type { KubeObject } from '../kubernetes/kube-client';
import type { ControlPlane } from '../kubernetes/control-plane';
import { defined } from '../../core/defined';
import { Addresses } from './addresses';
import { startIstiod, type Istiod } from './istiod';
import { startOauth2Proxy, type Oauth2Proxy } from './authorizer';
import {
  applyUnlessThere,
  distributionObjects,
  notebookLabels,
  notebookObjects,
  outgoingPort,
  sidecar,
  workload,
  type Endpoint,
} from './mesh-objects';
import { startProgram, type Program } from './echo-program';
import type { MeshPrograms } from './mesh-programs';
import { Gateways } from './gateways';
import { startProxy, type Proxy } from './proxy';

export interface MeshOptions {
  cluster: ControlPlane;
  programs: MeshPrograms;
  /** For configuration and logs. */
  dir: string;
  /** The region's internet. */
  proxyUrl: string;
  caFile: string;
  onLine: (component: string, line: string) => void;
}

/** A tenant's notebook behind a sidecar. */
export interface Notebook {
  readonly program: Program;
  readonly proxy: Proxy;
  /** Where the sidecar sends its own program's requests out, by the Host header. */
  readonly outgoing: string;
}

/** @param address at which agents ask for the one that was there before */
type StartIstiod = (address?: string) => Promise<Istiod>;

const dashboardPort = 8082;
const notebookPort = 8888;

/**
 * The data plane of a cluster that has been provisioned: istiod over the cluster's own objects, Envoy as Istio's ingress
 * gateway, oauth2-proxy as its authorizer, and behind them stand-ins for the dashboard and for a notebook of each tenant,
 * the latter with a sidecar that enforces the tenant's own AuthorizationPolicies.
 */
export class Mesh {
  private readonly notebooks = new Map<string, Promise<Notebook>>();

  private constructor(
    private readonly options: MeshOptions,
    private readonly addresses: Addresses,
    private readonly parts: {
      istiod: Istiod;
      gateways: Gateways;
      authorizer: Oauth2Proxy;
      dashboard: Program;
    },
    private readonly start: { authorizer: () => Promise<Oauth2Proxy>; istiod: StartIstiod },
  ) {}

  /** @throws Error where something does not start, with its last lines */
  static async start(options: MeshOptions): Promise<Mesh> {
    const { cluster, programs, dir, proxyUrl, caFile, onLine } = options;
    const { client } = cluster;
    const addresses = new Addresses();
    const started: { stop: () => Promise<unknown> }[] = [];
    const keep = <T extends { stop: () => Promise<unknown> }>(part: T): T => {
      started.push(part);
      return part;
    };
    const say = (component: string) => (line: string) => {
      onLine(component, line);
    };
    try {
      await applyUnlessThere(client, distributionObjects);
      const address = { authorizer: addresses.next(), dashboard: addresses.next() };
      const dashboard = keep(
        await startProgram('dashboard', {
          address: address.dashboard,
          port: dashboardPort,
          signOut: await signOutUrl(cluster),
        }),
      );
      const gateways = keep(new Gateways({ client, addresses, programs, dir, onLine: say('gateway') }));
      const first = await gateways.prepare();
      await client.applyAll([
        workload({
          namespace: 'oauth2-proxy',
          name: 'oauth2-proxy',
          labels: { 'app.kubernetes.io/name': 'oauth2-proxy' },
          address: address.authorizer,
          ports: { http: 4180 },
          hasProxy: false,
        }),
        workload({
          namespace: 'kubeflow',
          name: 'dashboard',
          labels: { app: 'dashboard' },
          address: address.dashboard,
          ports: { http: dashboardPort },
          hasProxy: false,
        }),
      ]);
      const start = {
        authorizer: async (): Promise<Oauth2Proxy> =>
          startOauth2Proxy({
            client,
            program: programs.oauth2Proxy,
            address: address.authorizer,
            dir: join(dir, 'oauth2-proxy'),
            proxyUrl,
            caFile,
            onLine: say('oauth2-proxy'),
          }),
        istiod: async (earlier?: string): Promise<Istiod> =>
          startIstiod({
            cluster,
            program: programs.istiod,
            dir: join(dir, 'istiod'),
            proxyUrl,
            caFile,
            ...defined({ address: earlier }),
            onLine: say('istiod'),
          }),
      };
      const [istiod, authorizer] = await Promise.all([
        start.istiod().then(keep),
        start.authorizer().then(keep),
      ]);
      await gateways.start(first, istiod.address);
      return new Mesh(options, addresses, { istiod, gateways, authorizer, dashboard }, start);
    } catch (error) {
      for (const part of started.reverse()) await part.stop();
      throw error;
    }
  }

  /** What the load balancer sends requests to. */
  get targets(): Gateways['targets'] {
    return this.parts.gateways.targets;
  }

  /** Starts another gateway beside those that run: a second pod of the Deployment. */
  async addGateway(): Promise<Proxy> {
    const { gateways, istiod } = this.parts;
    return gateways.start(await gateways.prepare(), istiod.address);
  }

  /** The load balancer has no target then. */
  async stopGateways(): Promise<void> {
    await this.parts.gateways.stop();
  }

  /** Istio's control plane, for tests of what is when it is away. */
  get istiod(): Istiod {
    return this.parts.istiod;
  }

  /** Starts Istio's control plane again, where the agents look for it; it has forgotten the keys of issuers. */
  async restartIstiod(): Promise<void> {
    await this.parts.istiod.stop();
    this.parts.istiod = await this.start.istiod(this.parts.istiod.address);
  }

  get dashboard(): Program {
    return this.parts.dashboard;
  }

  /** The authorizer, for tests of what is when it is away. */
  get authorizer(): Oauth2Proxy {
    return this.parts.authorizer;
  }

  /** Starts the authorizer again, with what stands in the cluster now. */
  async restartAuthorizer(): Promise<void> {
    await this.parts.authorizer.stop();
    this.parts.authorizer = await this.start.authorizer();
  }

  /** The notebook of a tenant's namespace, started when it is first asked for. */
  async notebook(namespace: string, name = 'workspace'): Promise<Notebook> {
    const key = `${namespace}/${name}`;
    const known = this.notebooks.get(key) ?? this.startNotebook(namespace, name);
    this.notebooks.set(key, known);
    return known;
  }

  async stop(): Promise<void> {
    const { istiod, gateways, authorizer, dashboard } = this.parts;
    const notebooks = await Promise.allSettled(this.notebooks.values());
    await Promise.all(
      notebooks.map(async (notebook) => {
        if (notebook.status !== 'fulfilled') return;
        await Promise.all([notebook.value.proxy.stop(), notebook.value.program.stop()]);
      }),
    );
    await Promise.all([gateways.stop(), authorizer.stop(), dashboard.stop()]);
    await istiod.stop();
  }

  private async startNotebook(namespace: string, name: string): Promise<Notebook> {
    const { cluster, programs, dir, onLine } = this.options;
    const { client } = cluster;
    const endpoint: Endpoint = {
      namespace,
      name,
      labels: notebookLabels(name),
      address: this.addresses.next(),
      ports: { [`http-${name}`]: notebookPort, 'http-local': notebookPort },
      serviceAccount: 'default-editor',
      hasProxy: true,
    };
    const program = await startProgram(`notebook ${name} of ${namespace}`, { address: '127.0.0.1', port: 0 });
    try {
      await applyUnlessThere(client, notebookObjects(namespace, name));
      await client.applyAll([
        workload(endpoint),
        sidecar(endpoint, { port: notebookPort, program: program.address.port }),
      ]);
      const proxy = await startProxy({
        kind: 'sidecar',
        client,
        namespace,
        name: `${name}-0`,
        serviceAccount: 'default-editor',
        labels: endpoint.labels,
        address: endpoint.address,
        programs,
        istiod: this.parts.istiod.address,
        dir: join(dir, `${namespace}-${name}`),
        onLine: (line) => {
          onLine(`${name}.${namespace}`, line);
        },
      });
      return { program, proxy, outgoing: `http://${endpoint.address}:${outgoingPort}` };
    } catch (error) {
      await program.stop();
      throw error;
    }
  }
}

/** Where the dashboard ends a session: the installation has it in the Deployment. */
async function signOutUrl({ client }: ControlPlane): Promise<string> {
  const deployment = await client.find<
    KubeObject & {
      spec: { template: { spec: { containers: { env?: { name: string; value?: string }[] }[] } } };
    }
  >('/apis/apps/v1/namespaces/kubeflow/deployments/dashboard');
  const variables = deployment?.spec.template.spec.containers.flatMap(({ env = [] }) => env) ?? [];
  return variables.find(({ name }) => name === 'LOGOUT_URL')?.value ?? '/oauth2/sign_out';
}
