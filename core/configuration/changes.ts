import { isDeepStrictEqual } from 'node:util';
import { artifactStoreOf, type ArtifactStore } from '../artifact-store';
import { sharedStorageOf } from '../shared-storage';
import { minorOf } from '../kubernetes-version';
import type { configurationShape, kubeflowComponents } from './schema';
import type { DirectoryKind } from '../saml/directory-kinds';

/**
 * What changing a key does to a deployment that is there.
 *
 * - `in place`: what runs goes on.
 * - `replaces`: something is re-created; `what` says which, and what is interrupted meanwhile.
 * - `refused`: by the preflight checks, and so by a plan, before anything is changed.
 * - `another deployment`: the key is part of what a deployment is; the former stays as it is.
 */
export interface Change {
  readonly effect: 'in place' | 'replaces' | 'refused' | 'another deployment';
  /** What happens, or why it cannot be. */
  readonly what: string;
  /** Keys below this one that differ from it. */
  readonly parts?: Readonly<Record<string, Change>>;
}

const inPlace = (what: string): Change => ({ effect: 'in place', what });
const replaces = (what: string): Change => ({ effect: 'replaces', what });
const refused = (what: string): Change => ({ effect: 'refused', what });
const another = (what: string): Change => ({ effect: 'another deployment', what });

const newNodes =
  'A new node group beside the old one, which is then drained and removed: pods move, notebooks start again.';
const newCertificate =
  "A new certificate, which the load balancer and Cognito's domain then take; the former goes with a destroy.";

