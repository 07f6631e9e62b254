import { isDeepStrictEqual } from 'node:util';
import type { AccessRules } from '../core/access/rules';
import { managedByLabel } from '../core/naming';
import type { KubernetesClient } from '../adapters/kubernetes/client';
import { isApiError } from '../adapters/kubernetes/api-error';
import { resources, type ResourceType } from '../adapters/kubernetes/resources';
import type { AnyObject, SpecObject } from '../adapters/kubernetes/types';
import { writesAtATime } from './access-writer';
import type { TenantAdmission } from './admission';
import { bounded } from './bounded';
import { failureOf, type Change, type Failure } from './write-failures';

/** Credentials of a registry, as Secrets Manager has them. */
export interface ImagePull {
  /** Of the secret: another one is another value. */
  readonly version: string;
  /** A `.dockerconfigjson`. Never to be logged or returned. */
  readonly value: string;
}

/** What came of it. */
export interface NamespaceObjectsReport {
  /** Objects that were written or deleted. */
  readonly written: number;
  readonly failures: readonly Failure[];
}

/** What is read of an object of ours: whether it is ours, and what it says. */
interface Found {
  readonly ours: boolean;
  readonly version: string | undefined;
  readonly spec: unknown;
}

/** What the namespaces of tenants get beside grants, and where they stand. */
interface Wanted {
  readonly cluster: { client: KubernetesClient; admission: TenantAdmission };
  readonly namespaces: readonly string[];
}

type Job = () => Promise<unknown>;

const pullSecretName = 'kubeflow-eks-image-pull';
const versionAnnotation = 'kubeflow-eks/secret-version';
const labels = { [managedByLabel.key]: managedByLabel.value };

/** Objects for each list request. */
const pageSize = 2_000;

/** Whose pods pull with the Secret: notebooks and steps of pipelines, and what names no account (KServe, Katib). */
const pullingAccounts = ['default-editor', 'default'] as const;

/**
 * A token for Pipelines in pods with the label, which the form for notebooks sets when its box is ticked (Kubeflow
 * documentation, "Connect the SDK to the API", and kubeflow/notebooks 1.11, which takes the first label of the selector).
 */
export const pipelinesTokenSpec = {
  desc: 'Allow access to Kubeflow Pipelines',
  selector: { matchLabels: { 'access-ml-pipeline': 'true' } },
  env: [{ name: 'KF_PIPELINES_SA_TOKEN_PATH', value: '/var/run/secrets/kubeflow/pipelines/token' }],
  volumes: [
    {
      name: 'volume-kf-pipeline-token',
      projected: {
        sources: [
          {
            serviceAccountToken: {
              path: 'token',
              expirationSeconds: 3600,
              audience: 'pipelines.kubeflow.org',
            },
          },
        ],
      },
    },
  ],
  volumeMounts: [
    { name: 'volume-kf-pipeline-token', mountPath: '/var/run/secrets/kubeflow/pipelines', readOnly: true },
  ],
} as const;

/**
 * Gives the namespaces of all Profiles what the rules say beside access, and takes away what they no longer say: a PodDefault with
 * a token for Pipelines, and a Secret to pull images with, which service accounts name. Two reads where nothing is asked for or
 * left over, each of one name; what carries another's mark is left alone.
 *
 * @param pull what the Secret is to hold; nothing for none, and where it cannot be read the Secrets stay as they are
 */
export async function giveNamespaceObjects(
  wanted: Wanted,
  rules: Pick<AccessRules, 'pipelines_token'>,
  pull: ImagePull | 'unreadable' | undefined,
): Promise<NamespaceObjectsReport> {
  const failures: Failure[] = [];
  let written = 0;
  const attempt = (namespace: string, action: Change['action'], write: Job): Job => {
    return async () => {
      try {
        await wanted.cluster.admission.within(wanted.cluster.client, namespace, write);
        written += 1;
      } catch (error) {
        failures.push(failureOf({ action, part: 'namespace', namespace, role: undefined }, error));
      }
    };
  };
  const asked = rules.pipelines_token || pull !== undefined;
  try {
    const jobs = [
      ...(await tokenJobs(wanted, rules.pipelines_token, attempt)),
      ...(pull === 'unreadable' ? [] : await pullJobs(wanted, pull, attempt)),
    ];
    await bounded(writesAtATime, jobs);
  } catch (error) {
    // An installation of before lets nobody read these, and has none of them.
    if (asked || !isApiError(error, 403)) failures.push(failed(error));
  }
  return { written, failures };
}

/** Of no namespace in particular. */
const failed = (error: unknown): Failure =>
  failureOf({ action: 'repair', part: 'namespace', namespace: '', role: undefined }, error);

type Attempt = (namespace: string, action: Change['action'], write: Job) => Job;

