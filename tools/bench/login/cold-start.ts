import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { DirectoryUser } from '../../../core/access/directory';
import { makeTenants, tenantName } from '../support/cluster';
import { startDeployedFunctions } from '../support/deployed-functions';
import { loginEvent } from '../support/login-event';
import { median, rounded, timed } from '../support/stats';

/** How a cold profile manager does. */
export interface ColdStart {
  /** Median from the start of the process to the answer of its first login. */
  readonly ms: number;
  readonly runs: readonly number[];
  readonly bundleBytes: number;
  readonly node: string;
}

const runs = 7;

/** Runs the deployed bundle as Lambda does: load it, call its handler once. The login grants one namespace again. */
const harness = `
  const { handler } = require(process.env.BUNDLE);
  handler(JSON.parse(process.env.EVENT), { getRemainingTimeInMillis: () => 10000 }).then(
    (answer) => { console.error(JSON.stringify(answer.response)); process.exit(0); },
    (error) => { console.error(error); process.exit(1); },
  );
`;

/**
 * Measures the bundle that deploys, with everything that a first login needs for real: the registry read and the question
 * who else has the e-mail (moto), a token that the API server verifies through STS, a new TLS connection, three reads and
 * two writes.
 */
export async function measureColdStart(): Promise<ColdStart> {
  const users = Array.from({ length: runs + 1 }, (_, run) => userOfRun(run));
  const functions = await startDeployedFunctions(users);
  const { cluster, userPoolId, bundleOf, environment } = functions;
  const bundle = join(bundleOf('profile-manager'), 'index.js');
  try {
    await makeTenants(cluster, 0, runs + 1);
    const times: number[] = [];
    // The first run warms the file system and the servers, and is not counted.
    for (const [run, user] of users.entries()) {
      const event = JSON.stringify(loginEvent(userPoolId, user));
      const { ms } = await timed(() => firstLogin({ ...environment, BUNDLE: bundle, EVENT: event }));
      if (run > 0) times.push(rounded(ms));
    }
    return {
      ms: rounded(median(times)),
      runs: times,
      bundleBytes: (await stat(bundle)).size,
      node: process.version,
    };
  } finally {
    await functions.stop();
  }
}

function userOfRun(run: number): DirectoryUser {
  return {
    userName: `ADFS_user-${run}`,
    enabled: true,
    email: `user-${run}@example.com`,
    groupsAttribute: tenantName(run),
  };
}

async function firstLogin(env: Record<string, string | undefined>): Promise<void> {
  const child = spawn(process.execPath, ['--eval', harness], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0 || !output.includes('"outcome":"synced"')) {
    throw new Error(`the bundle's first login failed (${code ?? 'killed'}): ${output}`);
  }
}
