import {
  DescribePodIdentityAssociationCommand,
  EKSClient,
  paginateListPodIdentityAssociations,
} from '@aws-sdk/client-eks';
import { DeleteBucketPolicyCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { readExecutionEvents } from '../../adapters/aws/executions';
import { artifactBucketName } from '../../core/artifact-store';
import { iamNames } from '../../core/iam-names';
import { clusterOf, seedConfiguration, useRegion } from '../support/region';
import { appliedObject } from '../support/installed';
import { makePlan, notLeft } from '../support/plan';

const name = seedConfiguration.eks_name;
const naming = seedConfiguration;
const bucket = artifactBucketName(seedConfiguration);
const roleOf = (namespace: string): string =>
  `arn:aws:iam::${seedConfiguration.account_id}:role/kubeflow-teams/${namespace}`;

/** What is configured of namespaces and notebooks, with what is changed later. */
const settings = {
  artifacts: {},
  kubeflow: {
    components: ['pipelines', 'notebooks', 'model-registry'],
    notebooks: {
      culling: { idle_minutes: 120 },
      images: ['registry.acme.example/jupyter:1'],
      gpu_vendors: ['nvidia'],
      cpu: '2',
      memory: '4Gi',
    },
    model_registry: { namespaces: ['team-a'] },
  },
  access: {
    profile_quota: { pods: '100' },
    namespaces: { 'team-a': { role_arn: roleOf('team-a'), quota: { pods: '200' } } },
  },
};
const changed = {
  artifacts: {},
  kubeflow: {
    components: settings.kubeflow.components,
    notebooks: { ...settings.kubeflow.notebooks, culling: { idle_minutes: 60 }, memory: '8Gi' },
    model_registry: { namespaces: ['team-b'] },
  },
  access: {
    ...settings.access,
    namespaces: { 'team-a': { quota: { pods: '300' } }, 'team-b': { role_arn: roleOf('team-b') } },
  },
};

// The account has the roles of both.
const region = useRegion({
  ...seedConfiguration,
  ...settings,
  access: {
    ...settings.access,
    namespaces: { ...changed.access.namespaces, ...settings.access.namespaces },
  },
});
const documentWith = (part: object) => ({ ...region().document, ...part });

const password = 'cHVsbDpvbmx5';
/** What a platform team makes before it names it in a configuration. */
async function makePullSecret(): Promise<string> {
  const { ARN = '' } = await region()
    .clients.get(SecretsManagerClient)
    .send(
      new CreateSecretCommand({
        Name: 'kubeflow-eks/images/acme',
        SecretString: JSON.stringify({ auths: { 'registry.acme.example': { auth: password } } }),
      }),
    );
  return ARN;
}

async function run(workflow: 'provision' | 'resync' | 'destroy', input: object): Promise<string> {
  const { start, finish, clients } = region();
  const executionArn = await start(workflow, input);
  const { execution } = await finish(executionArn);
  expect(JSON.stringify(await readExecutionEvents(clients, executionArn))).not.toContain(password);
  expect({ status: execution.status, cause: execution.cause?.slice(-2_000) }).toEqual({
    status: 'SUCCEEDED',
    cause: undefined,
  });
  return execution.output ?? '';
}

/** The program of the namespaces says what it takes the place of. */
const withoutHook = (list: unknown): unknown =>
  (list as { items: { metadata: { name: string; managedFields?: unknown } }[] }).items.filter(
    ({ metadata }) =>
      !metadata.name.startsWith('kubeflow-pipelines-profile-controller-code') &&
      !metadata.name.startsWith('kubeflow-eks-install-'),
  );

/** What is in the cluster and in EKS of all that these settings make. */
async function present() {
  const cluster = clusterOf(region());
  const named = async (kind: string) =>
    (
      await cluster.kubectl([
        ...['get', kind, '--all-namespaces', '--output'],
        'jsonpath={range .items[*]}{.metadata.namespace}/{.metadata.name}{"\\n"}{end}',
      ])
    ).stdout.split('\n');
  const registry = (names: string[]) => names.filter((it) => /\/(model-registry|metadata-postgres)/.test(it));
  const pages = paginateListPodIdentityAssociations(
    { client: region().clients.get(EKSClient) },
    { clusterName: name },
  );
  const roles: string[] = [];
  for await (const { associations = [] } of pages)
    for (const { namespace = '', serviceAccount, associationId } of associations) {
      if (serviceAccount !== 'default-editor') continue;
      const { association } = await region()
        .clients.get(EKSClient)
        .send(new DescribePodIdentityAssociationCommand({ clusterName: name, associationId }));
      roles.push(`${namespace}: ${association?.roleArn?.split('/').slice(1).join('/') ?? ''}`);
    }
  const profiles = await appliedObject<{ items: Profile[] }>(cluster, 'profiles.kubeflow.org');
  return {
    registries: registry(await named('deployments')).filter((it) => !it.startsWith('kubeflow/')),
    volumes: registry(await named('persistentvolumeclaims')),
    passwords: registry(await named('secrets')),
    quotas: Object.fromEntries(
      profiles.items.map(({ metadata, spec }) => [metadata.name, spec.resourceQuotaSpec?.hard]),
    ),
    roles,
    given: [...(await named('poddefaults')), ...(await named('secrets'))].filter((it) =>
      /\/(access-ml-pipeline|kubeflow-eks-image-pull)$/.test(it),
    ),
  };
}
interface Profile {
  metadata: { name: string };
  spec: { resourceQuotaSpec?: { hard?: object } };
}

const registryOf = (namespace: string) => ({
  registries: [`${namespace}/model-registry-db`, `${namespace}/model-registry-deployment`],
  volumes: [`${namespace}/metadata-postgres`],
  passwords: [`${namespace}/model-registry-db-secrets`],
});

test('namespaces and notebooks as configured are provisioned, re-synced, planned, changed and destroyed', async () => {
  const imagePullSecretArn = await makePullSecret();
  const first = {
    ...settings,
    access: { ...settings.access, pipelines_token: true, image_pull_secret_arn: imagePullSecretArn },
  };
  await run('provision', documentWith(first));
  const cluster = clusterOf(region());
  // Its quota a Profile has by the re-sync.
  await run('resync', { deployment: name });
  expect(await present()).toEqual({
    ...registryOf('team-a'),
    quotas: { 'team-a': { pods: '200' } },
    roles: ['team-a: kubeflow-teams/team-a'],
    given: ['team-a/access-ml-pipeline', 'team-a/kubeflow-eks-image-pull'],
  });
  const form = await appliedObject<{ data: { links?: string } }>(
    ...[cluster, 'configmap', 'jupyter-web-app-config', '--namespace', 'kubeflow'],
  );
  expect(JSON.stringify(form.data)).toContain('registry.acme.example/jupyter:1');
  const menu = await appliedObject<{ data: { links: string } }>(
    ...[cluster, 'configmap', 'dashboard-config', '--namespace', 'kubeflow'],
  );
  expect([...menu.data.links.matchAll(/"link": "([^"]+)"/g)].map(([, link]) => link)).toEqual([
    ...['/jupyter/', '/tensorboards/', '/volumes/', '/model-registry/'],
    ...['pipelines', 'experiments', 'runs'].map((page) => `/pipeline/#/${page}`),
    ...['/jupyter/new', '/pipeline/#/runs'],
  ]);
  const store = await appliedObject<{ data: object }>(
    ...[cluster, 'configmap', 'pipeline-install-config', '--namespace', 'kubeflow'],
  );
  expect(store.data).toMatchObject({ bucketName: bucket, ARTIFACTS_PROXY_ENABLED: 'true' });
  // Nothing of the store in the cluster, nor a key of anybody, has come to the API server.
  for (const kind of ['deployments', 'configmaps', 'secrets', 'persistentvolumeclaims', 'services']) {
    const applied = await appliedObject(cluster, kind, '--namespace', 'kubeflow');
    expect([
      kind,
      /mlpipeline-minio-artifact|seaweedfs[-.:"]/.test(JSON.stringify(withoutHook(applied))),
    ]).toEqual([kind, false]);
  }
  expect(notLeft((await makePlan(region(), documentWith(first))).plan)).toEqual({});
  const { artifacts: _, ...inCluster } = first;
  const { plan: refused } = await makePlan(region(), documentWith({ ...inCluster, artifacts: undefined }));
  expect(JSON.stringify(refused)).toContain('`artifacts` of');
  expect(JSON.stringify(refused)).toContain('cannot become a volume of the cluster');

  const { plan, writes } = await makePlan(region(), documentWith(changed));
  expect(writes).toEqual([]);
  const planned = Object.values(notLeft(plan)).flatMap(({ changes = [] }) =>
    changes.map(({ action, what }) => `${action} ${what}`),
  );
  expect(planned).toEqual(
    expect.arrayContaining([
      'create Profile team-b, for its model registry',
      'create Model Registry: Deployment.apps team-b/model-registry-deployment',
      'remove Model Registry: Deployment.apps team-a/model-registry-db',
      'change Notebooks: ConfigMap kubeflow/jupyter-web-app-config',
      expect.stringMatching(/^remove .*team-a\/default-editor/),
      expect.stringMatching(/^create .*team-b\/default-editor/),
    ]),
  );
  expect(planned.filter((it) => it.includes('PersistentVolumeClaim') && it.startsWith('remove'))).toEqual([]);

  await run('provision', documentWith(changed));
  await run('resync', { deployment: name });
  const [before, after] = [registryOf('team-a'), registryOf('team-b')];
  expect(await present()).toEqual({
    registries: after.registries,
    // What the namespace has stored stays, and can be read when its registry comes back.
    volumes: [...before.volumes, ...after.volumes],
    passwords: [...before.passwords, ...after.passwords],
    quotas: { 'team-a': { pods: '300' }, 'team-b': { pods: '100' } },
    // Without a role of its own a namespace has that for artifacts, by the re-sync.
    roles: ['team-b: kubeflow-teams/team-b', `team-a: ${iamNames.artifactsRole(naming)}`],
    given: [],
  });
  expect(notLeft((await makePlan(region(), documentWith(changed))).plan)).toEqual({});

  const object = { Bucket: bucket, Key: `${name}/team-a/v2/artifacts/run/model`, Body: 'model' };
  const s3 = region().clients.get(S3Client);
  // moto takes a Deny for one whatever its condition, which is that TLS is missing.
  await s3.send(new DeleteBucketPolicyCommand({ Bucket: bucket }));
  await s3.send(new PutObjectCommand(object));
  const output = await run('destroy', { deployment: name });
  expect(output).toMatch(new RegExp(`the bucket ${bucket}.*it has artifacts of pipelines`));
  expect(region().region.clusters.all()).toEqual([]);
}, 1_200_000);