/** Every key of a configuration; `docs/changes.md` shows it. */
export const changes: Readonly<Record<keyof typeof configurationShape, Change>> = {
  region: another('The stack of the other region makes a deployment there.'),
  account_id: another("The other account's stack makes a deployment there."),
  eks_name: another('A cluster, a user pool and a login of that name are made.'),
  vpc_id: refused('EKS cannot move a cluster to another VPC.'),
  subnets: refused('Nodes and control plane keep the subnets with which they were made.'),
  kms_key_arn: refused(
    "EKS cannot exchange the key of a cluster's secrets. A cluster without one gets the configured key.",
  ),
  iam_role_prefix: refused("EKS cannot exchange a cluster's service role, whose name begins with it."),
  iam_policy_prefix: refused(
    'The load balancer controller has the policy whose name begins with it, and eksctl does not exchange it.',
  ),
  cpu_worker_type: replaces(newNodes),
  route53_domain: inPlace(`${newCertificate} In another hosted zone: see hosted_zone_id.`),
  hosted_zone_id: refused('The records are in the former zone, and destroy looks for them in one zone.'),
  cert_alt_names: inPlace(newCertificate),
  auth_base_domain: inPlace(
    'The new parent gets a record; that of the former stays until a destroy. With another cognito_domain: see there.',
  ),
  cognito_domain: refused('A user pool has one custom domain, and without it nobody can log in.'),
  kubeflow_domain: inPlace(
    'Both addresses may be returned to after a login until the new one is verified. Sessions begin again; the record of the former stays until a destroy.',
  ),
  associate_public_ip_address: replaces(newNodes),
  nodegroup_min_size: inPlace('The node group is scaled.'),
  nodegroup_max_size: inPlace('The node group is scaled.'),
  nodegroup_desired_size: inPlace('The node group is scaled; removed nodes are drained.'),
  ssh_key_name: replaces(newNodes),
  adfs_url: inPlace("The identity provider's metadata is exchanged; sessions last until they end."),
  identity_provider: {
    ...inPlace(
      "The identity provider's metadata is exchanged; sessions last until they end. Other claims hold from each person's next login on.",
    ),
    parts: {
      kind: refused(
        'The pool would keep the users of the former directory beside those of the new one, with the same e-mails, and each person would have only what both are granted.',
      ),
    },
  },
  lambda_concurrency_enabled: inPlace('Instances of the profile manager are kept warm, or no longer.'),
  lambda_profile_concurrency: inPlace('Another number of instances is kept warm.'),
  tags: inPlace(
    'On certificates, pool, secret and topic at once, where one that is no longer configured goes, unless somebody gave it another value; on load balancers by their controller; on nodes with their next group; on the roles and what eksctl has made, not.',
  ),
  env: inPlace('As a tag: see tags.'),
  saml_metadata: inPlace("The identity provider's metadata is exchanged; sessions last until they end."),
  kubernetes_version: {
    ...inPlace('One minor version after the other: control plane, add-ons, nodes, whose pods move.'),
    parts: { 'an earlier one': refused('EKS cannot go back.') },
  },
  endpoint_access: inPlace("EKS changes the endpoint's access, which takes minutes."),
  permissions_boundary_arn: replaces(
    `${newNodes} Their roles and those made later have the new boundary; the other roles of a cluster keep the former.`,
  ),
  admin_role_arns: inPlace('Access entries are made and taken away.'),
  notification_email: inPlace('The former address is told no more; the new one must confirm.'),
  image_registry: inPlace('Workloads are rolled over to the images of the registry.'),
  gpu_node_group: {
    ...inPlace('The group is made, scaled, or drained and removed.'),
    parts: { worker_type: replaces(newNodes) },
  },
  autoscaling: inPlace(
    'Karpenter with its queue and its node pools is installed, changed or taken away. Without a pool its nodes are drained and end; with other families, zones or images they are replaced, one in ten at a time.',
  ),
  shared_volumes: {
    ...inPlace(
      'The storage class is made for the file system, or taken away; volumes that are there stay on theirs. Without it the driver stays too, since they are mounted through it, in the version that it has; and so does a file system that was made, until a destroy.',
    ),
    parts: {
      kms_key_arn: refused(
        'EFS decides how a file system is encrypted when it makes one. Bring one with the other key (file_system_id), and copy what is to move.',
      ),
      throughput_mode: inPlace(
        'EFS takes another mode, or less throughput, once in 24 hours; volumes stay mounted.',
      ),
    },
  },
  database: {
    ...inPlace(
      'Pods of Pipelines and Katib are rolled over to the other host, port or user. Nothing is copied: what they are to find there must be there.',
    ),
    parts: {
      create: inPlace(
        'RDS changes the instance at once: another class, version or multi_az restarts it, which takes minutes, and storage grows while it runs.',
      ),
      'create.storage_gib, less': refused(
        'RDS takes no storage back. Copy the data into another database for that.',
      ),
      'create.engine_version, an earlier one': refused('RDS cannot go back to an earlier version.'),
      'made in place of existing, or the other way': refused(
        'Runs and experiments are in the database before, and would be left behind. Copy them as docs/operate/databases.md says, then set `database.data_moved` to true. Neither is deleted; the one that was made goes with the deployment.',
      ),
      'added to a deployment': refused(
        'Runs and experiments are in the volumes of the databases in the cluster, and would be left behind. Copy them as docs/operate/databases.md says, then set `database.data_moved` to true. The volumes stay.',
      ),
      'taken away': refused(
        'Databases in the cluster would begin empty, or with what they held before. Keep the setting; another deployment without it can take a copy over.',
      ),
    },
  },
  backup: inPlace(
    'The vault and the plan are made, the plan is changed, or taken away; backups that are there stay until they expire, with the vault and the role.',
  ),
  observability: {
    ...inPlace('Alarms are made, changed or taken away.'),
    parts: {
      container_insights: inPlace(
        "EKS' add-on for CloudWatch is made, changed or taken away; its log groups stay, and what is in them as long as it was to be kept.",
      ),
    },
  },
  artifacts: refused(
    'What runs have written stays where it is, and Pipelines finds it by addresses that its database keeps: nothing would move, and earlier runs would lose their artifacts. See "Artifacts in S3" in the runbook.',
  ),
  kubeflow: {
    ...inPlace('Components are installed, changed or removed; a removed one leaves namespaces and volumes.'),
    parts: {
      installer: refused('What one installer has made, the other neither knows nor takes away.'),
      ingress_scheme: refused(
        'The load balancer would be re-created in other subnets, and nobody could log in meanwhile.',
      ),
      model_registry: inPlace(
        "A namespace's registry is installed or removed; of a removed one the volume and the database's password stay, and are found again.",
      ),
      ingress_waf_acl_arn: inPlace(
        'The load balancer is associated with it, with another one, or no longer. The controller keeps the right to take an association away.',
      ),
      ingress_access_logs: inPlace(
        'The load balancer writes there from then on, or nowhere; what is written stays.',
      ),
    },
  },
  access: {
    ...inPlace('For logins after at most a minute, for everybody else after the next resync.'),
    parts: {
      pipelines_token: inPlace('By the next resync, for notebooks that start from then on.'),
      image_pull_secret_arn: inPlace(
        'The Secrets are made, exchanged or taken away by the next resync; another value of the same secret, too.',
      ),
      namespaces: inPlace(
        'Quotas by the next resync, roles by the provisioning; pods that run keep the role with which they began.',
      ),
    },
  },
};