async function tokenJobs(
  { cluster: { client }, namespaces }: Wanted,
  wanted: boolean,
  attempt: Attempt,
): Promise<Job[]> {
  const type = resources.podDefaults;
  const address = (namespace: string) => ({ namespace, name: 'access-ml-pipeline' });
  const found = await readNamed(client, type, 'access-ml-pipeline', false);
  return namespaces.flatMap((namespace) => {
    const present = found.get(namespace);
    if (present?.ours === false) return [];
    if (!wanted)
      return present === undefined
        ? []
        : [attempt(namespace, 'remove', () => client.delete(type, address(namespace)))];
    if (isDeepStrictEqual(present?.spec, pipelinesTokenSpec)) return [];
    const object = {
      ...{ apiVersion: type.apiVersion, kind: type.kind },
      metadata: { ...address(namespace), labels },
      spec: pipelinesTokenSpec,
    };
    const write = () => client.apply(type, object, { force: true });
    return [attempt(namespace, present === undefined ? 'create' : 'repair', write)];
  });
}

async function pullJobs(wanted: Wanted, pull: ImagePull | undefined, attempt: Attempt): Promise<Job[]> {
  const { cluster, namespaces } = wanted;
  const { client } = cluster;
  const type = resources.secrets;
  const found = await readNamed(client, type, pullSecretName, true);
  const address = (namespace: string) => ({ namespace, name: pullSecretName });
  if (pull === undefined && found.size === 0) return [];
  const secrets = namespaces.flatMap((namespace) => {
    const present = found.get(namespace);
    if (present?.ours === false || present?.version === pull?.version) return [];
    if (pull === undefined)
      return [attempt(namespace, 'remove', () => client.delete(type, address(namespace)))];
    const object = {
      ...{ apiVersion: type.apiVersion, kind: type.kind },
      metadata: { ...address(namespace), labels, annotations: { [versionAnnotation]: pull.version } },
      type: 'kubernetes.io/dockerconfigjson',
      data: { '.dockerconfigjson': Buffer.from(pull.value).toString('base64') },
    };
    const write = () => client.apply(type, object, { force: true });
    return [attempt(namespace, present === undefined ? 'create' : 'repair', write)];
  });
  // The accounts first: a Secret that is named and not there hinders no pod, and after the Secret nothing would lead here.
  return [...(await accountJobs(wanted, pull !== undefined, attempt)), ...secrets];
}

interface ServiceAccount extends AnyObject {
  readonly imagePullSecrets?: readonly { readonly name?: string }[];
}

/** What is read of an account. */
interface AccountState {
  readonly resourceVersion: string | undefined;
  readonly imagePullSecrets: readonly { readonly name?: string }[];
}

async function accountJobs(
  { cluster: { client }, namespaces }: Wanted,
  wanted: boolean,
  attempt: Attempt,
): Promise<Job[]> {
  const type = resources.serviceAccounts;
  const jobs: Job[] = [];
  for (const name of pullingAccounts) {
    const { items } = await client.reduceList<ServiceAccount, readonly [string, AccountState]>(
      type,
      { fieldSelector: `metadata.name=${name}`, pageSize },
      ({ metadata, imagePullSecrets = [] }) => [
        metadata?.namespace ?? '',
        { resourceVersion: metadata?.resourceVersion, imagePullSecrets },
      ],
    );
    const accounts = new Map(items);
    for (const namespace of namespaces) {
      // An account that is not there yet is met by the next re-sync.
      const account = accounts.get(namespace);
      if (account === undefined) continue;
      const { resourceVersion, imagePullSecrets } = account;
      const others = imagePullSecrets.filter((secret) => secret.name !== pullSecretName);
      if (others.length < imagePullSecrets.length === wanted) continue;
      // The list is one value to a server-side apply, which would take others' entries (core/v1, listType=atomic): so it is
      // written as it was read, and only if nobody has changed it meanwhile.
      const change = {
        metadata: { resourceVersion },
        imagePullSecrets: wanted ? [...others, { name: pullSecretName }] : others,
      };
      const write = () => client.merge(type, { namespace, name }, change);
      jobs.push(attempt(namespace, wanted ? 'create' : 'remove', write));
    }
  }
  return jobs;
}

/** The objects of a name in all namespaces: one request, which a right to that one name allows. */
async function readNamed(
  client: KubernetesClient,
  type: ResourceType<SpecObject> | ResourceType,
  name: string,
  metadataOnly: boolean,
): Promise<ReadonlyMap<string, Found>> {
  try {
    const { items } = await client.reduceList<AnyObject & { readonly spec?: unknown }, [string, Found]>(
      type,
      { fieldSelector: `metadata.name=${name}`, pageSize, metadataOnly },
      ({ metadata, spec }) => [
        metadata?.namespace ?? '',
        {
          ours: metadata?.labels?.[managedByLabel.key] === managedByLabel.value,
          version: metadata?.annotations?.[versionAnnotation],
          spec,
        },
      ],
    );
    return new Map(items);
  } catch (error) {
    // A cluster without the kind has none.
    if (isApiError(error, 404)) return new Map();
    throw error;
  }
}
