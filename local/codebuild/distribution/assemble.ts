import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { istioCrds } from '../../kubernetes/istio-crds';
import type { Part } from './part';
import { parts } from './parts';
import { pipelinesEnvironments } from './pipelines-parts';

const kubernetes = join(__dirname, '..', '..', 'kubernetes');

/**
 * Assembles a distribution of Kubeflow that stands for the pinned one, which cannot be downloaded here: the same
 * folders, so that the very installer runs; the real resource definitions of Kubeflow's and Istio's APIs, since
 * isolation is made of them; and for each workload one Deployment of its name. No container runs in the region.
 */
export async function assembleDistribution(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await cp(join(__dirname, 'oauth2-proxy'), join(folder, 'common', 'oauth2-proxy'), { recursive: true });
  await writeKustomization(folder, 'common/istio/istio-crds/base', await istioCrds());
  await writeKustomization(folder, 'common/kubeflow-roles/base', [], {
    'cluster-roles.yaml': await readFile(join(kubernetes, 'kubeflow-roles.yaml'), 'utf8'),
  });
  for (const part of parts) await writePart(folder, part);
}

async function writePart(
  folder: string,
  { path, namespace, deployments = [], definitions, secrets = {}, volumes = [], objects: others = [] }: Part,
): Promise<void> {
  const place = namespace?.name ?? 'kubeflow';
  const objects: object[] = [
    ...(namespace?.made === true
      ? [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace.name } }]
      : []),
    ...deployments.map((name) => deployment(name, place)),
    ...Object.entries(secrets).map(([name, stringData]) => ({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name, namespace: place },
      stringData,
    })),
    ...volumes.map((name) => volume(name, place)),
    ...others,
  ];
  const files =
    definitions === undefined
      ? {}
      : { 'definitions.yaml': await readFile(join(kubernetes, 'crds', definitions), 'utf8') };
  await writeKustomization(folder, path, objects, files);
}

function deployment(name: string, namespace: string): object {
  const labels = { app: name };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace, labels },
    spec: {
      replicas: 1,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { containers: [{ name, image: `stand-in.invalid/${name}:local`, ...environments[name] }] },
      },
    },
  };
}

/** As in the distribution: who reads which Secret, and the database of Pipelines that asks for no password. */
const environments: Readonly<Record<string, object>> = {
  ...pipelinesEnvironments,
  'ml-pipeline': {
    env: [
      ...databaseUser('DBCONFIG_MYSQLCONFIG_USER', 'DBCONFIG_MYSQLCONFIG_PASSWORD'),
      ...(pipelinesEnvironments['ml-pipeline']?.env ?? []),
    ],
  },
  'cache-server': {
    env: databaseUser('DBCONFIG_USER', 'DBCONFIG_PASSWORD'),
    args: ['--db_user=$(DBCONFIG_USER)', '--db_password=$(DBCONFIG_PASSWORD)'],
  },
  'metadata-grpc-deployment': {
    env: databaseUser('DBCONFIG_USER', 'DBCONFIG_PASSWORD'),
    args: ['--grpc_port=8080', '--mysql_config_host=mysql', '--mysql_config_password=$(DBCONFIG_PASSWORD)'],
  },
  'katib-db-manager': {
    command: ['./katib-db-manager'],
    env: [
      { name: 'DB_NAME', value: 'mysql' },
      {
        name: 'DB_PASSWORD',
        valueFrom: { secretKeyRef: { name: 'katib-mysql-secrets', key: 'MYSQL_ROOT_PASSWORD' } },
      },
    ],
  },
  mysql: { env: [{ name: 'MYSQL_ALLOW_EMPTY_PASSWORD', value: 'true' }] },
  seaweedfs: { envFrom: [{ secretRef: { name: 'mlpipeline-minio-artifact' } }] },
  'katib-mysql': {
    env: [
      {
        name: 'MYSQL_ROOT_PASSWORD',
        valueFrom: { secretKeyRef: { name: 'katib-mysql-secrets', key: 'MYSQL_ROOT_PASSWORD' } },
      },
    ],
  },
};

/** Variables with the user of Pipelines' database. */
function databaseUser(user: string, password: string): object[] {
  const of = (name: string, key: string) => ({
    name,
    valueFrom: { secretKeyRef: { name: 'mysql-secret', key } },
  });
  return [of(user, 'username'), of(password, 'password')];
}

function volume(name: string, namespace: string): object {
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name, namespace },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '20Gi' } } },
  };
}

async function writeKustomization(
  folder: string,
  path: string,
  objects: readonly object[],
  files: Readonly<Record<string, string>> = {},
): Promise<void> {
  const target = join(folder, path);
  await mkdir(target, { recursive: true });
  const all: Record<string, string> = {
    ...files,
    ...(objects.length === 0
      ? {}
      : { 'objects.yaml': objects.map((object) => JSON.stringify(object)).join('\n---\n') }),
  };
  for (const [name, text] of Object.entries(all)) await writeFile(join(target, name), text);
  await writeFile(
    join(target, 'kustomization.yaml'),
    JSON.stringify({
      apiVersion: 'kustomize.config.k8s.io/v1beta1',
      kind: 'Kustomization',
      resources: Object.keys(all),
    }),
  );
}
