/**
 * Pipelines and Katib on a MySQL of RDS: what the distribution's own databases in the cluster are made of is left out, and the
 * programs are pointed at the other one, with TLS and the server's certificate verified.
 *
 * How each does it (Pipelines 2.16.1, MLMD 1.14.0, Katib 0.19.0):
 * - Pipelines' API server and cache take parameters of their driver: `DBConfig.MySQLConfig.ExtraParams`, as a variable, and
 *   `--db_extra_params` (backend/src/apiserver/client_manager, backend/src/cache/main.go).
 * - MLMD takes TLS by a file alone (ml_metadata/proto/metadata_store.proto, `MySQLDatabaseConfig.SSLOptions`), which has the
 *   password in it and so is a Secret. It knows `mysql_native_password` alone (ml_metadata/libmysqlclient.BUILD).
 * - Katib has no setting for TLS and composes `…/<database>?timeout=5s` (pkg/db/v1beta1/mysql/mysql.go): parameters of the driver go
 *   along with the database's name, and what Katib puts behind them ends as a comment.
 */
import { UserError } from '../../../core/errors';
import { databaseNames, type DatabaseUser } from '../../../core/database-access';
import type { BuildConfiguration } from '../../../core/configuration';
import { product } from '../../../core/naming';
import { rdsCertificates } from '../../../core/rds-certificates';
import { describeObject, type KubernetesObject } from '../../kubernetes/objects';

const namespace = 'kubeflow';

/** Where the certificate authorities are mounted, and MLMD's configuration. */
const authorities = { folder: '/etc/kubeflow-eks/rds', file: 'rds.pem' } as const;
const metadataFile = { folder: '/etc/kubeflow-eks/metadata', file: 'metadata.pbtxt' } as const;
const authoritiesPath = `${authorities.folder}/${authorities.file}`;

/** On the pods that read the user, and on the Secret: another database, or another version of the secret, starts them anew. */
export function databaseAnnotations({
  host,
  port,
  secretVersion,
}: Pick<ExternalDatabase, 'host' | 'port' | 'secretVersion'>): Record<string, string> {
  return {
    [`${product}/database`]: `${host}:${port.toString()}`,
    ...(secretVersion !== undefined && { [`${product}/database-secret-version`]: secretVersion }),
  };
}

/** A component that keeps something in a database. */
export type StoringComponent = 'pipelines' | 'katib';

/** The Secrets in the cluster, beside those of the databases there: with these the volumes that stay can still be read. */
export const databaseSecretNames: Readonly<Record<StoringComponent, string>> = {
  pipelines: `${product}-pipelines-database`,
  katib: `${product}-katib-database`,
};

/** What the programs are told. */
export interface ExternalDatabase {
  host: string;
  port: number;
  deployment: string;
  region: string;
  /** Version of the user's secret in Secrets Manager. */
  secretVersion?: string | undefined;
}

/** Where a database is, and the secret with its user: of one that is there or was made. */
export interface DatabaseLocation {
  host: string;
  port: number;
  secretArn: string;
}

/** What the programs are told of the database at a place, if there is one. */
export function externalDatabase(
  { eks_name: deployment, region }: Pick<BuildConfiguration, 'eks_name' | 'region'>,
  location: DatabaseLocation | undefined,
  secretVersion: string | undefined,
): ExternalDatabase | undefined {
  return location && { host: location.host, port: location.port, deployment, region, secretVersion };
}

/** Whether a component keeps something in a database. */
export const isStoring = (component: string): component is StoringComponent =>
  component === 'pipelines' || component === 'katib';

interface Variable {
  name: string;
  value?: string;
  valueFrom?: { secretKeyRef?: { name: string; key: string } };
}
interface Container {
  name: string;
  image?: string;
  args?: string[];
  env?: Variable[];
  volumeMounts?: object[];
  securityContext?: object;
}
interface Pods {
  metadata?: { annotations?: Record<string, string> };
  spec: { containers: Container[]; initContainers?: object[]; volumes?: object[] };
}

/** The distribution's databases: the Deployment, and what belongs to it alone. */
const inCluster: Readonly<Record<StoringComponent, { deployment: string; parts: readonly string[] }>> = {
  pipelines: {
    deployment: 'mysql',
    parts: [
      'Service mysql',
      'ServiceAccount mysql',
      'AuthorizationPolicy mysql',
      'DestinationRule ml-pipeline-mysql',
      'PersistentVolumeClaim mysql-pv-claim',
    ],
  },
  katib: {
    deployment: 'katib-mysql',
    parts: ['Service katib-mysql', 'PersistentVolumeClaim katib-mysql'],
  },
};

