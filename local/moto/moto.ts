import { join } from 'node:path';
import { startChild } from '../processes/child';
import { ensureVirtualEnvironment } from './virtual-environment';
import { defined } from '../../core/defined';

export interface MotoOptions {
  /** The account that everything belongs to; `123456789012` by default. */
  accountId?: string;
  /** How long a new certificate stays PENDING_VALIDATION, in seconds; 0 by default. */
  certificateWaitSeconds?: number;
  /** How long RDS takes to make, change or delete an instance, in seconds; 0 by default. */
  databaseSeconds?: number;
  /** Called with lines for a person: the installation, and what the server writes to its log. */
  progress?: (line: string) => void;
}

/** A running moto server: the AWS APIs of an account that has nothing in it yet. */
export interface Moto {
  /** `http://127.0.0.1:PORT`, for AWS_ENDPOINT_URL. */
  readonly endpoint: string;
  readonly accountId: string;
  readonly pid: number;
  /** Forgets everything that was made. */
  reset(): Promise<void>;
  /** Makes the ids that are made up from now on follow from a number. */
  seed(seed: number): Promise<void>;
  /** Changes how long certificates requested from now on stay PENDING_VALIDATION. */
  setCertificateWait(seconds: number): Promise<void>;
  /** Changes how long RDS takes to make, change or delete an instance from now on. */
  setDatabaseSeconds(seconds: number): Promise<void>;
  /** Brings an instance of RDS into a state by itself, such as `failed`; `empty` for one that was never backed up. */
  setDatabaseState(name: string, state: string, more?: 'empty'): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts moto on a free port of 127.0.0.1; installs it first if the cache does not have it.
 * It ends with this process, even if that is killed.
 *
 * @throws Error if Python is missing, the installation fails or the server does not start
 */
export async function startMoto(options: MotoOptions = {}): Promise<Moto> {
  const { accountId = '123456789012', certificateWaitSeconds = 0, databaseSeconds = 0, progress } = options;
  const python = await ensureVirtualEnvironment(progress);
  const child = startChild({
    name: 'moto',
    command: python,
    args: ['-u', join(__dirname, 'server.py')],
    guard: 'stdin',
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      TMPDIR: process.env['TMPDIR'],
      PYTHONDONTWRITEBYTECODE: '1',
      MOTO_ACCOUNT_ID: accountId,
      MOTO_ACM_VALIDATION_WAIT: '0',
      // 500 machine images that nothing here looks at.
      MOTO_EC2_LOAD_DEFAULT_AMIS: 'false',
      // The worker role attaches AWS' own policies, so they must be there.
      MOTO_IAM_LOAD_MANAGED_POLICIES: 'true',
    },
    ...defined({ onLine: progress }),
  });
  const port = await child.line((line) => /^ready (\d+)$/.exec(line)?.[1], 60_000);
  const endpoint = `http://127.0.0.1:${port}`;
  const moto: Moto = {
    endpoint,
    accountId,
    pid: child.pid,
    seed: async (seed) => post(`${endpoint}/moto-api/seed?a=${seed}`),
    reset: async () => post(`${endpoint}/moto-api/reset`),
    setCertificateWait: async (seconds) =>
      post(`${endpoint}/local-region/acm-validation-wait`, String(seconds)),
    setDatabaseSeconds: async (seconds) => post(`${endpoint}/local-region/rds-seconds`, String(seconds)),
    setDatabaseState: async (name, state, more) =>
      post(`${endpoint}/local-region/rds-state`, `${name} ${state} ${more ?? ''}`),
    stop: async () => {
      await child.stop();
    },
  };
  if (certificateWaitSeconds > 0) await moto.setCertificateWait(certificateWaitSeconds);
  if (databaseSeconds > 0) await moto.setDatabaseSeconds(databaseSeconds);
  return moto;
}

async function post(url: string, body = ''): Promise<void> {
  const response = await fetch(url, { method: 'POST', body });
  if (!response.ok)
    throw new Error(
      `moto answered ${response.status} to POST ${new URL(url).pathname}: ${await response.text()}`,
    );
}
