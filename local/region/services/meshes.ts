import { join } from 'node:path';
import type { ControlPlane } from '../../kubernetes/control-plane';
import { ensureMeshPrograms, Mesh } from '../../mesh';
import type { Progress } from '../../processes/progress';

export interface MeshesOptions {
  dir: string;
  findCluster: (name: string) => ControlPlane | undefined;
  /** The region's internet, once it is there. */
  proxyUrl: () => string;
  caFile: string;
  onLine: (component: string, line: string) => void;
  onProgress: Progress;
}

/** The data planes of clusters, each started on demand: it takes a second to some, and minutes where it is to be built. */
export class Meshes {
  private readonly open = new Map<string, Promise<Mesh>>();
  private readonly ready = new Map<string, Mesh>();
  private readonly stopping = new AbortController();

  constructor(private readonly options: MeshesOptions) {}

  /** The mesh of a cluster in which Kubeflow has been installed. @throws Error where there is none, or it does not start */
  async start(clusterName: string): Promise<Mesh> {
    const known = this.open.get(clusterName) ?? this.begin(clusterName);
    this.open.set(clusterName, known);
    try {
      const mesh = await known;
      this.ready.set(clusterName, mesh);
      return mesh;
    } catch (error) {
      this.open.delete(clusterName);
      throw error;
    }
  }

  /** The mesh of a cluster, if it has been started. */
  find(clusterName: string): Mesh | undefined {
    return this.ready.get(clusterName);
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    const meshes = await Promise.allSettled(this.open.values());
    this.ready.clear();
    await Promise.all(
      meshes.map(async (mesh) => {
        if (mesh.status === 'fulfilled') await mesh.value.stop();
      }),
    );
  }

  private async begin(clusterName: string): Promise<Mesh> {
    const { dir, findCluster, proxyUrl, caFile, onLine, onProgress } = this.options;
    const cluster = findCluster(clusterName);
    if (cluster === undefined) throw new Error(`there is no cluster ${clusterName}`);
    const programs = await ensureMeshPrograms({ onProgress, signal: this.stopping.signal });
    onProgress(`starting Istio, Envoy and oauth2-proxy over ${clusterName}`);
    return Mesh.start({
      cluster,
      programs,
      dir: join(dir, clusterName),
      proxyUrl: proxyUrl(),
      caFile,
      onLine,
    });
  }
}
