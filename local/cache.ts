import { mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/**
 * The folder for what is expensive to make and safe to lose: built programs, moto's virtual
 * environment, downloads. It lies outside the repository so that every checkout shares it.
 *
 * `KUBEFLOW_EKS_CACHE` names it; otherwise it is `kubeflow-eks` below `XDG_CACHE_HOME` (where that is an absolute
 * path, as the XDG specification demands) or `~/.cache`.
 */
export function cacheFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const own = environment['KUBEFLOW_EKS_CACHE'];
  if (own) return own;
  const xdg = environment['XDG_CACHE_HOME'];
  return join(xdg && isAbsolute(xdg) ? xdg : join(homedir(), '.cache'), 'kubeflow-eks');
}

/** The named folder below {@link cacheFolder}, made if it is not there. */
export function cacheSubfolder(name: string, environment: NodeJS.ProcessEnv = process.env): string {
  const path = join(cacheFolder(environment), name);
  mkdirSync(path, { recursive: true });
  return path;
}