/** What is known of a deployment: its configuration and what the preflight checks found by it. */
export interface Known {
  readonly configuration: Readonly<Record<string, unknown>>;
  readonly vpcId?: string | undefined;
  readonly subnetIds?: readonly string[] | undefined;
  readonly hostedZoneId?: string | undefined;
}

/** A change that is refused: the key, what it was, what it would be, and why not. */
export interface RefusedChange {
  readonly path: string;
  readonly was: string;
  readonly asked: string;
  readonly why: string;
}

/**
 * The changes between two states of a deployment that {@link changes} refuses, as far as both are known.
 *
 * @param asked subnets only where they are configured: those that are found by themselves may become more
 */
export function refusedChanges(was: Known, asked: Known): RefusedChange[] {
  const pairs: [path: string, why: string, was: unknown, asked: unknown][] = [
    ...(['kms_key_arn', 'iam_role_prefix', 'iam_policy_prefix', 'cognito_domain'] as const).map(
      (key): [string, string, unknown, unknown] => [
        key,
        changes[key].what,
        was.configuration[key],
        asked.configuration[key],
      ],
    ),
    ['vpc_id', changes.vpc_id.what, was.vpcId, asked.vpcId],
    ['hosted_zone_id', changes.hosted_zone_id.what, was.hostedZoneId, asked.hostedZoneId],
    ['subnets', changes.subnets.what, listed(was.subnetIds), listed(asked.subnetIds)],
    [
      'identity_provider.kind',
      changes.identity_provider.parts?.['kind']?.what ?? '',
      kindOf(was.configuration),
      kindOf(asked.configuration),
    ],
    ...Object.entries(changes.kubeflow.parts ?? {})
      .filter(([, { effect }]) => effect === 'refused')
      .map(([part, { what }]): [string, string, unknown, unknown] => [
        `kubeflow.${part}`,
        what,
        partOf(was.configuration['kubeflow'], part),
        partOf(asked.configuration['kubeflow'], part),
      ]),
  ];
  const different = pairs
    .filter(([, , before, after]) => before !== undefined && after !== undefined && before !== after)
    .map(([path, why, before, after]) => ({ path, why, was: String(before), asked: String(after) }));
  return [
    ...different,
    ...downgrade(was.configuration, asked.configuration),
    ...databaseMoves(was.configuration, asked.configuration),
    ...otherStore(was.configuration, asked.configuration),
    ...otherFileKey(was.configuration, asked.configuration),
  ];
}

/**
 * Between databases in the cluster and in RDS nothing goes by itself. Of a cluster or a pool alone nothing is known of it: only
 * a whole configuration, which has `kubeflow`, says by its silence that the databases are in the cluster.
 */
function databaseMoves(was: Known['configuration'], asked: Known['configuration']): RefusedChange[] {
  const [before, after] = [was['database'], asked['database']];
  if (was['kubeflow'] === undefined || (before === undefined && after === undefined)) return [];
  const { parts } = changes.database;
  const created = (database: unknown): unknown => partOf(database, 'create');
  const place = (database: unknown): string => {
    if (database === undefined) return 'in the cluster';
    return created(database) === undefined ? String(partOf(database, 'host')) : 'one that is made';
  };
  const refusal = (part: string): RefusedChange[] => [
    { path: 'database', was: place(before), asked: place(after), why: parts?.[part]?.what ?? '' },
  ];
  if (after === undefined) return refusal('taken away');
  const isMoved = partOf(after, 'data_moved') === true;
  if (before === undefined) return isMoved ? [] : refusal('added to a deployment');
  if ((created(before) === undefined) !== (created(after) === undefined))
    return isMoved ? [] : refusal('made in place of existing, or the other way');
  return madeDatabaseChanges(created(before), created(after));
}

