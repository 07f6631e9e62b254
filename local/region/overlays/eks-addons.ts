import { randomUUID } from 'node:crypto';
import type { HttpParts } from '../gateway/aws-request';
import type { AwsResponse, ServiceHandler } from '../gateway/gateway';
import { answer, bodyOf, refuse } from './rest-json';

/** An add-on as the EKS API shows it (API reference, type Addon). */
interface Addon {
  addonName: string;
  clusterName: string;
  status: 'ACTIVE';
  addonVersion: string;
  addonArn: string;
  /** Seconds since 1970. */
  createdAt: number;
  modifiedAt: number;
  tags: Record<string, string>;
  configurationValues?: string;
  serviceAccountRoleArn?: string;
}

interface PodIdentityAssociation {
  clusterName: string;
  namespace: string;
  serviceAccount: string;
  roleArn: string;
  associationArn: string;
  associationId: string;
  tags: Record<string, string>;
}

const addonPath = /^\/clusters\/([^/]+)\/addons(?:\/([^/]+))?(\/update)?$/;
const supportedVersions = '/addons/supported-versions';
const associationPath = /^\/clusters\/([^/]+)\/pod-identity-associations(?:\/([^/]+))?$/;

/**
 * What moto's EKS lacks of a cluster's parts: add-ons (Create-, Describe-, Update-, Delete-, ListAddons), their versions
 * (DescribeAddonVersions) and pod identity associations (Create-, Describe-, Update-, Delete-, List-). Everything else
 * is left to the next handler.
 */
export function clusterParts(accountId: string): ServiceHandler {
  const addons = new Map<string, Map<string, Addon>>();
  const associations = new Map<string, Map<string, PodIdentityAssociation>>();
  return ({ region }, http) => {
    const path = decodeURIComponent(new URL(http.url, 'http://localhost').pathname);
    const arn = (kind: string, rest: string): string => `arn:aws:eks:${region}:${accountId}:${kind}/${rest}`;
    if (path === supportedVersions) return Promise.resolve(serveVersions(http));
    const deleted = http.method === 'DELETE' ? /^\/clusters\/([^/]+)$/.exec(path)?.[1] : undefined;
    if (deleted !== undefined) {
      addons.delete(deleted);
      associations.delete(deleted);
      return Promise.resolve(undefined);
    }
    const addon = addonPath.exec(path);
    if (addon?.[1] !== undefined) {
      const of = partsOf(addons, addon[1]);
      return Promise.resolve(serveAddon(http, of, addon[1], addon[2], (rest) => arn('addon', rest)));
    }
    const association = associationPath.exec(path);
    if (association?.[1] !== undefined) {
      const of = partsOf(associations, association[1]);
      return Promise.resolve(
        serveAssociation(http, of, association[1], association[2], (rest) =>
          arn('podidentityassociation', rest),
        ),
      );
    }
    return Promise.resolve(undefined);
  };
}

/** Every add-on has one version for a Kubernetes, which is the recommended one and has its number. */
function serveVersions(http: HttpParts): AwsResponse {
  const query = new URL(http.url, 'http://localhost').searchParams;
  const clusterVersion = query.get('kubernetesVersion') ?? '';
  const version = {
    addonVersion: `v${clusterVersion}.0-eksbuild.1`,
    compatibilities: [{ clusterVersion, defaultVersion: true }],
  };
  return answer({ addons: [{ addonName: query.get('addonName'), addonVersions: [version] }] });
}

function partsOf<T>(all: Map<string, Map<string, T>>, cluster: string): Map<string, T> {
  const parts = all.get(cluster) ?? new Map<string, T>();
  all.set(cluster, parts);
  return parts;
}

