import { parse } from 'yaml';
import { renderComponent } from '../../../builds/kubeflow/render-components';
import { components } from '../../../builds/kubeflow/components';
import { requireNoFormerStore, withArtifactStore } from '../../../builds/kubeflow/overlay/artifact-store';
import { secretsToGenerate, withGeneratedSecrets } from '../../../builds/kubeflow/overlay/generated-secrets';
import { formatManifests, type KubernetesObject } from '../../../builds/kubernetes/objects';
import { artifactStoreOf } from '../../../core/artifact-store';
import {
  pipelinesEnvironments,
  pipelinesObjects,
} from '../../../local/codebuild/distribution/pipelines-parts';
import { configurationWith, found, identity, oidcIssuer } from '../support';

const configuration = configurationWith({ artifacts: {} });
const store = artifactStoreOf(configuration);
if (store === undefined) throw new Error('no store');

const workload = (name: string): KubernetesObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace: 'kubeflow' },
  spec: {
    template: {
      spec: { containers: [{ name, image: `registry.example/${name}:1`, ...pipelinesEnvironments[name] }] },
    },
  },
});
const distribution: KubernetesObject[] = [
  ...['ml-pipeline', 'ml-pipeline-ui', 'kubeflow-pipelines-profile-controller', 'mysql'].map(workload),
  { ...workload('seaweedfs'), spec: { template: { spec: { containers: [{ name: 'store' }] } } } },
  {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: 'seaweedfs-pvc', namespace: 'kubeflow' },
  },
  {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'mlpipeline-minio-artifact', namespace: 'kubeflow' },
  },
  ...(pipelinesObjects as KubernetesObject[]),
  {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'pipeline-install-config', namespace: 'kubeflow' },
    data: { bucketName: 'mlpipeline', ARTIFACTS_PROXY_ENABLED: 'false' },
  },
];
const rendered = (more: readonly KubernetesObject[] = []) =>
  withArtifactStore(withGeneratedSecrets('pipelines', [...distribution, ...more]), store, '# ours');
const named = (objects: readonly KubernetesObject[], name: string) =>
  objects.find(({ metadata }) => metadata.name === name);

