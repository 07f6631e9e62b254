import { X509Certificate } from 'node:crypto';
import { requireDataStays } from '../../../builds/kubeflow/database-moves';
import { ensureDatabaseSecret, readDatabaseUser } from '../../../builds/kubeflow/database-secrets';
import {
  databaseSecretNames,
  externalDatabase,
  withExternalDatabase,
} from '../../../builds/kubeflow/overlay/external-database';
import { secretsToGenerate, withGeneratedSecrets } from '../../../builds/kubeflow/overlay/generated-secrets';
import type { KubernetesObject } from '../../../builds/kubernetes/objects';
import { configurationWith } from '../support';
import { clusterInMemory } from './cluster-in-memory';

const host = 'kubeflow.abcdefghijkl.eu-central-1.rds.amazonaws.com';
const secretArn =
  'arn:aws:secretsmanager:eu-central-1:111122223333:secret:kubeflow-eks/databases/acme-AbCdEf';
const settings = { host, secret_arn: secretArn };
const database = {
  ...{ host, port: 3306, deployment: 'acme-prod', region: 'eu-central-1', secretVersion: 'v1' },
};
const password = 'a"b\\c/d@e';

const object = (kind: string, name: string, more: object = {}): KubernetesObject => ({
  apiVersion: 'v1',
  kind,
  metadata: { name, namespace: 'kubeflow' },
  ...more,
});
const fromSecret = (name: string, secret: string, key: string) => ({
  name,
  valueFrom: { secretKeyRef: { name: secret, key } },
});
const deployment = (name: string, container: object): KubernetesObject =>
  object('Deployment', name, { spec: { template: { spec: { containers: [{ name, ...container }] } } } });
const user = [
  fromSecret('DBCONFIG_USER', 'mysql-secret', 'username'),
  fromSecret('DBCONFIG_PASSWORD', 'mysql-secret', 'password'),
];

/** As the distribution has them (applications/pipeline, applications/katib), in short. */
const upstream: Record<string, KubernetesObject[]> = {
  pipelines: [
    deployment('mysql', { image: 'mysql:8.4' }),
    ...[
      'Service mysql',
      'ServiceAccount mysql',
      'AuthorizationPolicy mysql',
      'DestinationRule ml-pipeline-mysql',
      'PersistentVolumeClaim mysql-pv-claim',
      'PersistentVolumeClaim seaweedfs-pvc',
      'Secret mysql-secret',
    ].map((text) => {
      const [kind = '', name = ''] = text.split(' ');
      return object(kind, name);
    }),
    object('ConfigMap', 'pipeline-install-config', {
      data: { dbHost: 'mysql', pipelineDb: 'mlpipeline', bucketName: 'mlpipeline' },
    }),
    deployment('ml-pipeline', { env: user }),
    deployment('cache-server', { env: user, args: ['--db_password=$(DBCONFIG_PASSWORD)'] }),
    deployment('metadata-grpc-deployment', {
      env: user,
      args: [
        '--grpc_port=8080',
        '--mysql_config_host=$(MYSQL_HOST)',
        '--mysql_config_password=$(DBCONFIG_PASSWORD)',
      ],
    }),
  ],
  katib: [
    deployment('katib-mysql', { image: 'mysql:8.0', securityContext: { runAsUser: 999 } }),
    ...['Service katib-mysql', 'PersistentVolumeClaim katib-mysql', 'Secret katib-mysql-secrets'].map(
      (text) => {
        const [kind = '', name = ''] = text.split(' ');
        return object(kind, name);
      },
    ),
    deployment('katib-db-manager', {
      env: [
        { name: 'DB_NAME', value: 'mysql' },
        fromSecret('DB_PASSWORD', 'katib-mysql-secrets', 'MYSQL_ROOT_PASSWORD'),
      ],
    }),
    deployment('katib-ui', {}),
  ],
};

