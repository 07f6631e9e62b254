import { reservedBy } from '../../core/access/reserved';
import { callbackUrl } from '../../core/login-urls';
import { describeObject, type KubernetesObject } from '../../builds/kubernetes/objects';
import { generatedSecrets } from '../../builds/kubeflow/overlay/generated-secrets';
import { signOutUrl } from '../../builds/kubeflow/overlay/login-proxy';
import { poolIssuer, sessionCookie, type Login } from '../../builds/kubeflow/overlay/proxy-configuration';
import { imagesOf, isVersioned } from '../../builds/kubernetes/images';

/** A component of the installation, rendered. */
export interface CheckedComponent {
  id: string;
  objects: readonly KubernetesObject[];
}

/** What a check depends on besides the component itself. */
export interface CheckContext {
  login: Login;
  /** Issuer of the cluster's own tokens. */
  oidcIssuer: string;
  /** Secret values that the distribution publishes, of eight characters or more. */
  publicValues: readonly string[];
  /** Namespaces of Profiles in which something is installed: the registries of models. */
  tenants: readonly string[];
}

type Check = (component: CheckedComponent, context: CheckContext) => string[];

const ofKind = (objects: readonly KubernetesObject[], kind: string): KubernetesObject[] =>
  objects.filter((object) => object.kind === kind);

const noDex: Check = ({ objects }) =>
  objects
    .filter((object) => object.kind !== 'CustomResourceDefinition' && /\bdex\b/i.test(JSON.stringify(object)))
    .map((object) => `${describeObject(object)} knows dex`);

/** A Secret with a value in a repository that everybody can read guards nothing. */
const noPublicSecret: Check = ({ objects }, { publicValues }) => [
  ...ofKind(objects, 'Secret')
    .filter(({ data, stringData }) =>
      values(data)
        .concat(values(stringData))
        .some((value) => value !== ''),
    )
    .map((object) => `${describeObject(object)} has a value that everybody can read`),
  ...objects
    .filter((object) => publicValues.some((value) => JSON.stringify(object).includes(value)))
    .map((object) => `${describeObject(object)} has a secret value that the distribution publishes`),
  ...objects
    .filter(({ kind, spec }) => kind === 'Deployment' && opensDatabase(spec))
    .map((object) => `${describeObject(object)} starts a database without a password`),
];

function opensDatabase(spec: unknown): boolean {
  const text = JSON.stringify(spec ?? {});
  return text.includes('MYSQL_ALLOW_EMPTY_PASSWORD') && !text.includes('"MYSQL_ROOT_PASSWORD"');
}

export function values(map: unknown): string[] {
  return Object.values((map ?? {}) as Record<string, string>);
}

/** Images of the distribution that name no version, and why that is borne. */
const unpinned: Readonly<Record<string, string>> = {
  'ghcr.io/containerd/busybox':
    'stands in for a step of a pipeline whose result is cached; it prints one line',
};

const pinnedImages: Check = ({ objects }) =>
  imagesOf(objects)
    .filter((image) => !isVersioned(image) && unpinned[image] === undefined)
    .map((image) => `the image ${image} is not pinned to a version`);

/** Directory groups must not be able to name a namespace of the system; a tenant's is named by one. */
const reservedNamespaces: Check = ({ objects }, { tenants }) =>
  [
    ...new Set(
      objects.flatMap(({ kind, metadata }) =>
        kind === 'Namespace' ? metadata.name : (metadata.namespace ?? []),
      ),
    ),
  ]
    .filter((namespace) => !tenants.includes(namespace) && reservedBy(namespace, []) === undefined)
    .map((namespace) => `a directory group could grant access to the namespace ${namespace}: reserve it`);

/**
 * Pipelines gives a tenant the identity of the object store that is called as its namespace: no directory group may name
 * one that the distribution has itself.
 */
