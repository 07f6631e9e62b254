import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Progress } from '../processes/progress';
import { isRunning } from '../processes/running';
import { waitFor } from '../processes/wait-for';
import type { Person } from '../adfs';
import type { Preparation } from './account/prepare';
import type { Entrance, PersonToPut } from './control-api';
import { findConnection, regionFolder, type RegionConnection } from './connection';
import type { DaemonMessage, DaemonOptions } from './daemon';
import { defined } from '../../core/defined';

export interface UpOptions {
  accountId: string;
  region: string;
  /** `virtual` by default: waits of the workflows pass at once. */
  clock?: 'virtual' | 'real';
  port?: number;
  onProgress: Progress;
  /** Gives up while the region is coming up; its processes end with it. */
  signal?: AbortSignal;
}

const root = join(__dirname, '..', '..');

/**
 * Brings a region up that outlives this process. What one that was killed had, it has again: resources, clusters and
 * executions, which go on or can be redriven.
 *
 * @returns how to reach it; the one that is up already, if it is for the same account and region
 * @throws Error when another region is up, or this one at another port or without the real time, or it does not start
 */
export async function bringUp(options: UpOptions): Promise<RegionConnection> {
  const present = findConnection();
  if (present !== undefined) {
    const { accountId, region, endpoint } = present;
    if (options.port !== undefined && new URL(endpoint).port !== String(options.port)) {
      throw new Error(
        `the local region is up at ${endpoint}, and keeps its port; take it down first: kubeflow-eks local down`,
      );
    }
    if (options.clock === 'real' && present.clock === 'virtual') {
      throw new Error(
        'the local region is up, and lets waits pass at once; for their real time take it down first: kubeflow-eks local down',
      );
    }
    if (accountId === options.accountId && region === options.region) return present;
    throw new Error(
      `a local region is up for account ${present.accountId} in ${present.region} (process ${present.pid}); take it down first: kubeflow-eks local down`,
    );
  }
  const dir = join(regionFolder(), `${options.accountId}-${options.region}`);
  await mkdir(dir, { recursive: true });
  const argument: DaemonOptions = {
    dir,
    accountId: options.accountId,
    region: options.region,
    clock: options.clock ?? 'virtual',
    ...defined({ port: options.port }),
  };
  const daemon = spawn(
    process.execPath,
    [...daemonProgram(), JSON.stringify(argument)],
    // The environment as this module sees it, which is not the process' own under a test runner.
    { cwd: root, detached: true, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env } },
  );
  options.signal?.addEventListener('abort', () => daemon.kill('SIGTERM'), { once: true });
  const errors: string[] = [];
  createInterface({ input: daemon.stderr }).on('line', (line) => errors.push(line));
  await new Promise<void>((resolve, reject) => {
    createInterface({ input: daemon.stdout }).on('line', (line) => {
      const message = JSON.parse(line) as DaemonMessage;
      if ('progress' in message) options.onProgress(message.progress, message.isPassing);
      else if ('ready' in message) resolve();
      else reject(new Error(message.failed));
    });
    daemon.once('exit', (code) => {
      reject(new Error(`the local region ended with ${code ?? 'a signal'}: ${errors.slice(-10).join('\n')}`));
    });
  });
  daemon.unref();
  daemon.stdout.destroy();
  daemon.stderr.destroy();
  const connection = findConnection();
  if (connection === undefined) throw new Error('the local region has ended right after it was up');
  return connection;
}

/** The daemon's sources in a checkout, its bundle in a package (`tools/package/program-bundle.ts`). */
function daemonProgram(): string[] {
  const source = join(__dirname, 'daemon.ts');
  return existsSync(source) ? ['--import', 'tsx', source] : [join(root, 'lib', 'daemon.js')];
}

/**
 * Takes the region down, waits until its processes are gone, and removes what it kept.
 *
 * @returns false when none was up
 */
export async function takeDown(): Promise<boolean> {
  const present = findConnection();
  if (present === undefined) return false;
  process.kill(present.pid, 'SIGTERM');
  await waitFor(() => findConnection() === undefined && !isRunning(present.pid), {
    what: `the local region (process ${present.pid}) to end`,
    timeoutMs: 60_000,
  });
  await rm(present.dir, { recursive: true, force: true, maxRetries: 3 });
  return true;
}

/** Has a running region make what a configuration expects of its account. */
export async function prepareAccountOf(
  connection: RegionConnection,
  document: unknown,
): Promise<Preparation> {
  return control<Preparation>(connection, 'prepare', document);
}

/** Puts people into the directories of a running region. */
export async function putPeople(
  connection: RegionConnection,
  people: readonly PersonToPut[],
): Promise<Person[]> {
  return control<Person[]>(connection, 'people', people);
}

/** Has a running region start what requests to a deployment go through. */
export async function enter(
  connection: RegionConnection,
  deployment: string,
  as?: string,
): Promise<Entrance> {
  return control<Entrance>(connection, 'enter', { deployment, as });
}

async function control<T>({ endpoint }: RegionConnection, what: string, body: unknown): Promise<T> {
  const response = await fetch(`${endpoint}/local-region/${what}`, {
    method: 'POST',
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`the local region could not (${what}): ${await response.text()}`);
  return (await response.json()) as T;
}
