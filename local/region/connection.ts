import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheSubfolder } from '../cache';
import { isRunning } from '../processes/running';

/** How to reach a region that is up: what an AWS SDK needs, and who runs it. */
export interface RegionConnection {
  endpoint: string;
  region: string;
  accountId: string;
  credentials: { accessKeyId: string; secretAccessKey: string };
  /** Process that runs the region. */
  pid: number;
  /** Folder with its logs and data. */
  dir: string;
  startedAt: string;
  /** Whether waits of the workflows pass at once, or take their time; of a region of an earlier release it is not known. */
  clock?: 'virtual' | 'real';
  /** Of the product that runs it; one that was brought up by a version before 0.1.0 has none. */
  version?: string;
}

/**
 * Where the region that stays up keeps its data and says how to reach it: `KUBEFLOW_EKS_REGION_DIR`, or `region` in the
 * cache folder. One region is up at a time for each such folder.
 */
export function regionFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const named = environment['KUBEFLOW_EKS_REGION_DIR'];
  if (named === undefined || named === '') return cacheSubfolder('region', environment);
  mkdirSync(named, { recursive: true });
  return named;
}

function connectionFile(): string {
  return join(regionFolder(), 'connection.json');
}

/** Makes a region known, readable for its owner only. */
export function publishConnection(connection: RegionConnection): void {
  writeFileSync(connectionFile(), `${JSON.stringify(connection, null, 2)}\n`, { mode: 0o600 });
}

/** The region that is up, or undefined; the record of one that was killed does not count. */
export function findConnection(): RegionConnection | undefined {
  try {
    const connection = JSON.parse(readFileSync(connectionFile(), 'utf8')) as RegionConnection;
    return isRunning(connection.pid) ? connection : undefined;
  } catch {
    return undefined;
  }
}

/** Takes the record away, if it is still that of this process. */
export function withdrawConnection(pid: number): void {
  if (findConnection()?.pid === pid) rmSync(connectionFile(), { force: true });
}
