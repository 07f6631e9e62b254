import type { KubernetesObject } from '../../kubernetes/objects';

/** A Secret that a build makes in the cluster: random values that nobody but the cluster ever has. */
export interface GeneratedSecret {
  name: string;
  namespace: string;
  /** A fixed value, or the number of random bytes that are written in hexadecimal. */
  keys: Readonly<Record<string, string | { randomBytes: number }>>;
  /** The volume whose data can be read with these values alone. */
  volume: string;
}

const namespace = 'kubeflow';

/**
 * Secrets for which the distribution has values that everybody can read (Pipelines' object store and databases), by
 * component. They guard what tenants store, so that each cluster gets its own.
 */
export const generatedSecrets: Readonly<Record<string, readonly GeneratedSecret[]>> = {
  pipelines: [
    {
      name: 'mlpipeline-minio-artifact',
      namespace,
      keys: { accesskey: { randomBytes: 10 }, secretkey: { randomBytes: 20 } },
      volume: 'seaweedfs-pvc',
    },
    {
      name: 'mysql-secret',
      namespace,
      keys: { username: 'root', password: { randomBytes: 20 } },
      volume: 'mysql-pv-claim',
    },
  ],
  katib: [
    {
      name: 'katib-mysql-secrets',
      namespace,
      keys: { MYSQL_ROOT_PASSWORD: { randomBytes: 20 } },
      volume: 'katib-mysql',
    },
  ],
};

/** The Secrets to generate for a component: those whose volume it has. What is stored elsewhere has other ones. */
export function secretsToGenerate(
  component: string,
  objects: readonly KubernetesObject[],
): readonly GeneratedSecret[] {
  const volumes = new Set(
    objects
      .filter(({ kind }) => kind === 'PersistentVolumeClaim')
      .map(({ metadata: { name, namespace: place } }) => `${place ?? ''}/${name}`),
  );
  return (generatedSecrets[component] ?? []).filter((secret) =>
    volumes.has(`${secret.namespace}/${secret.volume}`),
  );
}

/** The database of Pipelines is started without a password; the programs that use it read theirs from the Secret. */
const databases: Readonly<Record<string, string>> = { mysql: 'mysql-secret' };

interface Variable {
  name: string;
  value?: string;
  valueFrom?: unknown;
}
interface Container {
  env?: Variable[];
}

/**
 * The objects of a component without the Secrets that are generated instead, and with a database that asks for the
 * generated password.
 */
export function withGeneratedSecrets(
  component: string,
  objects: readonly KubernetesObject[],
): KubernetesObject[] {
  const generated = generatedSecrets[component];
  if (generated === undefined) return [...objects];
  const names = new Set(generated.map((secret) => secret.name));
  return objects
    .filter(({ kind, metadata }) => kind !== 'Secret' || !names.has(metadata.name))
    .map((object) => {
      const secret = databases[object.metadata.name];
      return object.kind === 'Deployment' && secret !== undefined && names.has(secret)
        ? withPassword(object, secret)
        : object;
    });
}

function withPassword(deployment: KubernetesObject, secret: string): KubernetesObject {
  const copy = structuredClone(deployment);
  const { spec } = copy as unknown as { spec: { template: { spec: { containers: Container[] } } } };
  for (const container of spec.template.spec.containers) {
    container.env = (container.env ?? []).map((variable) =>
      variable.name === 'MYSQL_ALLOW_EMPTY_PASSWORD'
        ? {
            name: 'MYSQL_ROOT_PASSWORD',
            valueFrom: { secretKeyRef: { name: secret, key: 'password' } },
          }
        : variable,
    );
  }
  return copy;
}
