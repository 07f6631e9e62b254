import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startChild } from '../processes/child';
import type { Certificate } from '../region/network/authority';

/** An account of a MySQL server, which may do everything there. */
export interface MysqlUser {
  name: string;
  password: string;
  /** How it logs in. */
  plugin: 'mysql_native_password' | 'caching_sha2_password';
}

export interface MysqlServerOptions {
  /** Path of `mysql-server`. */
  program: string;
  /** For its certificate and users. */
  dir: string;
  users: readonly MysqlUser[];
  /** Without one it speaks no TLS; with one nothing else, as RDS does by `require_secure_transport`. */
  certificate?: Certificate;
  onLine?: (line: string) => void;
}

export interface MysqlServer {
  /** On loopback. */
  readonly port: number;
  stop(): Promise<void>;
}

/** Reading its collations takes seconds on a busy machine. */
const startMs = 60_000;

/** Starts a MySQL in memory on a free port of loopback. */
export async function startMysqlServer(options: MysqlServerOptions): Promise<MysqlServer> {
  const { program, dir, users, certificate, onLine } = options;
  const file = async (name: string, text: string): Promise<string> => {
    const path = join(dir, name);
    await writeFile(path, text, { mode: 0o600 });
    return path;
  };
  const args = ['--users', await file('users.json', JSON.stringify(users))];
  if (certificate === undefined) args.push('--plain');
  else {
    args.push('--certificate', await file('certificate.pem', certificate.cert));
    args.push('--key', await file('key.pem', certificate.key));
  }
  const child = startChild({
    ...{ name: 'mysql-server', command: program, args, cwd: dir },
    ...(onLine !== undefined && { onLine }),
  });
  const port = await child
    .line((line) => /^listening on 127\.0\.0\.1:(\d+)$/.exec(line)?.[1], startMs)
    .catch(async (error: unknown) => {
      await child.stop(1000);
      throw error;
    });
  return {
    port: Number(port),
    stop: async () => {
      await child.stop(3000);
    },
  };
}