const reservedIdentities: Check = ({ objects }) =>
  [...JSON.stringify(objects).matchAll(/s3\.configure -user ([^\s"\\]+)/g)]
    .map(([, identity = '']) => identity)
    .filter((identity) => reservedBy(identity, []) === undefined)
    .map((identity) => `a directory group could share the object store's identity ${identity}: reserve it`);

/** Every issuer whose tokens the gateway takes. */
const knownIssuers: Check = ({ objects }, { login, oidcIssuer }) => {
  const known = [poolIssuer(login.region, login.userPoolId), oidcIssuer];
  return ofKind(objects, 'RequestAuthentication').flatMap((object) => {
    const { jwtRules = [] } = object['spec'] as { jwtRules?: { issuer: string; audiences?: string[] }[] };
    return jwtRules.flatMap(({ issuer, audiences = [] }) => [
      ...(known.includes(issuer) ? [] : [`${describeObject(object)} takes tokens of ${issuer}`]),
      ...(audiences.length > 0 ? [] : [`${describeObject(object)} takes tokens that were made for others`]),
    ]);
  });
};

const login: Check = ({ id, objects }, { login: wanted }) => {
  if (id !== 'login') return [];
  const issuer = poolIssuer(wanted.region, wanted.userPoolId);
  const deployment = JSON.stringify(ofKind(objects, 'Deployment'));
  const read = ofKind(objects, 'ConfigMap').filter(({ metadata }) =>
    deployment.includes(`"${metadata.name}"`),
  );
  const configuration = read
    .map(({ data }) => (data as Record<string, string>)['oauth2_proxy.cfg'] ?? '')
    .join('');
  const setting = (name: string): string | undefined =>
    new RegExp(`^${name}\\s*=\\s*"(.*)"$`, 'm').exec(configuration)?.[1];
  const users = ofKind(objects, 'RequestAuthentication').filter((object) =>
    JSON.stringify(object).includes(issuer),
  );
  return [
    ...(setting('oidc_issuer_url') === issuer ? [] : [`the proxy does not ask ${issuer}`]),
    ...(users.length > 0 ? [] : [`the gateway takes no tokens of ${issuer}`]),
    ...(setting('redirect_url') === callbackUrl(wanted.kubeflowDomain)
      ? []
      : ['the login does not come back to an absolute address']),
    ...((setting('scope') ?? 'groups').split(' ').includes('groups')
      ? ['the login asks for the scope groups']
      : []),
    ...(ofKind(objects, 'AuthorizationPolicy').some((object) =>
      JSON.stringify(object).includes('oauth2-proxy'),
    )
      ? []
      : ['no policy asks the proxy']),
  ];
};

const logout: Check = ({ id, objects }, { login: wanted }) =>
  id !== 'dashboard' || JSON.stringify(ofKind(objects, 'Deployment')).includes(signOutUrl(wanted))
    ? []
    : ['logging out does not go through Cognito'];

/** Where the visitor's token and session may go: to the authorizer and no further. */
const sessionEnds: Check = ({ id, objects }) => [
  ...ofKind(objects, 'RequestAuthentication').flatMap((object) =>
    (object['spec'] as { jwtRules?: { forwardOriginalToken?: boolean }[] }).jwtRules?.some(
      ({ forwardOriginalToken }) => forwardOriginalToken === true,
    ) === true
      ? [`${describeObject(object)} passes the token on to what stands behind the gateway`]
      : [],
  ),
  ...(id === 'login' && !JSON.stringify(ofKind(objects, 'EnvoyFilter')).includes(sessionCookie)
    ? ['the session cookie goes on to what stands behind the gateway']
    : []),
  ...(id === 'istio' && !JSON.stringify(ofKind(objects, 'ConfigMap')).includes('headersToDownstreamOnAllow')
    ? ['the cookie of a refreshed session does not reach the browser']
    : []),
];

/** A Secret that is generated must be one that something reads. */
const generatedSecretsAreRead: Check = ({ id, objects }) =>
  (generatedSecrets[id] ?? [])
    .filter(({ name }) => !JSON.stringify(objects).includes(`"name":"${name}"`))
    .map(({ name }) => `nothing reads the generated Secret ${name}`);

const checks: readonly Check[] = [
  noDex,
  noPublicSecret,
  pinnedImages,
  reservedNamespaces,
  reservedIdentities,
  knownIssuers,
  login,
  logout,
  sessionEnds,
  generatedSecretsAreRead,
];

/** What is wrong with a component, in words; nothing where all is well. */
export function problemsOf(component: CheckedComponent, context: CheckContext): string[] {
  return component.objects.length === 0
    ? ['it has no objects']
    : checks.flatMap((check) => check(component, context));
}

/** Objects that two components apply: each would undo what the other did. */
export function contested(components: readonly CheckedComponent[]): Map<string, string[]> {
  const owners = new Map<string, string[]>();
  for (const { id, objects } of components)
    for (const name of new Set(objects.map(describeObject)))
      owners.set(name, [...(owners.get(name) ?? []), id]);
  return new Map([...owners].filter(([, ids]) => ids.length > 1));
}