const rendered = (component: string, of: typeof database | undefined = database): KubernetesObject[] =>
  withExternalDatabase(component, withGeneratedSecrets(component, upstream[component] ?? []), of);

interface Container {
  image?: string;
  args?: string[];
  command?: string[];
  env: { name: string; value?: string; valueFrom?: { secretKeyRef: { name: string; key: string } } }[];
  volumeMounts: { name: string; mountPath: string }[];
}
interface Pods {
  metadata: { annotations: Record<string, string> };
  spec: {
    containers: [Container];
    initContainers?: [Container];
    volumes: { name: string; secret?: object }[];
  };
}
const podsOf = (component: string, name: string): Pods => {
  const found = rendered(component).find(
    ({ kind, metadata }) => kind === 'Deployment' && metadata.name === name,
  );
  return (found?.['spec'] as { template: Pods }).template;
};
const variable = ({ env }: Container, name: string) => env.find((each) => each.name === name);

describe('a component on a database of RDS', () => {
  test.each([
    [
      'pipelines',
      [
        'ConfigMap pipeline-install-config',
        'Deployment cache-server',
        'Deployment metadata-grpc-deployment',
        'Deployment ml-pipeline',
        'PersistentVolumeClaim seaweedfs-pvc',
      ],
    ],
    ['katib', ['Deployment katib-db-manager', 'Deployment katib-ui']],
  ])('%s has no database in the cluster, nor anything of one', (component, left) => {
    const names = rendered(component).map(({ kind, metadata }) => `${kind} ${metadata.name}`);
    expect(names.sort()).toEqual(
      [...left, `ConfigMap kubeflow-eks-${component}-database-authorities`].sort(),
    );
    expect(JSON.stringify(rendered(component))).not.toMatch(/mysql-secret/);
  });

  test('is as it was without one, and other components with one', () => {
    const secured = withGeneratedSecrets('pipelines', upstream['pipelines'] ?? []);
    expect(
      withExternalDatabase('pipelines', secured, externalDatabase(configurationWith({}), undefined, 'v1')),
    ).toEqual(secured);
    expect(withExternalDatabase('notebooks', secured, database)).toEqual(secured);
  });

  test('gets no password made up for a database that it does not have', () => {
    expect(secretsToGenerate('pipelines', rendered('pipelines')).map(({ name }) => name)).toEqual([
      'mlpipeline-minio-artifact',
    ]);
    expect(secretsToGenerate('katib', rendered('katib'))).toEqual([]);
    expect(secretsToGenerate('katib', upstream['katib'] ?? [])).toHaveLength(1);
  });

  test('knows where it is, and its own databases there', () => {
    const found = rendered('pipelines').find(({ metadata }) => metadata.name === 'pipeline-install-config');
    expect(found?.['data']).toEqual({
      ...{ dbHost: host, dbPort: '3306', mysqlHost: host, mysqlPort: '3306', bucketName: 'mlpipeline' },
      ...{ pipelineDb: 'acme_prod_mlpipeline', mlmdDb: 'acme_prod_metadb', cacheDb: 'acme_prod_cachedb' },
    });
  });

  test('trusts the certificate authorities of RDS in the region, and no expired one', () => {
    for (const component of ['pipelines', 'katib']) {
      const found = rendered(component).find(({ metadata }) => metadata.name.endsWith('-authorities'));
      const pem = (found?.['data'] as Record<string, string>)['rds.pem'] ?? '';
      const certificates = pem
        .split(/(?<=-----END CERTIFICATE-----\n)/)
        .map((text) => new X509Certificate(text));
      expect(certificates.map(({ subject }) => /CN=(.*)/.exec(subject)?.[1])).toEqual(
        ['ECC384', 'RSA2048', 'RSA4096'].map((kind) => `Amazon RDS eu-central-1 Root CA ${kind} G1`),
      );
      for (const { validTo, ca } of certificates) {
        expect(ca).toBe(true);
        expect(Date.parse(validTo)).toBeGreaterThan(Date.parse('2060-01-01'));
      }
    }
  });

  test.each([
    ['pipelines', 'ml-pipeline'],
    ['pipelines', 'cache-server'],
    ['katib', 'katib-db-manager'],
  ])('%s: %s verifies the server by them', (component, name) => {
    const [container] = podsOf(component, name).spec.containers;
    expect(variable(container, 'SSL_CERT_DIR')?.value).toBe('/etc/ssl/certs:/etc/kubeflow-eks/rds');
    expect(container.volumeMounts).toContainEqual(
      expect.objectContaining({ mountPath: '/etc/kubeflow-eks/rds' }),
    );
  });

  test('asks its driver for TLS, each in its own way', () => {
    const [api] = podsOf('pipelines', 'ml-pipeline').spec.containers;
    expect(variable(api, 'DBCONFIG_MYSQLCONFIG_EXTRAPARAMS')?.value).toBe('{"tls":"true"}');
    const [cache] = podsOf('pipelines', 'cache-server').spec.containers;
    expect(cache.args).toEqual(['--db_password=$(DBCONFIG_PASSWORD)', '--db_extra_params={"tls":"true"}']);
    const [katib] = podsOf('katib', 'katib-db-manager').spec.containers;
    // Checked with go-sql-driver/mysql 1.5.0: the database, tls=true, a timeout, and a variable whose value ends as a comment.
    expect(variable(katib, 'KATIB_MYSQL_DB_DATABASE')?.value).toBe(
      'acme_prod_katib?tls=true&timeout=5s&@katib=1%23',
    );
  });

  test('has MLMD read all of it from a file of the Secret, and nothing from its arguments', () => {
    const { spec } = podsOf('pipelines', 'metadata-grpc-deployment');
    expect(spec.containers[0].args).toEqual([
      '--grpc_port=8080',
      '--metadata_store_server_config_file=/etc/kubeflow-eks/metadata/metadata.pbtxt',
    ]);
    expect(spec.containers[0].env).toBeUndefined();
    expect(spec.volumes.find(({ name }) => name === 'metadata')?.secret).toMatchObject({
      secretName: databaseSecretNames.pipelines,
    });
  });

  test("makes Katib's database with the image of the one that is left out, verified too, and the password no argument", () => {
    const [maker] = podsOf('katib', 'katib-db-manager').spec.initContainers ?? [];
    expect(maker).toMatchObject({ image: 'mysql:8.0', securityContext: { runAsUser: 999 } });
    expect(maker?.command).toEqual(
      expect.arrayContaining([
        '--ssl-mode=VERIFY_IDENTITY',
        '--ssl-ca=/etc/kubeflow-eks/rds/rds.pem',
        '--execute=CREATE DATABASE IF NOT EXISTS acme_prod_katib',
      ]),
    );
    expect(maker && variable(maker, 'MYSQL_PWD')?.valueFrom?.secretKeyRef.name).toBe(
      databaseSecretNames.katib,
    );
    expect(maker?.command?.join(' ')).not.toMatch(/password|PWD/i);
  });

  test('starts its pods anew for another version of the secret, and for another host', () => {
    const annotations = (of: Partial<typeof database>) =>
      withExternalDatabase('katib', upstream['katib'] ?? [], { ...database, ...of }).flatMap(
        ({ kind, metadata, spec }) =>
          kind === 'Deployment' && metadata.name === 'katib-db-manager'
            ? [(spec as { template: Pods }).template.metadata.annotations]
            : [],
      );
    expect(annotations({ secretVersion: 'v2' })).not.toEqual(annotations({}));
    expect(annotations({ host: 'other' })).not.toEqual(annotations({}));
  });

  test.each(['pipelines', 'katib'])(
    '%s of a distribution that is laid out otherwise is refused',
    (component) => {
      for (const name of [
        'pipeline-install-config',
        'metadata-grpc-deployment',
        'katib-db-manager',
        'katib-mysql',
      ]) {
        const all = upstream[component] ?? [];
        const others = all.filter(({ metadata }) => metadata.name !== name);
        if (others.length < all.length)
          expect(() => withExternalDatabase(component, others, database)).toThrow(
            /the source of Kubeflow does not have/,
          );
      }
    },
  );
});

