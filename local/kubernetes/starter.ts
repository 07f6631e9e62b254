import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { loopback, preferPort } from '../processes/free-port';
import { startChild, type Child } from '../processes/child';
import { accessPolicyBindings, writeAccessEntries } from './access-entries';
import { auditPolicy, AuditLog } from './audit';
import type { Programs } from './control-plane-programs';
import { KubeClient } from './kube-client';
import { runKubectl } from './kubectl';
import { writeKubeconfig } from './write-kubeconfig';
import type { ControlPlane, ControlPlaneOptions } from './control-plane-types';
import { readPem, type Pki } from './pki';
import * as flags from './flags';
import { waitFor } from '../processes/wait-for';
import { waitWhileRunning } from '../processes/wait-while-running';

/** Name of the administrator that bearer token and certificate stand for, as the audit log shows it. */
export const adminUser = 'kubernetes-admin';

/** Unix socket paths are limited to 104 bytes on some systems. */
const longestSocketPath = 100;
/** Another process may take the free port before the API server does. */
const portAttempts = 3;

/** One start of a control plane, part by part in the order in which they need each other. */
export class Starter {
  /** In the order in which they were started; stopped in the reverse one. */
  private readonly children: Child[] = [];
  private readonly paths: flags.Paths;
  /** Between a complete start and the stop. */
  private serving = false;

  constructor(
    private readonly options: ControlPlaneOptions,
    private readonly programs: Programs,
    private readonly pki: Pki,
  ) {
    this.paths = flags.pathsIn(options.dir);
    if (Buffer.byteLength(this.paths.socket) > longestSocketPath) {
      throw new Error(
        `the directory of the control plane is too long for a unix socket in it: ${options.dir}`,
      );
    }
  }

  async run(): Promise<ControlPlane> {
    const { paths, pki, options } = this;
    const adminToken = await this.writeFiles();
    const etcdEndpoint = await flags.etcdEndpoint(paths, this.programs.etcd);
    const etcd = this.start('etcd', flags.etcd(paths, this.programs.etcd, etcdEndpoint));
    const [webhookPort] = await Promise.all([this.startWebhook(), this.awaitEtcd(etcd)]);
    if (webhookPort !== undefined) {
      const server = `https://${loopback}:${webhookPort}`;
      await writeKubeconfig(paths.webhookKubeconfig, { server, caCertificate: pki.ca.certificate }, 'nobody');
    }
    const endpoint = await this.startApiServer(etcdEndpoint, webhookPort !== undefined);
    const caPem = await readPem(pki.ca.certificate);
    const client = new KubeClient({ endpoint, caPem, token: adminToken });
    await this.awaitReady(client);

    const cluster = { server: endpoint, caCertificate: pki.ca.certificate, name: options.clusterName };
    await writeKubeconfig(paths.adminKubeconfig, cluster, { pair: pki.admin });
    await writeKubeconfig(paths.controllerManagerKubeconfig, cluster, { pair: pki.controllerManager });
    this.start(
      'kube-controller-manager',
      flags.controllerManager(paths, pki, this.programs.kubeControllerManager, options.workloads === true),
    );
    if (options.workloads === true) await this.startWorkloads(cluster);
    await this.awaitControllers(client);
    if (webhookPort !== undefined) await client.applyAll(accessPolicyBindings());
    this.serving = true;

    return {
      endpoint,
      caPem,
      clusterName: options.clusterName,
      adminKubeconfigPath: paths.adminKubeconfig,
      adminToken,
      client,
      audit: new AuditLog(paths.auditLog),
      pids: Object.fromEntries(this.children.map((child) => [child.name, child.pid])),
      kubectl: async (args, kubectlOptions = {}) =>
        runKubectl(this.programs.kubectl, args, {
          kubeconfig: paths.adminKubeconfig,
          cacheDir: join(options.dir, 'kubectl-cache'),
          ...kubectlOptions,
        }),
      setAccessEntries: async (entries) => writeAccessEntries(paths.accessEntries, entries),
      stop: async () => {
        client.close();
        await this.stop();
      },
    };
  }

  async stop(): Promise<void> {
    this.serving = false;
    // etcd must be the last: the API server writes until it has stopped.
    for (const child of this.children.toReversed()) await child.stop();
  }

  private start(name: string, command: flags.Command): Child {
    const { onLine } = this.options;
    const child = startChild({
      name,
      ...command,
      cwd: this.options.dir,
      ...(onLine !== undefined && {
        onLine: (line: string) => {
          onLine(name, line);
        },
      }),
    });
    this.children.push(child);
    void child.exited.then(() => {
      if (this.serving) {
        this.options.onFailure?.(
          new Error(`${name} ended by itself; it wrote last:\n${child.recentOutput()}`),
        );
      }
    });
    return child;
  }

