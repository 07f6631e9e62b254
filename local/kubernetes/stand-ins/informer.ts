import { setTimeout as delay } from 'node:timers/promises';
import { KubeError, type KubeClient, type KubeObject } from '../kube-client';
import { defined } from '../../../core/defined';

/** After a failed list or a broken watch, in milliseconds. */
const retryMs = 500;

/**
 * Keeps a copy of one collection of the cluster by listing and watching it, for as long as the signal allows. It
 * survives an API server that is away, and a collection that is not served yet (its definition may come later).
 */
export class Informer {
  private readonly objects = new Map<string, KubeObject>();
  private markSynced: () => void = () => undefined;
  /** Resolves after the first complete list, and also when the collection is not served. */
  readonly synced = new Promise<void>((resolve) => {
    this.markSynced = resolve;
  });
  /** Whether the API server serves the collection. */
  served = false;
  private reported: string | undefined;

  constructor(
    private readonly client: KubeClient,
    private readonly path: string,
    private readonly onChange: (object: KubeObject, deleted: boolean) => void,
    private readonly onError: (error: unknown) => void = () => undefined,
    /** Called when the API server begins to serve the collection. */
    private readonly onServed: () => void = () => undefined,
  ) {}

  get(name: string, namespace?: string): KubeObject | undefined {
    return this.objects.get(keyOf({ metadata: { name, ...defined({ namespace }) } }));
  }

  values(): KubeObject[] {
    return [...this.objects.values()];
  }

  /** Runs until the signal is aborted; never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        const version = await this.list();
        await this.client.watch(
          this.path,
          version,
          (type, object) => {
            this.accept(type, object);
          },
          signal,
        );
      } catch (error) {
        // 410: the version is too old, which listing again mends.
        const expected =
          isAborted(signal) || (error instanceof KubeError && [404, 410].includes(error.status));
        if (!expected) this.report(error);
        if (error instanceof KubeError && error.status === 404) {
          this.served = false;
          this.markSynced();
        }
        await delay(retryMs, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  /** Says it once, however often it happens: who may not list yet tries twice a second. */
  private report(error: unknown): void {
    const message = String(error);
    if (message !== this.reported) this.onError(error);
    this.reported = message;
  }

  private async list(): Promise<string> {
    const { items, metadata } = await this.client.get<{
      items: KubeObject[];
      metadata: { resourceVersion: string };
    }>(this.path);
    const present = new Set(items.map(keyOf));
    for (const [key, object] of this.objects) {
      if (!present.has(key)) this.accept('DELETED', object);
    }
    for (const object of items) this.accept('ADDED', object);
    const before = this.served;
    this.served = true;
    this.markSynced();
    this.reported = undefined;
    if (!before) this.onServed();
    return metadata.resourceVersion;
  }

  private accept(type: string, object: KubeObject): void {
    if (type === 'BOOKMARK') return;
    if (type === 'DELETED') this.objects.delete(keyOf(object));
    else this.objects.set(keyOf(object), object);
    this.onChange(object, type === 'DELETED');
  }
}

/** In a function, since the compiler believes that what was false stays so across an await. */
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}

function keyOf({ metadata }: KubeObject): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`;
}