describe('the user of the database', () => {
  const value = JSON.stringify({ username: 'kubeflow', password });
  const read = async () => Promise.resolve({ value, version: 'v1' });

  test("is put into the cluster once for each version, MLMD's file with quotes that hold", async () => {
    const kubectl = clusterInMemory();
    const wanted = { secretArn, read };
    await ensureDatabaseSecret(kubectl, 'pipelines', database, wanted);
    await ensureDatabaseSecret(kubectl, 'pipelines', database, wanted);
    expect(kubectl.applied).toHaveLength(1);
    const [{ stringData }] = kubectl.applied as unknown as [{ stringData: Record<string, string> }];
    expect(stringData).toMatchObject({ username: 'kubeflow', password });
    expect(stringData['metadata.pbtxt']).toContain(String.raw`password: "a\"b\\c/d@e"`);
    expect(stringData['metadata.pbtxt']).toContain('verify_server_cert: true');
    expect(stringData['metadata.pbtxt']).toContain('database: "acme_prod_metadb"');
    await ensureDatabaseSecret(kubectl, 'katib', database, wanted);
    await ensureDatabaseSecret(kubectl, 'katib', { ...database, secretVersion: 'v2' }, wanted);
    expect(kubectl.applied.map(({ metadata }) => metadata.name)).toEqual([
      databaseSecretNames.pipelines,
      databaseSecretNames.katib,
      databaseSecretNames.katib,
    ]);
  });

  test.each([
    ['that is not there', async () => Promise.resolve(undefined), /it is not there or has no text/],
    [
      'of another form',
      async () => Promise.resolve({ value: password, version: 'v1' }),
      /its value is no JSON/,
    ],
    [
      'that may not be read',
      async () => Promise.reject(Object.assign(new Error(), { name: 'AccessDeniedException' })),
      /another key than aws\/secretsmanager/,
    ],
  ])('%s is refused before anything is applied, without its value', async (_, reading, message) => {
    const refusal = await readDatabaseUser(secretArn, reading).then(
      () => undefined,
      (error: unknown) => error as Error,
    );
    expect(refusal).toMatchObject({
      name: 'DatabaseUnusable',
      message: expect.stringMatching(message) as string,
    });
    expect(refusal?.message).not.toContain(password);
  });
});

describe('what is stored', () => {
  const volume = object('PersistentVolumeClaim', 'mysql-pv-claim');
  const ours = object('Secret', databaseSecretNames.pipelines);
  const inCluster = configurationWith({});
  const inRds = configurationWith({ database: settings });
  const moved = configurationWith({ database: { ...settings, data_moved: true } });

  test.each([
    ['a cluster with nothing yet', [], inRds],
    ['one that is in RDS already, whose former volume stays', [volume, ours], inRds],
    ['one whose data was moved', [volume], moved],
    ['one that stays as it is', [volume], inCluster],
  ])('%s is taken', async (_, there, configuration) => {
    await expect(requireDataStays(clusterInMemory(there), configuration)).resolves.toBeUndefined();
  });

  test.each([
    ['in the cluster is not left behind', [volume], inRds, /pipelines: their data is in the cluster/],
    ['in RDS is not left behind', [volume, ours], inCluster, /pipelines: their data is in RDS/],
  ])('%s', async (_, there, configuration, message) => {
    await expect(requireDataStays(clusterInMemory(there), configuration)).rejects.toMatchObject({
      ...{ name: 'ChangeRefused', message: expect.stringMatching(message) as string },
    });
  });
});
