import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Cluster } from '../../adapters/aws/eks';
import type { BuildConfiguration } from '../../core/configuration';
import type { Autoscaling } from '../../core/configuration/autoscaling';
import { satisfies } from '../../core/differences';
import type { Network } from '../../core/handover/found';
import { deploymentNames, product } from '../../core/naming';
import type { PlannedChange } from '../../core/plan';
import { karpenter } from '../../core/versions';
import { mirroredName } from '../kubernetes/image-mirror';
import type { Kubectl } from '../kubernetes/kubectl';
import type { KubernetesObject } from '../kubernetes/objects';
import { surplusFields } from '../kubernetes/surplus-fields';
import type { Say } from '../support/say';
import { downloadVerified, type Get } from '../tools/download';
import { karpenterServiceAccount } from '../cluster/cluster-config';
import {
  ensureRelease,
  findRelease,
  planRelease,
  removeRelease,
  type HelmAccess,
  type HelmRelease,
} from '../kubernetes/helm-release';
import { oursAlone, poolsOf, removePools } from './karpenter-nodes';
import { describePool, karpenterKinds, karpenterObjects } from './karpenter-objects';
import { settled, type Waiting } from '../cluster/settled';

/** The image that the chart names, without its version. */
export const karpenterImage = 'public.ecr.aws/karpenter/controller';

const { name: releaseName } = karpenter;
const { namespace } = karpenterServiceAccount;

interface Options extends HelmAccess {
  configuration: BuildConfiguration;
  found: Network;
  /** The cluster's own security group. */
  securityGroupId: string;
  kubectl: Kubectl;
}

type Scaled = BuildConfiguration & { autoscaling: Autoscaling };

const isScaled = (configuration: BuildConfiguration): configuration is Scaled =>
  configuration.autoscaling !== undefined;

/** Values of the chart karpenter 1.12. */
export function karpenterValues(configuration: BuildConfiguration): Record<string, unknown> {
  const { image_registry: registry } = configuration;
  return {
    serviceAccount: { create: true, name: karpenterServiceAccount.name },
    controller: {
      // Given, since pods cannot ask the instance metadata service behind its hop limit of one.
      env: [{ name: 'AWS_REGION', value: configuration.region }],
      // A copy in a registry may have another digest than the one that the chart names.
      ...(registry !== undefined && {
        image: { repository: mirroredName(karpenterImage, registry), digest: '' },
      }),
      // What the project recommends for clusters of this size; its limit keeps a leak from the base nodes.
      resources: { requests: { cpu: '250m', memory: '512Mi' }, limits: { memory: '1Gi' } },
    },
    settings: {
      clusterName: configuration.eks_name,
      eksControlPlane: true,
      // Karpenter does not start where it is not there.
      interruptionQueue: deploymentNames.interruptionQueue(configuration.eks_name),
      // IAM and the price list have no endpoints in a VPC.
      isolatedVPC: registry !== undefined,
    },
  };
}

function releaseOf(configuration: BuildConfiguration): HelmRelease {
  return { name: releaseName, version: karpenter.version, namespace, values: karpenterValues(configuration) };
}

/** What {@link ensureKarpenter} makes in a new cluster. */
export function newKarpenter(configuration: BuildConfiguration, found: Network): PlannedChange[] {
  if (!isScaled(configuration)) return [];
  const create = (what: string): PlannedChange => ({ action: 'create', what });
  return [
    create(`${releaseName} ${karpenter.version}`),
    ...karpenterObjects(configuration, found, '').map((object) => create(describeObject(object))),
  ];
}

/** The changes that {@link ensureKarpenter} or {@link removeKarpenter} would make. Reads only. */
export async function planKarpenter(options: Options): Promise<PlannedChange[]> {
  const { configuration } = options;
  if (!isScaled(configuration)) {
    const there = await findRelease({ name: releaseName, namespace }, options);
    const pools = await poolsOf(options.kubectl);
    return [
      ...pools.map(removalOf),
      ...(there === undefined ? [] : [{ action: 'remove', what: releaseName } as const]),
    ];
  }
  const release = await planRelease(releaseOf(configuration), options);
  const { changes } = await compareObjects(options, configuration);
  return [...(release === undefined ? [] : [release]), ...changes];
}

/**
 * Installs Karpenter with the pools that are configured, and waits until it can make nodes. A pool that is not configured
 * any more goes with its nodes, which are drained.
 *
 * @throws UserError `ClusterFailed` with Karpenter's reasons where a pool does not become ready
 */
export async function ensureKarpenter(
  options: Options & Waiting & { get: Get; mirror?: string | undefined; charts?: string | undefined },
): Promise<void> {
  const { configuration, kubectl, say } = options;
  if (!isScaled(configuration)) return;
  const release = releaseOf(configuration);
  await ensureRelease(release, { ...options, download: (folder) => downloadChart(folder, options) });
  const { wanted, gone, changes } = await compareObjects(options, configuration);
  for (const { action, what } of changes) say(`${action} ${what}`);
  if (changes.some(({ action }) => action !== 'remove')) await kubectl.apply(wanted);
  await removePools(gone, options);
  await settled({ patienceMs: 10 * 60_000, ...options }, 'the node pools', async () => {
    const unready = await unreadyOf(kubectl, wanted);
    await askAgain(kubectl, wanted);
    return unready.length === 0 ? { done: undefined } : { waiting: unready.join('; ') };
  });
}

/**
 * Takes Karpenter away from a cluster that has it and is not to, before the cluster is brought to what is configured: without its
 * identity Karpenter could end no node. That is done also while EKS updates the cluster, whose API server answers.
 *
 * @param identities the service accounts that have a role by pod identity
 * @param enter makes a way into the cluster
 */
