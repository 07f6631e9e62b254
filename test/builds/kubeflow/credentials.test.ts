import { ensureGeneratedSecrets } from '../../../builds/kubeflow/generate-secrets';
import type { KubernetesObject } from '../../../builds/kubernetes/objects';
import { generatedSecrets, withGeneratedSecrets } from '../../../builds/kubeflow/overlay/generated-secrets';
import { clusterInMemory } from './cluster-in-memory';

const object = (kind: string, name: string): KubernetesObject => ({
  apiVersion: 'v1',
  kind,
  metadata: { name, namespace: 'kubeflow' },
});

const pipelines = generatedSecrets['pipelines'] ?? [];
const katib = generatedSecrets['katib'] ?? [];

test('each cluster gets values of its own, which then stay', async () => {
  const [one, other] = [clusterInMemory(), clusterInMemory()];
  await ensureGeneratedSecrets(one, pipelines);
  await ensureGeneratedSecrets(other, pipelines);
  const data = one.applied.map(({ stringData }) => stringData as Record<string, string>);
  expect(one.applied.map(({ metadata }) => metadata.name)).toEqual([
    'mlpipeline-minio-artifact',
    'mysql-secret',
  ]);
  expect(data).toEqual([
    {
      accesskey: expect.stringMatching(/^[0-9a-f]{20}$/) as string,
      secretkey: expect.stringMatching(/^[0-9a-f]{40}$/) as string,
    },
    { username: 'root', password: expect.stringMatching(/^[0-9a-f]{40}$/) as string },
  ]);
  expect(other.applied.map(({ stringData }) => stringData)).not.toEqual(data);
  await ensureGeneratedSecrets(one, pipelines);
  expect(one.applied).toHaveLength(2);
});

test('a Secret whose volume has data is not re-created: nothing could read that data', async () => {
  const kubectl = clusterInMemory([object('PersistentVolumeClaim', 'katib-mysql')]);
  await expect(ensureGeneratedSecrets(kubectl, katib)).rejects.toMatchObject({ name: 'SecretMissing' });
  expect(kubectl.applied).toEqual([]);
});

test("the distribution's values are left out, and its database asks for the generated password", () => {
  const database: KubernetesObject = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'mysql', namespace: 'kubeflow' },
    spec: {
      template: {
        spec: {
          containers: [{ name: 'mysql', env: [{ name: 'MYSQL_ALLOW_EMPTY_PASSWORD', value: 'true' }] }],
        },
      },
    },
  };
  const kept = object('Secret', 'filled-by-a-controller');
  const objects = [object('Secret', 'mysql-secret'), kept, database];
  expect(withGeneratedSecrets('pipelines', objects)).toEqual([
    kept,
    {
      ...database,
      spec: {
        template: {
          spec: {
            containers: [
              {
                name: 'mysql',
                env: [
                  {
                    name: 'MYSQL_ROOT_PASSWORD',
                    valueFrom: { secretKeyRef: { name: 'mysql-secret', key: 'password' } },
                  },
                ],
              },
            ],
          },
        },
      },
    },
  ]);
  expect(withGeneratedSecrets('notebooks', objects)).toEqual(objects);
});
