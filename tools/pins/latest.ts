import { messageOf } from '../../core/errors';
import { parse } from 'yaml';
import { kfctl, kubeflowDistribution, loadBalancerController, tools } from '../../core/versions';
import type { Get } from '../../builds/tools/web';
import { defined } from '../../core/defined';

/** What of a tool is newer than what is pinned. */
export interface Outlook {
  name: string;
  pinned: string;
  /** The newest release. */
  latest?: string;
  /** The newest that can be taken without looking further, where {@link rule} restricts that. */
  compatible?: string;
  /** Why not just any newer one. */
  rule?: string;
  /** The address that was asked. */
  source: string;
  /** Why it could not be read. */
  problem?: string;
}

/** Where the releases of something are listed. */
export interface Releases {
  name: string;
  pinned: string;
  rule?: string;
  source: string;
  /** Reads the newest release, and the newest compatible one where there is a rule. */
  find: (get: Get) => Promise<{ latest: string; compatible?: string }>;
}

const line = /^v?(\d+\.\d+\.\d+)\s*$/;

/** A file with a version and nothing else: `v1.35.8`. */
async function versionFile(get: Get, url: string): Promise<string> {
  const found = line.exec((await get(url)).toString('utf8'))?.[1];
  if (found === undefined) throw new Error(`${url} does not hold a version`);
  return found;
}

/** The versions of a GitHub repository's releases, drafts and previews left out. */
async function githubReleases(get: Get, url: string): Promise<string[]> {
  const listed: unknown = JSON.parse((await get(url)).toString('utf8'));
  if (!Array.isArray(listed)) throw new Error(`${url} does not list releases`);
  return (listed as { tag_name?: string; draft?: boolean; prerelease?: boolean }[])
    .filter(({ draft, prerelease }) => draft !== true && prerelease !== true)
    .flatMap(({ tag_name: tag = '' }) => versionIn(tag) ?? []);
}

async function chartVersions(get: Get, url: string, chart: string): Promise<string[]> {
  const index = parse((await get(url)).toString('utf8'), { schema: 'failsafe' }) as {
    entries?: Record<string, { version?: string }[]>;
  } | null;
  return (index?.entries?.[chart] ?? []).flatMap(({ version = '' }) => versionIn(version) ?? []);
}

/** `v0.230.0` and `26.03` are versions, `v1.12.0-rc.1` and `chart-2` are none to follow. */
function versionIn(tag: string): string | undefined {
  return /^v?(\d+\.\d+(?:\.\d+)?)$/.exec(tag)?.[1];
}

/** Orders versions by their numbers. */
export function compareVersions(one: string, other: string): number {
  const [left, right] = [one, other].map((version) => version.split('.').map(Number));
  for (let index = 0; index < 3; index += 1) {
    const difference = (left?.[index] ?? 0) - (right?.[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function newest(versions: readonly string[], url: string): string {
  const found = [...versions].sort(compareVersions).at(-1);
  if (found === undefined) throw new Error(`${url} lists no release`);
  return found;
}

const minorOf = (version: string): string => version.split('.').slice(0, 2).join('.');

/** The newest of all, and the newest of the pinned one's minor version: the pinned one where none is listed. */
function within(versions: readonly string[], pinned: string, url: string) {
  const same = versions.filter((version) => minorOf(version) === minorOf(pinned));
  return { latest: newest(versions, url), compatible: newest([...same, pinned], url) };
}

const kubernetes = 'https://dl.k8s.io/release';
const helmVersions = 'https://get.helm.sh';
const eksctlReleases = 'https://api.github.com/repos/eksctl-io/eksctl/releases?per_page=30';
const charts = 'https://aws.github.io/eks-charts/index.yaml';
const distributions = 'https://api.github.com/repos/kubeflow/community-distribution/releases?per_page=30';

/** Everything with a pinned version, in the order of `core/versions.ts`. */
export const followed: readonly Releases[] = [
  {
    name: tools.kubectl.name,
    pinned: tools.kubectl.version,
    rule: "within one minor version of the clusters' Kubernetes",
    source: `${kubernetes}/stable.txt`,
    find: async (get) => ({
      latest: await versionFile(get, `${kubernetes}/stable.txt`),
      compatible: await versionFile(get, `${kubernetes}/stable-${minorOf(tools.kubectl.version)}.txt`),
    }),
  },
  {
    name: tools.helm.name,
    pinned: tools.helm.version,
    rule: 'Helm 3: the flags of 4 differ',
    source: `${helmVersions}/helm4-latest-version`,
    find: async (get) => ({
      latest: await versionFile(get, `${helmVersions}/helm4-latest-version`),
      compatible: await versionFile(get, `${helmVersions}/helm3-latest-version`),
    }),
  },
  {
    name: tools.eksctl.name,
    pinned: tools.eksctl.version,
    source: eksctlReleases,
    find: async (get) => ({ latest: newest(await githubReleases(get, eksctlReleases), eksctlReleases) }),
  },
  {
    name: loadBalancerController.name,
    pinned: loadBalancerController.version,
    rule: "same minor: builds/load-balancer/load-balancer-policy.ts is this version's policy",
    source: charts,
    find: async (get) =>
      within(
        await chartVersions(get, charts, loadBalancerController.name),
        loadBalancerController.version,
        charts,
      ),
  },
  {
    name: 'kubeflow',
    pinned: kubeflowDistribution.version,
    rule: 'same base: another one moves components, see builds/kubeflow/components.ts',
    source: distributions,
    find: async (get) =>
      within(await githubReleases(get, distributions), kubeflowDistribution.version, distributions),
  },
];

/** What is not followed: nothing comes after it. */
export const final: readonly Outlook[] = [
  {
    name: 'kfctl',
    pinned: kfctl.version,
    latest: kfctl.version,
    rule: 'the last release; the project has ended',
    source: kfctl.manifests,
  },
];

/** Looks up what is newer. A source that cannot be read is a `problem` of its own and stops no other. */
export async function lookUp({ name, pinned, rule, source, find }: Releases, get: Get): Promise<Outlook> {
  const known = { name, pinned, ...defined({ rule }), source };
  try {
    return { ...known, ...(await find(get)) };
  } catch (error) {
    return { ...known, problem: messageOf(error) };
  }
}

/** What can be done about it, in a few words. */
export function verdict({ pinned, latest, compatible, problem }: Outlook): string {
  if (problem !== undefined || latest === undefined) return 'unknown';
  const next = compatible ?? latest;
  if (compareVersions(next, pinned) > 0) return `take ${next}`;
  return compareVersions(latest, pinned) > 0 ? `${latest} needs a look` : 'newest';
}
