import type { AccessRules } from '../../core/access/rules';
import type { AccessCluster } from '../../isolation/reconcile-user';

/** A registered deployment: whose pool it is, its cluster and its rules. */
export interface RegisteredPool {
  readonly deployment: string;
  readonly cluster: {
    readonly name: string;
    readonly endpoint: string;
    /** Base64 of the PEM. */
    readonly certificateAuthority: string;
    readonly region: string;
  };
  readonly rules: AccessRules;
  /** Where artifacts are in S3: pods of a new Profile get a role by a re-sync. */
  readonly artifacts?: object | undefined;
}

/** A pool with a connection to its cluster. */
export interface ConnectedPool extends RegisteredPool {
  readonly access: AccessCluster;
}

/** How long a registration is believed: changed rules hold after at most a minute. */
const registrationTtlMs = 60_000;

/** Finds the cluster of a pool, reading the registry once a minute and keeping one connection to each cluster. */
export class Clusters {
  private readonly known = new Map<string, { pool: ConnectedPool; readAt: number }>();
  private readonly read: (userPoolId: string) => Promise<RegisteredPool | undefined>;
  private readonly connect: (pool: RegisteredPool) => AccessCluster;

  constructor(options: {
    read: (userPoolId: string) => Promise<RegisteredPool | undefined>;
    connect: (pool: RegisteredPool) => AccessCluster;
  }) {
    this.read = options.read;
    this.connect = options.connect;
  }

  /** @returns `undefined` for a pool that no deployment registered */
  async of(userPoolId: string): Promise<ConnectedPool | undefined> {
    const known = this.known.get(userPoolId);
    if (known !== undefined && Date.now() - known.readAt < registrationTtlMs) return known.pool;
    const registered = await this.read(userPoolId);
    if (registered === undefined) {
      this.forget(userPoolId);
      return undefined;
    }
    const same = known !== undefined && isSameCluster(known.pool, registered);
    if (!same) this.forget(userPoolId);
    const pool = { ...registered, access: same ? known.pool.access : this.connect(registered) };
    this.known.set(userPoolId, { pool, readAt: Date.now() });
    return pool;
  }

  close(): void {
    for (const userPoolId of [...this.known.keys()]) this.forget(userPoolId);
  }

  private forget(userPoolId: string): void {
    this.known.get(userPoolId)?.pool.access.client.close();
    this.known.delete(userPoolId);
  }
}

function isSameCluster(a: RegisteredPool, b: RegisteredPool): boolean {
  return (
    a.cluster.name === b.cluster.name &&
    a.cluster.endpoint === b.cluster.endpoint &&
    a.cluster.certificateAuthority === b.cluster.certificateAuthority
  );
}
