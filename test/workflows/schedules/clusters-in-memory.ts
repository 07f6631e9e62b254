import { Http2Transport } from '../../../adapters/kubernetes/http2-transport';
import type { TransportRequest, TransportResponse } from '../../../adapters/kubernetes/transport';
import { defaultRules } from '../../../core/access/default-rules';
import { roles } from '../../../core/access/roles';
import { managedByLabel } from '../../../core/naming';
import { admissionName } from '../../../isolation/admission';
import { userLabel } from '../../../isolation/contributor';
import { KubernetesInMemory, refuse } from './kubernetes-in-memory';
import type { StoredObject } from './objects-in-memory';
import type { Held } from './people';

/** A cluster of a deployment. */
export interface Cluster {
  readonly deployment: string;
  readonly endpoint: string;
  readonly api: KubernetesInMemory;
  /** Who reads and writes access in it: how many do, and how many ever began to. */
  readonly writers: { now: number; ever: number };
}

/** What the world around clusters says. */
export interface Around {
  readonly now: () => number;
  readonly random: () => number;
  readonly pass: (ms: number) => Promise<void>;
  /** Whether a part of the deployment is there: what decides who is let into its cluster. */
  readonly has: (deployment: string, thing: string) => boolean;
  /** Before each request, with the cluster that it goes to: time passes, a process ends, or something is wrong with it. */
  readonly before: (cluster: Cluster) => Promise<'answers' | 'fails' | 'loses the answer'>;
}

const bindings = '/apis/rbac.authorization.k8s.io/v1/rolebindings';
const policies = '/apis/security.istio.io/v1/authorizationpolicies';

/** How old a list from the API server's cache may be, in milliseconds. */
const longestStaleness = 200;
/** How long the profile controller takes to make a namespace, in milliseconds. */
const longestReconcile = 4_000;

/**
 * The clusters of all deployments, each with an endpoint of its own whenever it is made. A cluster answers who has an access
 * entry, as EKS does, and lets write only in namespaces that were entered, as the installation's
 * RBAC does (builds/kubeflow/rbac). The profile controller makes the namespaces of Profiles.
 */
export class ClustersInMemory {
  private readonly clusters = new Map<string, Cluster>();
  private made = 0;

  constructor(private readonly around: Around) {}

  of(deployment: string): Cluster | undefined {
    return this.clusters.get(deployment);
  }

  make(deployment: string): void {
    if (this.clusters.has(deployment)) return;
    const { now, random } = this.around;
    const api = new KubernetesInMemory(now, () => random() * longestStaleness);
    const endpoint = `https://${++this.made}.${deployment}.eks`;
    this.clusters.set(deployment, { deployment, endpoint, api, writers: { now: 0, ever: 0 } });
    api.objects.watch('/apis/kubeflow.org/v1/profiles', 0, (type, profile) => {
      if (type === 'ADDED') void this.reconcile(api, profile);
    });
  }

  delete(deployment: string): void {
    this.clusters.delete(deployment);
  }

  /** Answers requests for the cluster at an endpoint. @throws Error where there is none, or it does not answer */
  async request(endpoint: string, request: TransportRequest): Promise<TransportResponse> {
    const isThere = (one: Cluster): boolean => one.endpoint === endpoint && this.of(one.deployment) === one;
    const cluster = [...this.clusters.values()].find(isThere);
    if (cluster === undefined) {
      await this.around.pass(this.around.random() * 100);
      throw new Error('getaddrinfo ENOTFOUND');
    }
    const does = await this.around.before(cluster);
    request.signal.throwIfAborted();
    if (!isThere(cluster)) throw new Error('ECONNRESET');
    if (does === 'fails') return refuse(500, 'InternalError', 'etcd has no leader');
    const answer = this.refusal(cluster, request) ?? (await cluster.api.serve(request));
    if (does === 'loses the answer') throw new Error('ECONNRESET');
    await this.around.pass(this.around.random() * 50);
    return answer;
  }

  private refusal({ deployment, api }: Cluster, request: TransportRequest): TransportResponse | undefined {
    if (!this.around.has(deployment, 'grant-cluster-access'))
      return refuse(401, 'Unauthorized', 'Unauthorized');
    const forbidden = refuse(403, 'Forbidden', 'forbidden');
    if (!this.around.has(deployment, 'kubeflow')) return forbidden;
    const [, namespace, name] = /\/namespaces\/([^/?]+)\/\w+(?:\/([^/?]+))?/.exec(request.path) ?? [];
    if (request.method === 'GET' || namespace === undefined) return undefined;
    const isEntry = name === admissionName;
    return isEntry || api.objects.get([bindings, namespace, admissionName].join('\n')) !== undefined
      ? undefined
      : forbidden;
  }