  /** The scheduler, and kwok in the place of kubelets. */
  private async startWorkloads(cluster: Parameters<typeof writeKubeconfig>[1]): Promise<void> {
    const { paths, pki, programs } = this;
    await writeKubeconfig(paths.schedulerKubeconfig, cluster, { pair: pki.scheduler });
    await writeKubeconfig(paths.kwokKubeconfig, cluster, { pair: pki.kwok });
    this.start('kube-scheduler', flags.scheduler(paths, programs.kubeScheduler));
    const kwok = this.start('kwok', flags.kwok(paths, programs.kwok));
    await kwok.line((line) => line.includes('kwok is ready') || undefined);
  }

  /** Returns the administrator's token. */
  private async writeFiles(): Promise<string> {
    const { paths, options } = this;
    await writeFile(paths.auditPolicy, stringify(auditPolicy));
    await writeAccessEntries(paths.accessEntries, options.eksTokens?.accessEntries ?? []);
    if (!existsSync(paths.tokens)) {
      const fresh = `${randomBytes(24).toString('hex')},${adminUser},${adminUser},system:masters\n`;
      await writeFile(paths.tokens, fresh, { mode: 0o600 });
    }
    return (await readFile(paths.tokens, 'utf8')).split(',', 1)[0] ?? '';
  }

  private async awaitEtcd(etcd: Child): Promise<void> {
    await etcd.line(
      (line) =>
        line.includes('etcd is ready') || line.includes('ready to serve client requests') || undefined,
    );
  }

  /** Returns the port that the webhook chose. */
  private async startWebhook(): Promise<number | undefined> {
    const { eksTokens, clusterName } = this.options;
    if (eksTokens === undefined) return undefined;
    const webhook = this.start(
      'token-webhook',
      flags.tokenWebhook(this.paths, this.pki, this.programs.tokenWebhook, { clusterName, ...eksTokens }),
    );
    return webhook.line((line) => {
      const match = /^\{"port":(\d+)\}$/.exec(line);
      return match ? Number(match[1]) : undefined;
    });
  }

  /** Returns the endpoint. */
  private async startApiServer(etcdEndpoint: string, webhook: boolean): Promise<string> {
    const { paths, pki, options } = this;
    let preferred = await readPort(paths.port);
    for (let attempt = 1; ; attempt += 1) {
      const port = await preferPort(preferred);
      const server = this.start(
        'kube-apiserver',
        flags.apiServer(paths, pki, this.programs.kubeApiserver, {
          etcdEndpoint,
          port,
          webhook,
          auditLog: options.auditLog ?? true,
          issuer: options.serviceAccountIssuer,
        }),
      );
      try {
        await waitForPort(server, port);
        await writeFile(paths.port, String(port));
        return `https://${loopback}:${port}`;
      } catch (error) {
        const taken = server.recentOutput().includes('address already in use');
        if (!taken || attempt === portAttempts) throw error;
        this.children.pop();
        preferred = undefined;
      }
    }
  }

  private async awaitReady(client: KubeClient): Promise<void> {
    const server = this.children.at(-1);
    if (server === undefined) throw new Error('the API server has not been started');
    await waitWhileRunning(server, async () => (await client.raw({ path: '/readyz' })).status === 200, {
      what: 'the API server to be ready',
      timeoutMs: 90_000,
      intervalMs: 100,
    });
  }

  /** The service account controller has made the default namespace's account: the controllers run. */
  private async awaitControllers(client: KubeClient): Promise<void> {
    await waitFor(
      async () =>
        (await client.raw({ path: '/api/v1/namespaces/default/serviceaccounts/default' })).status === 200,
      { what: 'the controller manager to work', timeoutMs: 90_000, intervalMs: 100 },
    );
  }
}

async function readPort(path: string): Promise<number | undefined> {
  try {
    return Number(await readFile(path, 'utf8')) || undefined;
  } catch {
    return undefined;
  }
}

/** Resolves when something listens on the port. @throws Error when the server ends instead. */
async function waitForPort(server: Child, port: number): Promise<void> {
  const listening = async (): Promise<boolean> =>
    new Promise((resolve) => {
      const socket = connect({ host: loopback, port });
      socket.once('connect', () => {
        socket.destroy();
        resolve(true);
      });
      socket.once('error', () => {
        resolve(false);
      });
    });
  await waitWhileRunning(server, listening, {
    what: `kube-apiserver to listen on port ${port}`,
    timeoutMs: 90_000,
  });
}