describe('Pipelines with artifacts in S3', () => {
  test('has neither the store in the cluster nor any key', () => {
    const objects = rendered();
    expect(objects.filter(({ metadata }) => /seaweedfs|minio/.test(metadata.name))).toEqual([]);
    const text = JSON.stringify(objects);
    expect(text).not.toMatch(/mlpipeline-minio-artifact|seaweedfs\.|AWS_SECRET_ACCESS_KEY|AWS_ACCESS_KEY_ID/);
    expect(named(objects, 'mysql')).toBeDefined();
    // Neither is a key made for it.
    expect(secretsToGenerate('pipelines', objects)).toEqual([]);
  });

  test('is as before without the setting', () => {
    expect(secretsToGenerate('pipelines', distribution).map(({ name }) => name)).toEqual([
      'mlpipeline-minio-artifact',
    ]);
    expect(artifactStoreOf(configurationWith({}))).toBeUndefined();
  });

  test('lets the API server and the page begin with the keys of nobody, and nothing read with a node’s role', () => {
    const objects = rendered();
    const variables = (name: string): Record<string, unknown> => {
      const { spec } = named(objects, name) as unknown as {
        spec: {
          template: {
            spec: { containers: { env: { name: string; value?: string; valueFrom?: unknown }[] }[] };
          };
        };
      };
      const env = spec.template.spec.containers[0]?.env ?? [];
      expect(new Set(env.map((each) => each.name)).size).toBe(env.length);
      return Object.fromEntries(env.map((each) => [each.name, each.value ?? each.valueFrom]));
    };
    expect(variables('ml-pipeline')).toEqual({
      OBJECTSTORECONFIG_ACCESSKEY: '',
      OBJECTSTORECONFIG_SECRETACCESSKEY: '',
      OBJECTSTORECONFIG_HOST: 's3.eu-central-1.amazonaws.com',
      OBJECTSTORECONFIG_PORT: '',
      OBJECTSTORECONFIG_SECURE: 'true',
      OBJECTSTORECONFIG_REGION: 'eu-central-1',
      AWS_EC2_METADATA_DISABLED: 'true',
    });
    expect(variables('ml-pipeline-ui')).toMatchObject({
      MINIO_ACCESS_KEY: '',
      MINIO_SECRET_KEY: '',
      AWS_EC2_METADATA_DISABLED: 'true',
    });
    expect(variables('kubeflow-pipelines-profile-controller')).toEqual({
      AWS_REGION: 'eu-central-1',
      ARTIFACT_BUCKET: store.bucket,
      ARTIFACT_PREFIX: 'acme',
      UI_IMAGE: 'registry.example/ml-pipeline-ui:1',
    });
    expect(named(objects, 'pipeline-install-config')?.['data']).toEqual({
      bucketName: store.bucket,
      ARTIFACTS_PROXY_ENABLED: 'true',
    });
  });

  test('keeps logs where the namespace’s pods may write, by the SDK’s credentials', () => {
    const { artifactRepository } = named(rendered(), 'workflow-controller-configmap')?.['data'] as Record<
      string,
      string
    >;
    const { archiveLogs, s3 } = parse(artifactRepository ?? '') as {
      archiveLogs: boolean;
      s3: Record<string, unknown>;
    };
    expect(archiveLogs).toBe(true);
    expect(s3).toMatchObject({ bucket: store.bucket, region: 'eu-central-1', useSDKCreds: true });
    expect(s3['keyFormat']).toMatch(/^acme\/\{\{workflow\.namespace\}\}\//);
    expect(Object.keys(s3)).not.toContain('accessKeySecret');
  });

  test('rolls the program of the namespaces over where it changes', () => {
    const annotation = (hook: string) => {
      const objects = withArtifactStore(withGeneratedSecrets('pipelines', distribution), store, hook);
      return JSON.stringify(named(objects, 'kubeflow-pipelines-profile-controller'));
    };
    expect(annotation('# one')).not.toBe(annotation('# other'));
  });

  test.each<[string, KubernetesObject[] | string]>([
    [
      'needs the object store',
      [
        {
          ...workload('another'),
          spec: {
            template: {
              spec: {
                containers: [
                  {
                    env: [
                      {
                        name: 'KEY',
                        valueFrom: { secretKeyRef: { name: 'mlpipeline-minio-artifact', key: 'k' } },
                      },
                    ],
                  },
                ],
              },
            },
          },
        },
      ],
    ],
    ['does not have ConfigMap pipeline-install-config', 'pipeline-install-config'],
    ['does not have Deployment ml-pipeline-ui', 'ml-pipeline-ui'],
  ])('of a distribution that %s is refused before anything is applied', (message, change) => {
    const objects =
      typeof change === 'string'
        ? distribution.filter(({ metadata }) => metadata.name !== change)
        : [...distribution, ...change];
    expect(() => withArtifactStore(withGeneratedSecrets('pipelines', objects), store, '')).toThrow(message);
  });

  test('is rendered with the program that is shipped', async () => {
    const component = components.find(({ id }) => id === 'pipelines');
    if (component === undefined) throw new Error('no component');
    const objects = await renderComponent(
      component,
      { configuration, found, identity, cluster: { oidcIssuer } },
      {
        distribution: '/nowhere',
        rbac: 'builds/kubeflow/rbac',
        kustomize: () => Promise.resolve(formatManifests(distribution)),
      },
    );
    const code = objects.find(({ metadata }) =>
      metadata.name.startsWith('kubeflow-pipelines-profile-controller-code'),
    );
    expect((code?.['data'] as Record<string, string>)['sync.py']).toContain(
      'def desired(namespace, settings)',
    );
  });
});

describe('a cluster whose store has data', () => {
  const volume = {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: 'seaweedfs-pvc', namespace: 'kubeflow' },
  };
  const kubectl = (there: boolean) => ({ get: () => Promise.resolve(there ? [volume] : []) });

  test('does not get Pipelines without it', async () => {
    await expect(requireNoFormerStore(kubectl(true), store)).rejects.toMatchObject({
      name: 'ChangeRefused',
      message: expect.stringContaining('kubeflow/seaweedfs-pvc. Nothing was applied') as string,
    });
    await requireNoFormerStore(kubectl(false), store);
    await requireNoFormerStore(kubectl(true), undefined);
  });
});
