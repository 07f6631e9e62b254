import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { PlannedChange } from '../../core/plan';
import type { Run } from '../support/command';
import type { Say } from '../support/say';

/** A chart in a version, with values, as it is to be installed. */
export interface HelmRelease {
  /** Name of the release, which is the chart's. */
  name: string;
  version: string;
  namespace: string;
  values: Record<string, unknown>;
}

/** How the cluster of a release is reached. */
export interface HelmAccess {
  kubeconfig: string;
  run: Run;
}

export interface InstallOptions extends HelmAccess {
  /** Folder of charts that the build image brings; nothing is downloaded then. */
  charts?: string | undefined;
  /** Puts the chart's archive, `NAME-VERSION.tgz`, into a folder. */
  download: (folder: string) => Promise<void>;
  say: Say;
}

/** What {@link ensureRelease} makes in a new cluster. */
export function newRelease({ name, version }: Pick<HelmRelease, 'name' | 'version'>): PlannedChange {
  return { action: 'create', what: `${name} ${version}` };
}

/** The change that {@link ensureRelease} would make, if any. Reads only. */
export async function planRelease(
  release: HelmRelease,
  access: HelmAccess,
): Promise<PlannedChange | undefined> {
  const { name, version, namespace, values } = release;
  const current = await findRelease(release, access);
  if (current === undefined) return newRelease(release);
  if (current.chart !== `${name}-${version}` || current.status !== 'deployed') {
    const present = `${current.chart ?? 'another'}, ${current.status ?? 'in an unknown state'}`;
    return { action: 'change', what: `${name} to ${version} (it is ${present})` };
  }
  const set = parse(await helmOf(namespace, access)(['get', 'values', name, '--output', 'json']));
  return isDeepStrictEqual(set, values)
    ? undefined
    : { action: 'change', what: `the values of ${newRelease(release).what}` };
}

/** Installs a chart, or upgrades it, unless it is there in the same version with the same values. */
export async function ensureRelease(release: HelmRelease, options: InstallOptions): Promise<void> {
  const { name, version, namespace, values } = release;
  const { kubeconfig, run, charts, download, say } = options;
  const change = await planRelease(release, options);
  if (change === undefined) {
    say(`${name} ${version} is there, with the same values`);
    return;
  }
  say(`${change.action} ${change.what}`);
  const folder = await mkdtemp(join(tmpdir(), 'chart-'));
  try {
    const archive = `${name}-${version}.tgz`;
    const chart = join(charts ?? folder, archive);
    const file = join(folder, 'values.json');
    if (charts === undefined) await download(folder);
    else say(`${archive}: the one that this machine brings is used`);
    await writeFile(file, JSON.stringify(values));
    // Helm never upgrades what a chart has under crds/.
    const definitions = await run('helm', ['show', 'crds', chart]);
    if (definitions.stdout.includes('CustomResourceDefinition')) {
      await run(
        'kubectl',
        ['--kubeconfig', kubeconfig, 'apply', '--server-side', '--force-conflicts', '-f', '-'],
        { input: definitions.stdout },
      );
    }
    await clearInterrupted(release, options);
    await helmOf(namespace, options)(
      ['upgrade', name, chart, '--install', '--values', file, '--wait', '--timeout', '10m'],
      true,
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Takes a release away, if it is there; what its chart has under crds/ stays, as Helm leaves it. */
export async function removeRelease(
  release: Pick<HelmRelease, 'name' | 'namespace'>,
  options: HelmAccess & { say: Say },
): Promise<void> {
  if ((await findRelease(release, options)) === undefined) return;
  options.say(`remove ${release.name}`);
  await helmOf(release.namespace, options)(['uninstall', release.name, '--wait', '--timeout', '5m'], true);
}

/** The latest state of a release; without `--all`, Helm keeps to itself one that is pending. */
export async function findRelease(
  { name, namespace }: Pick<HelmRelease, 'name' | 'namespace'>,
  access: HelmAccess,
): Promise<{ chart?: string; status?: string } | undefined> {
  const listed = parse(
    await helmOf(namespace, access)(['list', '--all', '--filter', `^${name}$`, '--output', 'json']),
  ) as { chart?: string; status?: string }[] | undefined;
  return Array.isArray(listed) ? listed[0] : undefined;
}

/**
 * Takes away a release that a killed Helm left pending, or half uninstalled: Helm upgrades none of these, ever. Load
 * balancers and nodes stay, since their controllers remove them only for what is deleted while they run.
 */
async function clearInterrupted(release: HelmRelease, options: HelmAccess & { say: Say }): Promise<void> {
  const status = (await findRelease(release, options))?.status;
  if (status?.startsWith('pending-') !== true && status !== 'uninstalling') return;
  options.say(
    `${release.name} is ${status}, since its installation was interrupted: it is uninstalled first`,
  );
  await helmOf(release.namespace, options)(['uninstall', release.name, '--wait', '--timeout', '5m'], true);
}

function helmOf(namespace: string, { run, kubeconfig }: HelmAccess) {
  return async (args: string[], show = false): Promise<string> =>
    (await run('helm', [...args, '--namespace', namespace, '--kubeconfig', kubeconfig], { show })).stdout;
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json) as unknown;
  } catch {
    return undefined;
  }
}
