import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import type { ParseArgsOptionsConfig } from 'node:util';
import { kustomize as pinned, remoteBases, type RemoteBase } from '../../core/versions';
import type { Run } from '../../builds/support/command';
import type { Say } from '../../builds/support/say';
import { fetchCommit } from '../../builds/kubeflow/git-source';
import type { UpstreamTools } from './render-all';

/** The options that every command on a checkout of the distribution has. */
export const checkoutOptions = {
  kustomize: { type: 'string' },
  remote: { type: 'string', multiple: true },
  help: { type: 'boolean', short: 'h' },
} as const satisfies ParseArgsOptionsConfig;

/** How these options are explained. */
export const checkoutHelp = `  --kustomize PROGRAM  instead of kustomize ${pinned.version}, which is built from its Go module once
  --remote URL=CLONE   take the commits that are pinned of URL from a clone on this machine`;

/**
 * The tools of a command on a checkout of the distribution.
 *
 * @throws Error for a `--remote` that is no pinned base
 */
export async function checkoutTools(
  checkout: string,
  options: { kustomize?: string | undefined; remote?: string[] | undefined },
  { run, say }: { run: Run; say: Say },
): Promise<UpstreamTools> {
  const clones = new Map((options.remote ?? []).map(parseRemote));
  const program = options.kustomize ?? (await ensureKustomize(run, say));
  return {
    checkout: resolve(checkout),
    rbac: join(__dirname, '..', '..', 'builds', 'kubeflow', 'rbac'),
    kustomize: async (folder) => (await run(program, ['build', folder])).stdout,
    bring: async ({ url, commit }: RemoteBase, folder) =>
      fetchCommit({ url: clones.get(url) ?? url, commit }, folder, run),
  };
}

function parseRemote(text: string): [url: string, clone: string] {
  const [, url = '', clone = ''] = /^([^=]+)=(.+)$/.exec(text) ?? [];
  if (!remoteBases.some((base) => base.url === url)) {
    throw new Error(
      `--remote takes URL=CLONE, with one of ${remoteBases.map((base) => base.url).join(', ')}; not ${text}`,
    );
  }
  return [url, resolve(clone)];
}

/** The pinned kustomize, built into the cache folder if it is not there. */
async function ensureKustomize(run: Run, say: Say): Promise<string> {
  const cache = process.env['KUBEFLOW_EKS_CACHE'] ?? join(homedir(), '.cache', 'kubeflow-eks');
  const folder = join(cache, `kustomize-${pinned.version}`);
  const program = join(folder, 'kustomize');
  if (existsSync(program)) return program;
  say(`building kustomize ${pinned.version} from its Go module, once`);
  await mkdir(folder, { recursive: true });
  await run('go', ['install', `${pinned.module}@v${pinned.version}`], {
    env: { GOBIN: folder, GOFLAGS: '' },
  });
  return program;
}

/** Prints the help and ends where it is asked for, or where not exactly one checkout is named. */
export function oneCheckout(
  help: string,
  positionals: readonly string[],
  asked: boolean | undefined,
): string {
  const [checkout, ...others] = positionals;
  if (checkout !== undefined && others.length === 0 && asked !== true) return checkout;
  (asked === true ? process.stdout : process.stderr).write(help);
  process.exit(asked === true ? 0 : 2);
}
