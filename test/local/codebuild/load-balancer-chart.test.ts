import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import {
  chartValues,
  ensureLoadBalancerController,
  planLoadBalancerController,
} from '../../../builds/load-balancer/load-balancer-controller';
import { run, type Run } from '../../../builds/support/command';
import type { BuildConfiguration } from '../../../core/configuration';
import { deploymentTags } from '../../../core/naming';
import { loadBalancerController } from '../../../core/versions';
import { packCharts } from '../../../local/codebuild/charts';
import { ensurePrograms } from '../../../local/kubernetes/control-plane-programs';
import {
  settingsOfDeployment,
  startLoadBalancerController,
  type ControllerSettings,
  type Ingress,
} from '../../../local/kubernetes/stand-ins/load-balancer-controller';
import { makeTempDir, type TempDir } from '../../../local/processes/temp-dir';
import { waitFor } from '../../../local/processes/wait-for';
import { programPath } from '../../../local/programs';
import { configurationWith, found } from '../../builds/support';
import { useControlPlane } from '../../support/control-plane';
import { joinNodes, nodeGroup, type TestNodes } from '../../support/nodes';

interface Deployment {
  kind?: string;
  spec: { template: { spec: { containers: { args?: unknown[] }[] } } };
}

const kubernetes = useControlPlane({ workloads: true });
const { name: release, version } = loadBalancerController;
const inNamespace = ['--namespace', 'kube-system'];

let joined: TestNodes;
let dir: TempDir;
let helmPath: string;
let runReal: Run;
const said: string[] = [];

beforeAll(async () => {
  const group = nodeGroup();
  joined = await joinNodes(kubernetes(), () => [group]);
  dir = await makeTempDir('charts-');
  await packCharts(dir.path);
  helmPath = await programPath('helm');
  const { kubectl } = await ensurePrograms();
  runReal = (command, args, options) =>
    command === 'helm'
      ? run(helmPath, args, options)
      : run(kubectl.path, [...kubectl.prefix, ...args], options);
}, 60_000);
afterAll(async () => {
  await joined.stop();
  await dir.remove();
});

const chart = (): string => join(dir.path, `${release}-${version}.tgz`);
const helm = async (...args: string[]): Promise<string> =>
  (await runReal('helm', [...args, ...inNamespace, '--kubeconfig', kubernetes().adminKubeconfigPath])).stdout;
const optionsOf = (configuration: BuildConfiguration) => ({
  configuration,
  found,
  kubectl: { get: () => Promise.resolve([]) },
  kubeconfig: kubernetes().adminKubeconfigPath,
  run: runReal,
});
const install = async (configuration = configurationWith()): Promise<void> => {
  said.length = 0;
  await ensureLoadBalancerController({
    ...optionsOf(configuration),
    get: () => Promise.reject(new Error('nothing is downloaded')),
    charts: dir.path,
    say: (line) => said.push(line),
  });
};

/** What Helm says of the chart with these values, without a cluster. */
async function template(values: object): Promise<{ code: number; stdout: string; stderr: string }> {
  const file = join(dir.path, 'values.json');
  await writeFile(file, JSON.stringify(values));
  return run(helmPath, ['template', release, chart(), '--values', file, ...inNamespace], {
    allowFailure: true,
  });
}

test('Helm installs it once, and again where its values change', async () => {
  await install();
  const first = await helm('history', release, '--output', 'json');
  await install();
  expect(said).toEqual([`${release} ${version} is there, with the same values`]);
  expect(await helm('history', release, '--output', 'json')).toBe(first);

  const changed = configurationWith({ tags: { 'cost-centre': '4711' } });
  expect(await planLoadBalancerController(optionsOf(changed))).toEqual({
    action: 'change',
    what: `the values of ${release} ${version}`,
  });
  await install(changed);
  expect((await settingsOfDeployment(kubernetes().client)).defaultTags).toEqual(deploymentTags(changed));
}, 120_000);

test('a load balancer is made with what the chart was given, by the service account of the chart', async () => {
  const configuration = configurationWith();
  await install(configuration);
  const { client } = kubernetes();
  const made: ControllerSettings[] = [];
  const controller = startLoadBalancerController({
    client,
    settings: () => settingsOfDeployment(client),
    provision: (_, settings) => {
      made.push(settings);
      return Promise.resolve('web.elb.example.com');
    },
    deprovision: () => Promise.resolve(),
  });
  try {
    await client.apply({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: { name: 'web', namespace: 'default' },
      spec: {
        ingressClassName: 'alb',
        defaultBackend: { service: { name: 'web', port: { number: 80 } } },
      },
    });
    await waitFor(
      async () =>
        (await client.get<Ingress>('/apis/networking.k8s.io/v1/namespaces/default/ingresses/web')).status
          ?.loadBalancer?.ingress?.[0]?.hostname,
      { what: 'the host name' },
    );
  } finally {
    await controller.stop();
  }
  expect(made[0]).toEqual({
    clusterName: configuration.eks_name,
    vpcId: found.vpc.id,
    defaultTags: deploymentTags(configuration),
    managesWebAcls: false,
  });
}, 120_000);

