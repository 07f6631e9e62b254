import { join } from 'node:path';
import type { KubeClient } from '../kubernetes/kube-client';
import type { Addresses } from './addresses';
import { gatewayAccount, gatewayLabels, gatewayOnLoopback, podLabel, workload } from './mesh-objects';
import { startProxy, type Proxy } from './proxy';

export interface GatewaysOptions {
  client: KubeClient;
  addresses: Addresses;
  programs: { agent: string; envoy: string };
  dir: string;
  onLine: (line: string) => void;
}

const port = 8080;

/** What the load balancer sends requests to. */
interface GatewayTarget {
  host: string;
  port: number;
  /** Answers 200 while it may be sent requests. */
  healthUrl: string;
}

/** A gateway of which the cluster knows, and which may be started. */
export interface PreparedGateway {
  readonly name: string;
  readonly address: string;
}

/** Istio's ingress gateway: Envoys that all have the same rules, as the pods of its Deployment. */
export class Gateways {
  private readonly running: Proxy[] = [];
  private prepared = 0;

  constructor(private readonly options: GatewaysOptions) {}

  /** Those that the load balancer knows, in any state. */
  get targets(): GatewayTarget[] {
    return this.running.map(({ address: host, healthUrl }) => ({ host, port, healthUrl }));
  }

  /** Tells the cluster of one, so that its first configuration is right. */
  async prepare(): Promise<PreparedGateway> {
    this.prepared += 1;
    const gateway = { name: `gateway-${this.prepared}`, address: this.options.addresses.next() };
    await this.options.client.applyAll([
      gatewayOnLoopback(gateway),
      workload({
        namespace: 'istio-system',
        ...gateway,
        labels: { ...gatewayLabels, [podLabel]: gateway.name },
        ports: { http2: port, 'status-port': 15021 },
        serviceAccount: gatewayAccount,
        hasProxy: false,
      }),
    ]);
    return gateway;
  }

  /** @param istiod its address, for agents */
  async start({ name, address }: PreparedGateway, istiod: string): Promise<Proxy> {
    const { client, programs, dir, onLine } = this.options;
    const proxy = await startProxy({
      kind: 'router',
      client,
      namespace: 'istio-system',
      name: `istio-ingressgateway-${name}`,
      serviceAccount: gatewayAccount,
      labels: { ...gatewayLabels, [podLabel]: name },
      address,
      programs,
      istiod,
      dir: join(dir, name),
      onLine,
    });
    this.running.push(proxy);
    return proxy;
  }

  /** Those that run; others can be started. */
  async stop(): Promise<void> {
    await Promise.all(this.running.splice(0).map((proxy) => proxy.stop()));
  }
}