/** What RDS cannot do to an instance that is there. */
function madeDatabaseChanges(before: unknown, after: unknown): RefusedChange[] {
  const refusal = (key: string, part: string): RefusedChange[] => [
    {
      path: `database.create.${key}`,
      was: String(partOf(before, key)),
      asked: String(partOf(after, key)),
      why: changes.database.parts?.[part]?.what ?? '',
    },
  ];
  const [storage, version] = ['storage_gib', 'engine_version'].map((key) => [
    partOf(before, key),
    partOf(after, key),
  ]);
  const isLess = typeof storage?.[0] === 'number' && Number(storage[1]) < storage[0];
  const isEarlier =
    version?.every((text) => typeof text === 'string' && text.split('.').length === 3) === true &&
    patchOf(version[1]) < patchOf(version[0]);
  return [
    ...(isLess ? refusal('storage_gib', 'create.storage_gib, less') : []),
    ...(isEarlier ? refusal('engine_version', 'create.engine_version, an earlier one') : []),
  ];
}

const patchOf = (version: unknown): number => Number(String(version).split('.')[2]);

/**
 * Artifacts that would be kept elsewhere. That a configuration does not have the key says that they are in the cluster, so
 * it counts as well; but only of one that is known as a whole, by its `eks_name`.
 */
function otherStore(was: Known['configuration'], asked: Known['configuration']): RefusedChange[] {
  if (was['eks_name'] === undefined || asked['eks_name'] === undefined) return [];
  // Pipelines that are installed only now, or were never, have written nothing.
  if (![was, asked].every(({ kubeflow }) => hasPipelines(kubeflow))) return [];
  const [before, after] = [was, asked].map((known) =>
    known['artifacts'] === undefined
      ? undefined
      : artifactStoreOf(known as unknown as Parameters<typeof artifactStoreOf>[0]),
  );
  if (isDeepStrictEqual(before, after)) return [];
  return [
    {
      path: 'artifacts',
      why: changes.artifacts.what,
      was: describeStore(before),
      asked: describeStore(after),
    },
  ];
}

/** The key of a file system that was made and shall stay. */
function otherFileKey(was: Known['configuration'], asked: Known['configuration']): RefusedChange[] {
  const [before, after] = [was, asked].map((known) =>
    known['eks_name'] === undefined
      ? undefined
      : sharedStorageOf(known as unknown as Parameters<typeof sharedStorageOf>[0]),
  );
  if (before === undefined || after === undefined || before.keyArn === after.keyArn) return [];
  const why = changes.shared_volumes.parts?.['kms_key_arn']?.what ?? '';
  return [{ path: 'shared_volumes.kms_key_arn', was: before.keyArn, asked: after.keyArn, why }];
}

function hasPipelines(kubeflow: unknown): boolean {
  const components = partOf(kubeflow, 'components');
  return (
    !Array.isArray(components) ||
    components.includes('pipelines' satisfies (typeof kubeflowComponents)[number])
  );
}

function describeStore(store: ArtifactStore | undefined): string {
  if (store === undefined) return 'a volume of the cluster';
  const key = store.keyArn === undefined ? '' : ` with the key ${store.keyArn}`;
  return `s3://${store.bucket}/${store.prefix}${key}`;
}

function downgrade(was: Known['configuration'], asked: Known['configuration']): RefusedChange[] {
  const [before, after] = [was['kubernetes_version'], asked['kubernetes_version']];
  if (typeof before !== 'string' || typeof after !== 'string' || minorOf(after) >= minorOf(before)) return [];
  const why = changes.kubernetes_version.parts?.['an earlier one']?.what ?? '';
  return [{ path: 'kubernetes_version', was: before, asked: after, why }];
}

function listed(ids: readonly string[] | undefined): string | undefined {
  return ids === undefined ? undefined : [...new Set(ids)].sort().join(', ');
}

/** Rows of older releases have `adfs_url` alone. */
function kindOf(configuration: Known['configuration']): unknown {
  const kind = partOf(configuration['identity_provider'], 'kind');
  return kind ?? (configuration['adfs_url'] === undefined ? undefined : ('adfs' satisfies DirectoryKind));
}

function partOf(value: unknown, part: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[part] : undefined;
}
