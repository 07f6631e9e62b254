import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { openVersionedEndpoint, type VersionedEndpoint } from '../../kubernetes/versioned-endpoint';
import type { Progress } from '../../processes/progress';
import type { AccessEntry } from '../../kubernetes/access-entries';
import { startControlPlane, type ControlPlane } from '../../kubernetes/control-plane';
import { issuerOf } from './cluster-issuer';
import type { ImagePulls } from '../../kubernetes/nodes/image-pulls';
import type { NodeFollower } from '../../kubernetes/nodes/node-follower';

/** Something that runs beside a cluster and ends with it: a controller's stand-in. */
export interface Controller {
  stop(): Promise<void>;
}

/** What each looks after. */
export type ControllerName =
  'profiles' | 'nodes' | 'machines' | 'workloads' | 'volumes' | 'certificates' | 'webhooks' | 'loadBalancers';

/** All that runs beside a cluster. */
export interface Controllers {
  all: Readonly<Record<ControllerName, Controller>>;
  /** Lets a workload of the cluster never become ready, or be ready again. */
  workloads: Pick<ImagePulls, 'setReady'>;
  /** Told of changed node groups. */
  nodes: Pick<NodeFollower, 'changed'>;
  /** Told of machines that were launched or ended. */
  machines: Pick<NodeFollower, 'changed'>;
}

export interface ClustersOptions {
  dir: string;
  region: string;
  /** Where the token webhook asks who signed a token. */
  stsUrl: () => string;
  /** Starts what works in the cluster beside the control plane. */
  startControllers: (cluster: ControlPlane) => Controllers;
  onLine: (component: string, line: string) => void;
  onProgress: Progress;
}

interface Entry {
  starting: Promise<void>;
  /** The version that EKS gives it. */
  version: string;
  versioned?: VersionedEndpoint;
  controlPlane?: ControlPlane;
  controllers?: Controllers;
  failure?: Error;
}

/** The real control planes behind the region's EKS clusters: one for each, started when the cluster is created. */
export class Clusters {
  private readonly entries = new Map<string, Entry>();
  /** Aborted when the clusters stop, which does not wait for programs that are being built. */
  private readonly stopping = new AbortController();

  constructor(private readonly options: ClustersOptions) {}

  /** Starts the control plane of a new cluster, in the background. */
  create(name: string, version: string): void {
    if (this.entries.has(name)) return;
    const entry: Entry = { starting: Promise.resolve(), version };
    this.entries.set(name, entry);
    entry.starting = this.start(name, entry).catch((error: unknown) => {
      if (this.stopping.signal.aborted) return;
      entry.failure = error instanceof Error ? error : new Error(String(error));
      this.options.onProgress(`the control plane of ${name} did not start: ${entry.failure.message}`);
    });
  }

  /** EKS gives a cluster another version. The program behind it stays what it is. */
  setVersion(name: string, version: string): void {
    const entry = this.entries.get(name);
    if (entry !== undefined) entry.version = version;
  }

  /** Where the API server of a cluster says EKS' version of it; `undefined` for one that is not there or not yet. */
  versionedEndpoint(name: string): string | undefined {
    return this.entries.get(name)?.versioned?.endpoint;
  }

  /** `undefined` for a cluster that is not there or not yet. */
  find(name: string): ControlPlane | undefined {
    return this.entries.get(name)?.controlPlane;
  }

  /** The workloads of a cluster, where faults are injected; `undefined` for a cluster that is not there or not yet. */
  workloads(name: string): Controllers['workloads'] | undefined {
    return this.entries.get(name)?.controllers?.workloads;
  }

  /** A controller of a cluster ends, as one does whose pods cannot run any more. */
  async kill(name: string, controller: ControllerName): Promise<void> {
    await this.entries.get(name)?.controllers?.all[controller].stop();
  }

  /** Told that the node groups of a cluster may be others now. */
  nodeGroupsChanged(name: string): void {
    this.entries.get(name)?.controllers?.nodes.changed();
  }

  /** Told that there may be other machines now. */
  machinesChanged(): void {
    for (const { controllers } of this.entries.values()) controllers?.machines.changed();
  }

  /** EKS' status of a cluster, as far as the control plane decides it. */
  status(name: string): 'CREATING' | 'ACTIVE' | 'FAILED' {
    const entry = this.entries.get(name);
    if (entry?.failure !== undefined) return 'FAILED';
    return entry?.controlPlane === undefined ? 'CREATING' : 'ACTIVE';
  }

  all(): ControlPlane[] {
    return [...this.entries.values()].flatMap(({ controlPlane }) =>
      controlPlane === undefined ? [] : [controlPlane],
    );
  }

  /** Who may authenticate to a cluster; kept for the control plane that is still starting. */
  async setAccessEntries(name: string, accessEntries: readonly AccessEntry[]): Promise<void> {
    const entry = this.entries.get(name);
    await entry?.starting;
    await entry?.controlPlane?.setAccessEntries(accessEntries);
  }

  /** Stops a cluster and forgets its data. */
  async delete(name: string): Promise<void> {
    const entry = this.entries.get(name);
    if (entry === undefined) return;
    await this.end(entry);
    this.entries.delete(name);
    await rm(join(this.options.dir, name), { recursive: true, force: true });
  }

  /** Stops all clusters; their data stays. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await Promise.all([...this.entries.values()].map((entry) => this.end(entry)));
  }

  private async start(name: string, entry: Entry): Promise<void> {
    const { dir, region, stsUrl, startControllers, onLine, onProgress } = this.options;
    const clusterDir = join(dir, name);
    await mkdir(clusterDir, { recursive: true });
    const controlPlane = await startControlPlane({
      dir: clusterDir,
      clusterName: name,
      eksTokens: { region, stsUrl: stsUrl() },
      serviceAccountIssuer: issuerOf(region, name),
      workloads: true,
      auditLog: true,
      onLine,
      onProgress,
      signal: this.stopping.signal,
    });
    entry.controllers = startControllers(controlPlane);
    entry.versioned = await openVersionedEndpoint(clusterDir, controlPlane, () => entry.version);
    entry.controlPlane = controlPlane;
  }

  private async end(entry: Entry): Promise<void> {
    await entry.starting;
    await Promise.all(Object.values(entry.controllers?.all ?? {}).map((controller) => controller.stop()));
    await entry.versioned?.close();
    await entry.controlPlane?.stop();
  }
}