export async function removeUnwantedKarpenter<T extends Pick<Cluster, 'status' | 'owner'>>(
  { eks_name: name, autoscaling }: Pick<BuildConfiguration, 'eks_name' | 'autoscaling'>,
  cluster: T | undefined,
  identities: () => Promise<readonly { serviceAccount: string }[]>,
  enter: (cluster: T) => Promise<Options & Waiting>,
): Promise<void> {
  if (autoscaling !== undefined || cluster?.owner !== name) return;
  if (!['ACTIVE', 'UPDATING'].includes(cluster.status)) return;
  if (!(await identities()).some((it) => it.serviceAccount === karpenterServiceAccount.name)) return;
  await removeKarpenter(await enter(cluster));
}

/** Takes Karpenter away where it is not configured any more: first its nodes, then itself. */
export async function removeKarpenter(options: Options & Waiting): Promise<void> {
  const { configuration, kubectl, say } = options;
  if (isScaled(configuration)) return;
  const pools = await poolsOf(kubectl);
  for (const pool of pools) say(`${removalOf(pool).action} ${removalOf(pool).what}`);
  await removePools(pools, options);
  const classes = await kubectl.list(karpenterKinds.nodeClass, undefined, oursAlone);
  await kubectl.remove(classes, 300);
  await removeRelease({ name: releaseName, namespace }, options);
}

interface Comparison {
  wanted: KubernetesObject[];
  /** Pools that are there and not configured. */
  gone: KubernetesObject[];
  changes: PlannedChange[];
}

async function compareObjects(options: Options, configuration: Scaled): Promise<Comparison> {
  const { kubectl, found, securityGroupId } = options;
  const wanted = karpenterObjects(configuration, found, securityGroupId);
  const present = await kubectl.get(wanted);
  const changes = wanted.flatMap((object): PlannedChange[] => {
    const same = present.find(
      ({ kind, metadata }) => kind === object.kind && metadata.name === object.metadata.name,
    );
    if (same === undefined) return [{ action: 'create', what: describeObject(object) }];
    // A tag that is no longer configured would stay on each new machine.
    return satisfies(same['spec'], object['spec']) && surplusFields(same, object).length === 0
      ? []
      : [{ action: 'change', what: describeObject(object) }];
  });
  const names = new Set(wanted.map(({ metadata }) => metadata.name));
  const gone = (await poolsOf(kubectl)).filter(({ metadata }) => !names.has(metadata.name));
  return { wanted, gone, changes: [...changes, ...gone.map(removalOf)] };
}

const removalOf = ({ metadata }: KubernetesObject): PlannedChange => ({
  action: 'remove',
  what: `the node pool ${metadata.name}, whose nodes are drained`,
});

function describeObject(object: KubernetesObject): string {
  return object.kind === 'NodePool' ? describePool(object) : `the node class ${object.metadata.name}`;
}

interface Condition {
  type: string;
  status: string;
  reason?: string;
  message?: string;
}

const conditionsOf = (object: Record<string, unknown>): Condition[] =>
  ((object['status'] ?? {}) as { conditions?: Condition[] }).conditions ?? [];

/**
 * Has Karpenter try again whether it may launch machines, where it was refused that: it keeps the answer for half an hour, in
 * which a right that was given since would be of no use. What it keeps is known by the annotations, too (Karpenter 1.12,
 * `pkg/controllers/nodeclass/validation.go`: cacheKey; `pkg/cache`: ValidationTTL).
 */
async function askAgain(
  kubectl: Pick<Kubectl, 'get' | 'apply'>,
  wanted: readonly KubernetesObject[],
): Promise<void> {
  const refused = (await kubectl.get(wanted)).filter((object) =>
    conditionsOf(object).some(
      ({ status, reason }) => status === 'False' && reason?.endsWith('AuthCheckFailed') === true,
    ),
  );
  const again = wanted.filter(({ kind, metadata }) =>
    refused.some((object) => object.kind === kind && object.metadata.name === metadata.name),
  );
  if (again.length === 0) return;
  const annotations = { [`${product}/asked-at`]: new Date().toISOString() };
  await kubectl.apply(again.map((object) => ({ ...object, metadata: { ...object.metadata, annotations } })));
}

/** Of the objects that Karpenter does not say are ready, what it says instead. */
async function unreadyOf(
  kubectl: Pick<Kubectl, 'get'>,
  wanted: readonly KubernetesObject[],
): Promise<string[]> {
  return (await kubectl.get(wanted)).flatMap(({ kind, metadata, ...object }) => {
    const conditions = conditionsOf(object);
    if (conditions.some(({ type, status }) => type === 'Ready' && status === 'True')) return [];
    const reasons = conditions
      .filter(({ status, message }) => status === 'False' && message !== undefined && message !== '')
      .map(({ type, message }) => `${type}: ${message ?? ''}`);
    return [`${kind} ${metadata.name} is not ready${reasons.length === 0 ? '' : ` (${reasons.join(', ')})`}`];
  });
}

/**
 * From the publisher's registry, whose manifest Helm verifies the archive against; from a mirror, if there is one, against
 * the digest that stands beside it there.
 */
async function downloadChart(
  folder: string,
  { run, get, mirror, say }: HelmAccess & { get: Get; mirror?: string | undefined; say: Say },
): Promise<void> {
  const { version, chart } = karpenter;
  if (mirror === undefined) {
    await run('helm', ['pull', chart, '--version', version, '--destination', folder], { show: true });
    return;
  }
  const url = `https://mirror.invalid/${releaseName}-${version}.tgz`;
  const published = { kind: 'digest-file', url: `${url}.sha256` } as const;
  await writeFile(
    join(folder, `${releaseName}-${version}.tgz`),
    await downloadVerified({ url, published }, { get, version, mirror, say }),
  );
}