/**
 * The objects of a component on an external database.
 *
 * @throws UserError `InvalidConfiguration` where the distribution does not have what is to be changed
 */
export function withExternalDatabase(
  component: string,
  objects: readonly KubernetesObject[],
  database: ExternalDatabase | undefined,
): KubernetesObject[] {
  if (database === undefined || !isStoring(component)) return [...objects];
  const { deployment: own, parts } = inCluster[component];
  const left = new Set([`Deployment ${own}`, ...parts]);
  const former = find(objects, 'Deployment', own);
  const kept = objects.filter(
    ({ kind, metadata }) => !(metadata.namespace === namespace && left.has(`${kind} ${metadata.name}`)),
  );
  const pointed =
    component === 'pipelines' ? pipelinesOn(kept, database) : katibOn(kept, database, podsOf(former));
  return [
    ...pointed,
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: authoritiesName(component), namespace },
      data: { [authorities.file]: `${rdsCertificates(database.region).join('\n')}\n` },
    },
  ];
}

const authoritiesName = (component: StoringComponent): string =>
  `${product}-${component}-database-authorities`;

function pipelinesOn(objects: readonly KubernetesObject[], database: ExternalDatabase): KubernetesObject[] {
  const { host, port, deployment } = database;
  const names = databaseNames(deployment);
  const verified = JSON.stringify({ tls: 'true' });
  const settings = find(objects, 'ConfigMap', 'pipeline-install-config');
  const at = { dbHost: host, dbPort: String(port), mysqlHost: host, mysqlPort: String(port) };
  const databases = { pipelineDb: names.pipelines, mlmdDb: names.metadata, cacheDb: names.cache };
  return replaced(objects, [
    { ...settings, data: { ...(settings['data'] as object), ...at, ...databases } },
    withPods(find(objects, 'Deployment', 'ml-pipeline'), database, 'pipelines', (container) => {
      trustRds(container);
      setVariables(container, [{ name: 'DBCONFIG_MYSQLCONFIG_EXTRAPARAMS', value: verified }]);
    }),
    withPods(find(objects, 'Deployment', 'cache-server'), database, 'pipelines', (container) => {
      trustRds(container);
      container.args = [...(container.args ?? []), `--db_extra_params=${verified}`];
    }),
    withPods(
      find(objects, 'Deployment', 'metadata-grpc-deployment'),
      database,
      'pipelines',
      (container, pods) => {
        mountAuthorities(container);
        // Its arguments alone used them.
        delete container.env;
        container.args = [
          ...(container.args ?? []).filter((argument) => !argument.startsWith('--mysql_config_')),
          `--metadata_store_server_config_file=${metadataFile.folder}/${metadataFile.file}`,
        ];
        container.volumeMounts = [
          ...(container.volumeMounts ?? []),
          { name: 'metadata', mountPath: metadataFile.folder, readOnly: true },
        ];
        const items = [{ key: metadataFile.file, path: metadataFile.file }];
        pods.spec.volumes = [
          ...(pods.spec.volumes ?? []),
          { name: 'metadata', secret: { secretName: databaseSecretNames.pipelines, items } },
        ];
      },
    ),
  ]);
}

/**
 * MySQL takes a `#` as the beginning of a comment (reference manual, "Comments"), so that of `@katib=1#?timeout=5s` the session's
 * variable `@katib` alone is set. The driver unescapes values (go-sql-driver/mysql 1.5.0, `parseDSNParams`).
 */
const katibParameters = '?tls=true&timeout=5s&@katib=1%23';

function katibOn(
  objects: readonly KubernetesObject[],
  database: ExternalDatabase,
  former: Pods,
): KubernetesObject[] {
  const { katib } = databaseNames(database.deployment);
  const secret = databaseSecretNames.katib;
  const of = (name: string, key: string): Variable => ({
    name,
    valueFrom: { secretKeyRef: { name: secret, key } },
  });
  const where: Variable[] = [
    of('DB_USER', 'username'),
    { name: 'KATIB_MYSQL_DB_HOST', value: database.host },
    { name: 'KATIB_MYSQL_DB_PORT', value: String(database.port) },
  ];
  const [client] = former.spec.containers;
  return replaced(objects, [
    withPods(find(objects, 'Deployment', 'katib-db-manager'), database, 'katib', (container, pods) => {
      trustRds(container);
      setVariables(container, [
        ...where,
        of('DB_PASSWORD', 'password'),
        { name: 'KATIB_MYSQL_DB_DATABASE', value: `${katib}${katibParameters}` },
      ]);
      // Pipelines and MLMD make their databases; Katib does not. With the image of the database that is left out.
      const maker: Container & { command: string[] } = {
        name: 'database',
        ...(client?.image !== undefined && { image: client.image }),
        ...(client?.securityContext !== undefined && { securityContext: client.securityContext }),
        env: [...where, of('MYSQL_PWD', 'password')],
        command: [
          'mysql',
          '--host=$(KATIB_MYSQL_DB_HOST)',
          '--port=$(KATIB_MYSQL_DB_PORT)',
          '--user=$(DB_USER)',
          '--ssl-mode=VERIFY_IDENTITY',
          `--ssl-ca=${authoritiesPath}`,
          `--execute=CREATE DATABASE IF NOT EXISTS ${katib}`,
        ],
      };
      mountAuthorities(maker);
      pods.spec.initContainers = [...(pods.spec.initContainers ?? []), maker];
    }),
  ]);
}

