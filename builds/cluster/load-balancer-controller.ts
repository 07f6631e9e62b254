import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { BuildConfiguration } from '../../core/configuration';
import { deploymentTags } from '../../core/naming';
import type { PlannedChange } from '../../core/plan';
import { loadBalancerController } from '../../core/versions';
import type { Run } from '../support/command';
import { mirroredName } from '../kubernetes/image-mirror';
import type { Network } from '../../core/handover/found';
import type { Say } from '../support/say';
import { downloadVerified, type Get } from '../tools/download';
import { loadBalancerServiceAccount } from './cluster-config';

const { name: release } = loadBalancerController;
const { namespace } = loadBalancerServiceAccount;

/** The image that the chart names, without its version. */
export const controllerImage = 'public.ecr.aws/eks/aws-load-balancer-controller';

/** Values of the chart aws-load-balancer-controller 3.5. */
export function chartValues(configuration: BuildConfiguration, found: Network): Record<string, unknown> {
  const { image_registry: registry } = configuration;
  return {
    clusterName: configuration.eks_name,
    // Given, since pods cannot ask the instance metadata service behind its hop limit of one.
    region: configuration.region,
    vpcId: found.vpc.id,
    ...(registry !== undefined && { image: { repository: mirroredName(controllerImage, registry) } }),
    serviceAccount: { create: true, name: loadBalancerServiceAccount.name },
    // Everything that it makes carries our tag, so that destroy can tell it from others.
    defaultTags: deploymentTags(configuration),
    // What its identity may not do it should not try.
    enableShield: false,
    enableWaf: false,
    enableWafv2: false,
    // Would turn every Service of type LoadBalancer of the cluster into one of its own.
    enableServiceMutatorWebhook: false,
  };
}

interface ControllerOptions {
  configuration: BuildConfiguration;
  found: Network;
  kubeconfig: string;
  run: Run;
}

/** What {@link ensureLoadBalancerController} makes in a new cluster. */
export const newController: PlannedChange = {
  action: 'create',
  what: `${release} ${loadBalancerController.version}`,
};

/** The latest state of the release; without `--all`, Helm keeps to itself one that is pending. */
async function findRelease(
  options: ControllerOptions,
): Promise<{ chart?: string; status?: string } | undefined> {
  const listed = parse(
    await helmOf(options)(['list', '--all', '--filter', `^${release}$`, '--output', 'json']),
  ) as { chart?: string; status?: string }[] | undefined;
  return Array.isArray(listed) ? listed[0] : undefined;
}

/** The change that {@link ensureLoadBalancerController} would make, if any. Reads only. */
export async function planLoadBalancerController(
  options: ControllerOptions,
): Promise<PlannedChange | undefined> {
  const { configuration, found } = options;
  const helm = helmOf(options);
  const current = await findRelease(options);
  if (current === undefined) return newController;
  if (current.chart !== `${release}-${loadBalancerController.version}` || current.status !== 'deployed') {
    const present = `${current.chart ?? 'another'}, ${current.status ?? 'in an unknown state'}`;
    return { action: 'change', what: `${release} to ${loadBalancerController.version} (it is ${present})` };
  }
  const set = parse(await helm(['get', 'values', release, '--output', 'json']));
  return isDeepStrictEqual(set, chartValues(configuration, found))
    ? undefined
    : { action: 'change', what: `the values of ${newController.what}` };
}

/** Installs the controller, or upgrades it, unless it is there in the same version with the same values. */
export async function ensureLoadBalancerController(
  options: ControllerOptions & {
    get: Get;
    mirror?: string | undefined;
    /** Folder of charts that the build image brings; nothing is downloaded then. */
    charts?: string | undefined;
    say: Say;
  },
): Promise<void> {
  const { configuration, found, kubeconfig, run, get, mirror, charts, say } = options;
  const helm = helmOf(options);
  const change = await planLoadBalancerController(options);
  if (change === undefined) {
    say(`${release} ${loadBalancerController.version} is there, with the same values`);
    return;
  }
  say(`${change.action} ${change.what}`);
  const folder = await mkdtemp(join(tmpdir(), 'chart-'));
  try {
    const archive = `${release}-${loadBalancerController.version}.tgz`;
    const chart = join(charts ?? folder, archive);
    const file = join(folder, 'values.json');
    if (charts === undefined) {
      await writeFile(
        chart,
        await downloadVerified(loadBalancerController.download('noarch'), {
          get,
          version: loadBalancerController.version,
          mirror,
          say,
        }),
      );
    } else {
      say(`${archive}: the one that this machine brings is used`);
    }
    await writeFile(file, JSON.stringify(chartValues(configuration, found)));
    // Helm never upgrades what a chart has under crds/.
    const definitions = await run('helm', ['show', 'crds', chart]);
    if (definitions.stdout.includes('CustomResourceDefinition')) {
      await run(
        'kubectl',
        ['--kubeconfig', kubeconfig, 'apply', '--server-side', '--force-conflicts', '-f', '-'],
        {
          input: definitions.stdout,
        },
      );
    }
    await clearInterrupted(options);
    await helm(
      ['upgrade', release, chart, '--install', '--values', file, '--wait', '--timeout', '10m'],
      true,
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Takes away a release that a killed Helm left pending, or half uninstalled: Helm upgrades none of these, ever. Load
 * balancers stay, since the controller removes them only for an ingress that is deleted while it runs.
 */
async function clearInterrupted(options: ControllerOptions & { say: Say }): Promise<void> {
  const status = (await findRelease(options))?.status;
  if (status?.startsWith('pending-') !== true && status !== 'uninstalling') return;
  options.say(`${release} is ${status}, since its installation was interrupted: it is uninstalled first`);
  await helmOf(options)(['uninstall', release, '--wait', '--timeout', '5m'], true);
}

function helmOf({ run, kubeconfig }: ControllerOptions) {
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