test('without the chart the controller may do nothing', async () => {
  await helm('uninstall', release, '--ignore-not-found', '--wait');
  const { client } = kubernetes();
  await expect(settingsOfDeployment(client)).rejects.toThrow('not installed');
  const lines: string[] = [];
  const controller = startLoadBalancerController({
    client,
    settings: () => settingsOfDeployment(client),
    provision: () => Promise.reject(new Error('must not be asked')),
    deprovision: () => Promise.reject(new Error('must not be asked')),
    onLine: (line) => lines.push(line),
  });
  await waitFor(() => lines.find((line) => line.includes('cannot list resource "ingresses"')), {
    what: 'the refusal',
  });
  await controller.stop();
}, 120_000);

test('a release that a killed Helm left pending is uninstalled and installed', async () => {
  await install();
  const values = join(dir.path, 'nowhere.json');
  // No node has the label, so that Helm waits.
  const waiting = { ...chartValues(configurationWith(), found), nodeSelector: { place: 'nowhere' } };
  await writeFile(values, JSON.stringify(waiting));
  // Nothing between it and us that would end it more gently.
  const child = spawn(
    helmPath,
    [
      ...['upgrade', release, chart(), '--values', values, '--wait', '--timeout', '10m'],
      ...[...inNamespace, '--kubeconfig', kubernetes().adminKubeconfigPath],
    ],
    { stdio: 'ignore' },
  );
  await waitFor(
    async () =>
      (await helm('list', '--all', '--output', 'json')).includes('"pending-upgrade"') ? true : undefined,
    { what: 'the release to be pending' },
  );
  child.kill('SIGKILL');
  await once(child, 'exit');
  // Helm itself does not go on from there.
  await expect(helm('upgrade', release, chart(), '--values', values)).rejects.toThrow(
    'another operation (install/upgrade/rollback) is in progress',
  );

  await install();
  expect(said).toContain(
    `${release} is pending-upgrade, since its installation was interrupted: it is uninstalled first`,
  );
  expect(await planLoadBalancerController(optionsOf(configurationWith()))).toBeUndefined();
}, 180_000);

test.each([
  ['a value that is not known', { enableWafV2: false }, /enableWafV2/],
  ['a value of another kind', { enableShield: 'false' }, /enableShield/],
  ['a value in another place', { serviceAccount: { roleArn: 'arn' } }, /roleArn/],
  ['no name of the cluster', { clusterName: undefined }, /without a valid clusterName/],
])('the chart refuses %s', async (_, change, message) => {
  const { code, stderr } = await template({ ...chartValues(configurationWith(), found), ...change });
  expect(code).not.toBe(0);
  expect(stderr).toMatch(message);
});

test.each(['cost: centre', 'centre:'])(
  'a tag "%s" breaks the chart, and no configuration has it',
  async (value) => {
    const tags = { team: value };
    const { stdout } = await template({ clusterName: 'acme', defaultTags: tags });
    const deployment = parseAllDocuments(stdout)
      .map((document) => document.toJS() as { kind?: string })
      .find(({ kind }) => kind === 'Deployment') as Deployment | undefined;
    const args = deployment?.spec.template.spec.containers[0]?.args ?? [];
    expect(args.filter((arg) => typeof arg !== 'string')).toHaveLength(1);
    expect(() => configurationWith({ tags })).toThrow(/colon/);
  },
);

test.each([{}, { image_registry: 'registry.example/mirror' }])(
  'the chart takes what the build gives it, with %j',
  async (change) => {
    const values = chartValues(configurationWith(change), found);
    const { stdout, stderr } = await template(values);
    expect(stderr).toBe('');
    expect(stdout).toContain(`--aws-vpc-id=${found.vpc.id}`);
    expect(stdout).toContain('--enable-wafv2=false');
    const image = `${'image_registry' in change ? 'registry.example/mirror/' : ''}public.ecr.aws/eks/${release}:v${version}`;
    expect(stdout).toContain(`image: "${image}"`);
  },
);
