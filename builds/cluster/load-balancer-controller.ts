import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Configuration } from '../../core/configuration';
import { deploymentTags } from '../../core/naming';
import { loadBalancerController } from '../../core/versions';
import type { Run } from '../support/command';
import type { Found } from '../support/input';
import type { Say } from '../support/say';
import { downloadVerified, type Get } from '../tools/download';
import { loadBalancerServiceAccount } from './render';

const { name: release } = loadBalancerController;
const { namespace } = loadBalancerServiceAccount;

/** Values of the chart aws-load-balancer-controller 3.5. */
export function chartValues(configuration: Configuration, found: Found): Record<string, unknown> {
  return {
    clusterName: configuration.eks_name,
    // Given, since pods cannot ask the instance metadata service behind its hop limit of one.
    region: configuration.region,
    vpcId: found.vpc.id,
    serviceAccount: { create: true, name: loadBalancerServiceAccount.name },
    // Everything that it makes carries our tag, so that destroy can tell it from others.
    defaultTags: deploymentTags(configuration.eks_name, configuration.env, configuration.tags),
    // What its identity may not do it should not try.
    enableShield: false,
    enableWaf: false,
    enableWafv2: false,
    // Would turn every Service of type LoadBalancer of the cluster into one of its own.
    enableServiceMutatorWebhook: false,
  };
}

/** Installs the controller, or upgrades it, unless it is there in the same version with the same values. */
export async function ensureLoadBalancerController(options: {
  configuration: Configuration;
  found: Found;
  kubeconfig: string;
  run: Run;
  get: Get;
  mirror?: string | undefined;
  /** Folder of charts that the build image brings; nothing is downloaded then. */
  charts?: string | undefined;
  say: Say;
}): Promise<void> {
  const { configuration, found, kubeconfig, run, get, mirror, charts, say } = options;
  const helm = async (args: string[], show = false): Promise<string> =>
    (await run('helm', [...args, '--namespace', namespace, '--kubeconfig', kubeconfig], { show })).stdout;
  const values = chartValues(configuration, found);
  const listed = parse(await helm(['list', '--filter', `^${release}$`, '--output', 'json'])) as
    { chart?: string; status?: string }[] | undefined;
  const current = Array.isArray(listed) ? listed[0] : undefined;
  if (current?.chart === `${release}-${loadBalancerController.version}` && current.status === 'deployed') {
    const set = parse(await helm(['get', 'values', release, '--output', 'json']));
    if (isDeepStrictEqual(set, values)) {
      say(`${release} ${loadBalancerController.version} is there, with the same values`);
      return;
    }
  }
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
    await writeFile(file, JSON.stringify(values));
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
    await helm(
      ['upgrade', release, chart, '--install', '--values', file, '--wait', '--timeout', '10m'],
      true,
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json) as unknown;
  } catch {
    return undefined;
  }
}