function serveAddon(
  http: HttpParts,
  addons: Map<string, Addon>,
  clusterName: string,
  name: string | undefined,
  arn: (rest: string) => string,
): AwsResponse {
  const body = bodyOf(http);
  const now = Date.now() / 1000;
  if (name === undefined) {
    if (http.method === 'GET') return answer({ addons: [...addons.keys()] });
    const addonName = String(body['addonName']);
    if (addons.has(addonName)) {
      return refuse(http, 409, 'ResourceInUseException', `Addon already exists: ${addonName}`);
    }
    const made: Addon = {
      addonName,
      clusterName,
      status: 'ACTIVE',
      addonVersion: typeof body['addonVersion'] === 'string' ? body['addonVersion'] : 'v1.0.0-eksbuild.1',
      addonArn: arn(`${clusterName}/${addonName}/${randomUUID()}`),
      createdAt: now,
      modifiedAt: now,
      tags: (body['tags'] as Record<string, string> | undefined) ?? {},
      ...settingsOf(body),
    };
    addons.set(addonName, made);
    return answer({ addon: made });
  }
  const addon = addons.get(name);
  if (addon === undefined)
    return refuse(
      http,
      404,
      'ResourceNotFoundException',
      `No addon: ${name} found in cluster: ${clusterName}`,
    );
  if (http.method === 'DELETE') {
    addons.delete(name);
    return answer({ addon: { ...addon, status: 'DELETING' } });
  }
  if (http.method === 'POST') {
    Object.assign(addon, settingsOf(body), { modifiedAt: now });
    if (typeof body['addonVersion'] === 'string') addon.addonVersion = body['addonVersion'];
    return answer({ update: { id: randomUUID(), status: 'Successful', type: 'AddonUpdate' } });
  }
  return answer({ addon });
}

function settingsOf(
  body: Record<string, unknown>,
): Pick<Addon, 'configurationValues' | 'serviceAccountRoleArn'> {
  const { configurationValues, serviceAccountRoleArn } = body;
  return {
    ...(typeof configurationValues === 'string' ? { configurationValues } : {}),
    ...(typeof serviceAccountRoleArn === 'string' ? { serviceAccountRoleArn } : {}),
  };
}

function serveAssociation(
  http: HttpParts,
  associations: Map<string, PodIdentityAssociation>,
  clusterName: string,
  associationId: string | undefined,
  arn: (rest: string) => string,
): AwsResponse {
  if (associationId === undefined) {
    if (http.method === 'GET') {
      const query = new URL(http.url, 'http://localhost').searchParams;
      const found = [...associations.values()].filter(
        ({ namespace, serviceAccount }) =>
          [null, namespace].includes(query.get('namespace')) &&
          [null, serviceAccount].includes(query.get('serviceAccount')),
      );
      return answer({ associations: found });
    }
    const body = bodyOf(http);
    const taken = [...associations.values()].find(
      ({ namespace, serviceAccount }) =>
        namespace === body['namespace'] && serviceAccount === body['serviceAccount'],
    );
    if (taken !== undefined) {
      return refuse(
        http,
        409,
        'ResourceInUseException',
        `Association already exists: ${taken.associationId}`,
      );
    }
    const id = `a-${randomUUID().replaceAll('-', '').slice(0, 17)}`;
    const made: PodIdentityAssociation = {
      clusterName,
      namespace: String(body['namespace']),
      serviceAccount: String(body['serviceAccount']),
      roleArn: String(body['roleArn']),
      associationId: id,
      associationArn: arn(`${clusterName}/${id}`),
      tags: (body['tags'] as Record<string, string> | undefined) ?? {},
    };
    associations.set(id, made);
    return answer({ association: made });
  }
  const association = associations.get(associationId);
  if (association === undefined) {
    return refuse(http, 404, 'ResourceNotFoundException', `No association found: ${associationId}`);
  }
  if (http.method === 'DELETE') associations.delete(associationId);
  if (http.method === 'POST') {
    const { roleArn } = bodyOf(http);
    if (typeof roleArn === 'string') association.roleArn = roleArn;
  }
  return answer({ association });
}
