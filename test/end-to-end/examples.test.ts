import { readdirSync, readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { parse } from 'yaml';
import type { ExecutionSummary } from '../../adapters/aws/executions';
import { cli, documentOf } from '../cli/recording-host';
import { stackOptionsFor } from '../../local/region';
import { makePlan, notLeft } from '../support/plan';
import { clusterOf, useRegion, type TestRegion } from '../support/region';

const folder = join(__dirname, '../../examples');
const examples = readdirSync(folder).filter((name) => /^[^.]+\.yaml$/.test(name));
const read = (name: string): Record<string, unknown> =>
  parse(readFileSync(join(folder, name), 'utf8')) as Record<string, unknown>;

test.each(examples)('%s is valid, and renders', async (name) => {
  const path = join(folder, name);
  expect(await cli(['validate', path])).toMatchObject({ code: 0 });
  expect(documentOf(await cli(['render', 'cluster', path, '--json']))).toMatchObject({
    kind: 'ClusterConfig',
  });
  expect(documentOf(await cli(['render', 'kubeflow', path, '--json']))).toHaveProperty('components');
});

/** The values that the sample publishes go the same way in `destroy.test.ts`. */
const documents = examples.map((name): [string, Record<string, unknown>] => [name, read(name)]);

/** With what a failed one said, so that a failure of the test says it too. */
function outcome({ execution: { status, error, cause } }: { execution: ExecutionSummary }): object {
  return status === 'SUCCEEDED' ? { status } : { status, error, cause: cause?.slice(-2_000) };
}

// One region for the examples of each, as an account has it: with the options that any of them needs.
const places = Map.groupBy(documents, ([, document]) => String(document['region']));
describe.each([...places])('in %s', (_place, ofPlace) => {
  const [[, first] = ['', {}]] = ofPlace;
  const region = useRegion(first, {
    context: Object.assign({}, ...ofPlace.map(([, document]) => stackOptionsFor(document))) as Record<
      string,
      string
    >,
  });

  test.each(ofPlace)(
    '%s is provisioned as it is written, and destroyed',
    async (name, written) => {
      const { start, finish, region: local } = region();
      const { document, mappings } = await local.prepare(written);
      // What an account assigns itself is all that is said otherwise, and what a mirror holds.
      for (const { path } of mappings)
        expect(path).toMatch(
          /^(vpc_id|kms_key_arn|hosted_zone_id|subnets\..*|kubeflow\.source\.archive\.sha256|shared_volumes\.file_system_id|database\.(host|secret_arn))$/,
        );
      if (name === 'private.yaml')
        await failsAtChecksum(region(), { ...document, kubeflow: written['kubeflow'] });

      const provisioned = await finish(await start('provision', document));
      expect(outcome(provisioned)).toEqual({ status: 'SUCCEEDED' });
      if (document['database'] !== undefined) await storesInRds(region(), document);
      await isWatched(region(), document);
      const destroyed = await finish(await start('destroy', { deployment: document['eks_name'] }));
      expect(outcome(destroyed)).toEqual({ status: 'SUCCEEDED' });
      expect(local.clusters.all()).toEqual([]);
      expect(await alarmsOf(region())).toEqual([]);
    },
    900_000,
  );
});

const alarmsOf = async ({ clients }: TestRegion): Promise<string[]> =>
  ((await clients.get(CloudWatchClient).send(new DescribeAlarmsCommand({}))).MetricAlarms ?? []).map(
    ({ AlarmName: name = '' }) => name,
  );

/**
 * Whether it has the alarms that it asks for, which a plan takes for granted and a resync leaves alone.
 */
async function isWatched(
  current: TestRegion,
  { eks_name, observability, database }: Record<string, unknown>,
): Promise<void> {
  const name = String(eks_name);
  const insights = (observability as { container_insights?: object } | undefined)?.container_insights;
  const wanted = [
    'certificate-expiry',
    ...(database === undefined ? [] : ['database-cpu', 'database-storage']),
    ...(insights === undefined ? [] : ['failed-nodes', 'node-cpu', 'node-filesystem', 'node-memory']),
    'server-errors',
    'unhealthy-targets',
  ].map((kind) => `kubeflow-eks-deployment-${name}-${kind}`);
  const { start, finish } = current;
  expect((await alarmsOf(current)).sort()).toEqual(observability === undefined ? [] : wanted);
  if (observability === undefined) return;
  const planned = await finish(await start('plan', { deployment: name }));
  expect(outcome(planned)).toEqual({ status: 'SUCCEEDED' });
  expect(planned.execution.output).not.toContain('alarm');
  expect(outcome(await finish(await start('resync', { deployment: name })))).toEqual({ status: 'SUCCEEDED' });
  expect((await alarmsOf(current)).sort()).toEqual(wanted);
}

/**
 * Its databases are in RDS: none is in the cluster, the user's password is in its Secrets and nowhere else, and the way back is
 * refused by a plan.
 */
async function storesInRds(test: TestRegion, document: Record<string, unknown>): Promise<void> {
  const { clients, region: local } = test;
  const { host, secret_arn: SecretId } = document['database'] as Record<string, string>;
  const { SecretString = '' } = await clients
    .get(SecretsManagerClient)
    .send(new GetSecretValueCommand({ SecretId }));
  const { password } = JSON.parse(SecretString) as { password: string };
  const cluster = clusterOf({ ...test, document });
  const inKubeflow = async (...what: string[]) =>
    (await cluster.kubectl(['--namespace', 'kubeflow', 'get', ...what])).stdout;
  const there = await inKubeflow('deployments,services,persistentvolumeclaims,secrets', '--output', 'name');
  expect(there).not.toMatch(/mysql/);
  expect(there.split('\n')).toContain('deployment.apps/ml-pipeline');
  const storedInside = ['persistentvolumeclaim/seaweedfs-pvc'];
  expect(there.split('\n').filter((name) => storedInside.includes(name))).toEqual(
    document['artifacts'] === undefined ? storedInside : [],
  );
  for (const component of ['pipelines', 'katib']) {
    const path = '--output=jsonpath={.data.password}';
    const stored = await inKubeflow('secret', `kubeflow-eks-${component}-database`, path);
    expect(Buffer.from(stored, 'base64').toString()).toBe(password);
  }
  expect(await inKubeflow('configmap', 'pipeline-install-config', '--output', 'yaml')).toContain(host);
  const records = ['kube-system', 'kubeflow'].map(async (namespace) =>
    cluster.kubectl(['--namespace', namespace, 'get', 'configmaps,deployments', '--output', 'yaml']),
  );
  const texts = (await Promise.all(records)).map(({ stdout }) => stdout);
  const { dir } = local.options;
  for (const folder of ['logs', 'executions'])
    for (const file of await readdir(join(dir, folder), { recursive: true, withFileTypes: true }))
      if (file.isFile()) texts.push(readFileSync(join(file.parentPath, file.name), 'utf8'));
  expect(texts.length).toBeGreaterThan(20);
  expect([...texts, JSON.stringify(local.builds.all())].filter((text) => text.includes(password))).toEqual(
    [],
  );

  const { database: _, ...without } = document;
  expect(notLeft((await makePlan(test, document)).plan)).toEqual({});
  const back = notLeft((await makePlan(test, without)).plan);
  expect(back['Preflight checks']?.problem).toMatchObject({
    error: 'ChangeRefused',
    message: expect.stringContaining('`database` of acme-entra cannot become in the cluster') as string,
  });
}

/** One that failed at another checksum of its mirror can be destroyed. */
async function failsAtChecksum({ start, finish, region: local }: TestRegion, wrong: object): Promise<void> {
  const provisioned = await finish(await start('provision', wrong));
  expect(provisioned.execution).toMatchObject({ status: 'FAILED' });
  expect(provisioned.view.steps.filter(({ status }) => status === 'FAILED')).toMatchObject([
    { name: 'Install and publish' },
    { name: 'Install Kubeflow' },
  ]);
  const destroyed = await finish(await start('destroy', wrong));
  expect(outcome(destroyed)).toEqual({ status: 'SUCCEEDED' });
  expect(local.clusters.all()).toEqual([]);
}