  private async reconcile(
    api: KubernetesInMemory,
    { metadata: { name }, ...profile }: StoredObject,
  ): Promise<void> {
    await this.around.pass(this.around.random() * longestReconcile);
    const { spec } = profile as { spec?: { owner?: { name?: string } } };
    const object: StoredObject = {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: {
        name,
        annotations: { owner: spec?.owner?.name ?? defaultRules.profile_owner },
        labels: { 'app.kubernetes.io/part-of': 'kubeflow-profile' },
      },
    };
    api.objects.create(['/api/v1/namespaces', name].join('\n'), object, 'profile-controller/Update');
  }
}

/** Sends what the product's transport sends to clusters in memory. @returns ends it */
export function inPlaceOfTheNetwork(clusters: () => ClustersInMemory): () => void {
  const real = Object.getOwnPropertyDescriptors(Http2Transport.prototype);
  Object.assign(Http2Transport.prototype, {
    request(this: { options: { endpoint: string } }, sent: TransportRequest) {
      return clusters().request(this.options.endpoint, sent);
    },
    close: () => undefined,
  });
  return () => {
    Object.defineProperties(Http2Transport.prototype, { request: real.request, close: real.close });
  };
}

/** A RoleBinding or a policy that gives somebody something. */
interface Grant {
  readonly metadata: StoredObject['metadata'];
  readonly roleRef?: { readonly name: string };
  readonly subjects?: readonly { readonly name: string }[];
  readonly spec?: {
    readonly rules?: readonly { readonly when?: readonly { readonly values?: readonly string[] }[] }[];
  };
}

const isOfTheDashboard = ({ labels = {} }: StoredObject['metadata']): boolean =>
  !(managedByLabel.key in labels) && !(userLabel in labels);

/** What there is of both halves of grants, but for what the dashboard made; `keyed`: only what bears a user's mark. */
export function heldIn({ api }: Cluster, keyed = false): { bindings: Held[]; policies: Held[] } {
  const all = (collection: string): Grant[] =>
    (api.objects.list(collection) as Grant[]).filter(
      ({ metadata }) =>
        metadata.name !== admissionName &&
        !isOfTheDashboard(metadata) &&
        (!keyed || userLabel in (metadata.labels ?? {})),
    );
  const held = ({ metadata }: Grant, role: string | undefined, emails: readonly string[]): Held[] =>
    emails.map((email) => ({
      email: email.toLowerCase(),
      namespace: metadata.namespace ?? '',
      role: roles.find((one) => role?.endsWith(one)) ?? 'view',
    }));
  return {
    bindings: all(bindings).flatMap((one) =>
      held(
        one,
        one.roleRef?.name,
        (one.subjects ?? []).map(({ name }) => name),
      ),
    ),
    policies: all(policies).flatMap((one) =>
      held(
        one,
        one.metadata.annotations?.['role'],
        one.spec?.rules?.flatMap(({ when = [] }) => when.flatMap(({ values = [] }) => values)) ?? [],
      ),
    ),
  };
}

export type Meddling = 'delete' | 'edit' | 'disown' | 'invite';

/** What somebody does to the objects of a cluster by hand, or with the dashboard. */
export function meddle({ api: { objects } }: Cluster, which: number, how: Meddling): void {
  const all = [...objects.list(bindings), ...objects.list(policies)].filter(
    ({ metadata }) => userLabel in (metadata.labels ?? {}),
  );
  const object = all[which % Math.max(1, all.length)];
  if (object === undefined) return;
  const { name, namespace = '', labels = {} } = object.metadata;
  const key = [object.kind === 'RoleBinding' ? bindings : policies, namespace, name].join('\n');
  const by = 'somebody/Update';
  if (how === 'delete') objects.delete(key);
  else if (how === 'edit') {
    const mallory = 'mallory@example.com';
    const edited =
      object.kind === 'RoleBinding'
        ? { subjects: [{ kind: 'User', name: mallory }] }
        : { spec: { rules: [{ when: [{ key: 'request.headers[kubeflow-userid]', values: [mallory] }] }] } };
    objects.update(key, object, { ...object, ...edited }, by);
  } else if (how === 'disown') {
    const { [userLabel]: _, ...others } = labels;
    objects.update(key, object, { ...object, metadata: { ...object.metadata, labels: others } }, by);
  } else {
    const invited = 'user-guest-example-com-clusterrole-view';
    const guest = [bindings, namespace, invited].join('\n');
    if (objects.get(guest) === undefined) objects.create(guest, guestBinding(namespace, invited), by);
  }
}

/** As the dashboard makes a contributor: without a mark of ours. */
function guestBinding(namespace: string, name: string): StoredObject {
  const email = 'guest@example.com';
  const binding = {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: { name, namespace, annotations: { user: email, role: 'view' } },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'kubeflow-view' },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: email }],
  };
  return binding;
}