/** A Deployment whose first container is changed; it reads the user from our Secret, and is told of a new one. */
function withPods(
  deployment: KubernetesObject,
  database: ExternalDatabase,
  component: StoringComponent,
  change: (container: Container, pods: Pods) => void,
): KubernetesObject {
  const copy = structuredClone(deployment);
  const pods = podsOf(copy);
  const [container] = pods.spec.containers;
  if (container === undefined) throw missing(describeObject(deployment));
  pods.spec.volumes = [
    ...(pods.spec.volumes ?? []),
    { name: 'rds-authorities', configMap: { name: authoritiesName(component) } },
  ];
  for (const { valueFrom } of container.env ?? [])
    if (valueFrom?.secretKeyRef?.name === 'mysql-secret')
      valueFrom.secretKeyRef.name = databaseSecretNames.pipelines;
  pods.metadata = {
    ...pods.metadata,
    annotations: { ...pods.metadata?.annotations, ...databaseAnnotations(database) },
  };
  change(container, pods);
  return copy;
}

function mountAuthorities(container: Container): void {
  container.volumeMounts = [
    ...(container.volumeMounts ?? []),
    { name: 'rds-authorities', mountPath: authorities.folder, readOnly: true },
  ];
}

/**
 * Go's programs trust what is in the image and what is in the folders of SSL_CERT_DIR (crypto/x509, root_unix.go), so that those of
 * RDS come beside the others.
 */
function trustRds(container: Container): void {
  mountAuthorities(container);
  setVariables(container, [{ name: 'SSL_CERT_DIR', value: `/etc/ssl/certs:${authorities.folder}` }]);
}

/** Sets variables of a container; one that it has is exchanged. */
function setVariables(container: Container, variables: readonly Variable[]): void {
  const names = new Set(variables.map(({ name }) => name));
  container.env = [...(container.env ?? []).filter(({ name }) => !names.has(name)), ...variables];
}

const podsOf = (deployment: KubernetesObject): Pods => (deployment['spec'] as { template: Pods }).template;

function find(objects: readonly KubernetesObject[], kind: string, name: string): KubernetesObject {
  const found = objects.find((object) => object.kind === kind && object.metadata.name === name);
  if (found === undefined) throw missing(`${kind} ${name}`);
  return found;
}

function replaced(
  objects: readonly KubernetesObject[],
  others: readonly KubernetesObject[],
): KubernetesObject[] {
  const byName = new Map(others.map((object) => [describeObject(object), object]));
  return objects.map((object) => byName.get(describeObject(object)) ?? object);
}

function missing(what: string): UserError {
  return new UserError(
    'InvalidConfiguration',
    `the source of Kubeflow does not have the ${what}, which is to use \`database\`. Use a distribution that is laid out like ` +
      'the pinned one (kubeflow.source), or leave `database` out.',
  );
}

/** What the Secret of a component has. */
export function databaseSecretData(
  component: StoringComponent,
  user: DatabaseUser,
  database: ExternalDatabase,
): Record<string, string> {
  return component === 'katib'
    ? { ...user }
    : { ...user, [metadataFile.file]: metadataConfiguration(user, database) };
}

/** MLMD's configuration in protobuf's text format, as its arguments in the distribution have it, and with TLS. */
function metadataConfiguration(user: DatabaseUser, { host, port, deployment }: ExternalDatabase): string {
  // Quotes and backslashes are escaped in both formats alike (Protobuf, "Text Format Language Specification"); the rest is ASCII.
  const text = (value: string): string => JSON.stringify(value);
  return `connection_config {
  mysql {
    host: ${text(host)}
    port: ${port.toString()}
    database: ${text(databaseNames(deployment).metadata)}
    user: ${text(user.username)}
    password: ${text(user.password)}
    ssl_options {
      ca: ${text(authoritiesPath)}
      verify_server_cert: true
    }
  }
}
migration_options {
  enable_upgrade_migration: true
}
`;
}
