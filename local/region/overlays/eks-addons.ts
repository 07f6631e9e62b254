import { randomUUID } from 'node:crypto';
import type { HttpParts } from '../gateway/aws-request';
import type { AwsResponse, ServiceHandler } from '../gateway/gateway';
import { findInCatalogue, problemOfValues, schemaOf, versionFor } from './addon-catalogue';
import {
  addonIdentitiesOf,
  serveAssociation,
  type AddonIdentities,
  type PodIdentityAssociation,
} from './eks-pod-identities';
import { answer, bodyOf, refuse } from './rest-json';

/** An add-on as the EKS API shows it (API reference, type Addon). */
interface Addon {
  addonName: string;
  clusterName: string;
  status: 'ACTIVE' | 'DELETING';
  addonVersion: string;
  addonArn: string;
  /** Seconds since 1970. */
  createdAt: number;
  modifiedAt: number;
  tags: Record<string, string>;
  configurationValues?: string;
  serviceAccountRoleArn?: string;
  /** ARNs of the pod identity associations that EKS made for it. */
  podIdentityAssociations?: string[];
}

const addonPath = /^\/clusters\/([^/]+)\/addons(?:\/([^/]+))?(\/update)?$/;
const supportedVersions = '/addons/supported-versions';
const configurationSchemas = '/addons/configuration-schemas';

const associationPath = /^\/clusters\/([^/]+)\/pod-identity-associations(?:\/([^/]+))?$/;

/**
 * What moto's EKS lacks of a cluster's parts: add-ons (Create-, Describe-, Update-, Delete-, ListAddons), their versions
 * (DescribeAddonVersions) and pod identity associations (Create-, Describe-, Update-, Delete-, List-). Everything else
 * is left to the next handler.
 *
 * @param clusters EKS' handler of clusters, asked which Kubernetes one has
 */
export function clusterParts(accountId: string, clusters: ServiceHandler): ServiceHandler {
  const addons = new Map<string, Map<string, Addon>>();
  const associations = new Map<string, Map<string, PodIdentityAssociation>>();
  /** Each update's id, and of which add-on of which cluster it is. */
  const updates = new Map<string, string>();
  return async (request, http) => {
    const { region } = request;
    const path = decodeURIComponent(new URL(http.url, 'http://localhost').pathname);
    const arn = (kind: string, rest: string): string => `arn:aws:eks:${region}:${accountId}:${kind}/${rest}`;
    if (path === supportedVersions) return serveVersions(http);
    if (path === configurationSchemas) return serveConfiguration(http);
    const deleted = http.method === 'DELETE' ? /^\/clusters\/([^/]+)$/.exec(path)?.[1] : undefined;
    if (deleted !== undefined) {
      addons.delete(deleted);
      associations.delete(deleted);
      return undefined;
    }
    const addon = addonPath.exec(path);
    if (addon?.[1] !== undefined) {
      const of = partsOf(addons, addon[1]);
      const identities = addonIdentitiesOf(partsOf(associations, addon[1]), addon[1], arn);
      const beginUpdate = (): string => {
        const id = randomUUID();
        updates.set(id, `${addon[1] ?? ''}/${addon[2] ?? ''}`);
        return id;
      };
      const url = `/clusters/${encodeURIComponent(addon[1])}`;
      const read = await clusters(request, { ...http, method: 'GET', url, body: Buffer.alloc(0) });
      if (read?.status !== 200) return read;
      const { cluster } = JSON.parse(String(read.body)) as { cluster: { version: string } };
      return serveAddon(http, of, addon[1], addon[2], (rest) => arn('addon', rest), {
        ...{ identities, beginUpdate, kubernetes: cluster.version },
      });
    }
    const { searchParams } = new URL(http.url, 'http://localhost');
    // An update of an add-on is done when it is answered; those of the other parts are another's.
    const [, cluster, update] = /^\/clusters\/([^/]+)\/updates\/([^/]+)$/.exec(path) ?? [];
    const addonName = searchParams.get('addonName');
    if (http.method === 'GET' && cluster !== undefined && update !== undefined && addonName !== null) {
      return updates.get(update) === `${cluster}/${addonName}`
        ? answer({ update: { id: update, status: 'Successful', type: 'AddonUpdate', errors: [] } })
        : refuse(http, 404, 'ResourceNotFoundException', `No update found for id: ${update}`);
    }
    const association = associationPath.exec(path);
    if (association?.[1] !== undefined) {
      const of = partsOf(associations, association[1]);
      return serveAssociation(http, of, association[1], association[2], (rest) =>
        arn('podidentityassociation', rest),
      );
    }
    return undefined;
  };
}

/** Every add-on has one version for a Kubernetes. There is none of what the account does not know (assumed). */
function serveVersions(http: HttpParts): AwsResponse {
  const query = new URL(http.url, 'http://localhost').searchParams;
  const clusterVersion = query.get('kubernetesVersion') ?? '';
  const addonName = query.get('addonName') ?? '';
  const [entry, addonVersion] = [findInCatalogue(addonName), versionFor(clusterVersion)];
  if (entry === undefined || addonVersion === undefined) return answer({ addons: [] });
  const version = {
    addonVersion,
    compatibilities: [{ clusterVersion, defaultVersion: true }],
    requiresIamPermissions: entry.identity !== undefined,
    requiresConfiguration: false,
  };
  return answer({ addons: [{ addonName, addonVersions: [version] }] });
}

/** Which values an add-on takes, which service accounts of it need rights, and which. */
function serveConfiguration(http: HttpParts): AwsResponse {
  const query = new URL(http.url, 'http://localhost').searchParams;
  const addonName = query.get('addonName') ?? '';
  const entry = findInCatalogue(addonName);
  if (entry === undefined) return refuse(http, 400, ...unsupported);
  const { identity } = entry;
  return answer({
    addonName,
    addonVersion: query.get('addonVersion'),
    configurationSchema: schemaOf(entry),
    podIdentityConfiguration:
      identity === undefined
        ? []
        : [
            {
              serviceAccount: identity.serviceAccount,
              recommendedManagedPolicies: identity.policies.map((name) => `arn:aws:iam::aws:policy/${name}`),
            },
          ],
  });
}

/** EKS' own words (aws/containers-roadmap#1429). */
const unsupported = ['InvalidParameterException', 'Addon specified is not supported'] as const;

/** What EKS refuses of an add-on that is to be made or changed, in words. */
function refusalOf(
  name: string,
  kubernetes: string,
  { addonVersion, configurationValues: values }: Record<string, unknown>,
  identities: readonly { serviceAccount: string }[] = [],
): readonly [code: string, message: string] | undefined {
  const entry = findInCatalogue(name);
  if (entry === undefined) return unsupported;
  const invalid = (message: string): readonly [string, string] => ['InvalidParameterException', message];
  // Its own words (hashicorp/terraform-provider-aws#32238).
  if (addonVersion !== undefined && addonVersion !== versionFor(kubernetes))
    return invalid('Addon version specified is not supported');
  const problem = typeof values === 'string' ? problemOfValues(entry, values) : undefined;
  if (problem !== undefined) return invalid(problem);
  const stranger = identities.find(({ serviceAccount }) => serviceAccount !== entry.identity?.serviceAccount);
  // The words are assumed.
  return (
    stranger &&
    invalid(`The addon ${name} has no service account ${stranger.serviceAccount} that takes a role`)
  );
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
  {
    identities,
    beginUpdate,
    kubernetes,
  }: { identities: AddonIdentities; beginUpdate: () => string; kubernetes: string },
): AwsResponse {
  const body = bodyOf(http);
  const now = Date.now() / 1000;
  const wanted = body['podIdentityAssociations'] as Parameters<AddonIdentities['set']>[1] | undefined;
  if (name === undefined) {
    if (http.method === 'GET') return answer({ addons: [...addons.keys()] });
    const addonName = String(body['addonName']);
    if (addons.has(addonName)) {
      return refuse(http, 409, 'ResourceInUseException', `Addon already exists: ${addonName}`);
    }
    const refusal = refusalOf(addonName, kubernetes, body, wanted);
    if (refusal !== undefined) return refuse(http, 400, ...refusal);
    const made: Addon = {
      addonName,
      clusterName,
      status: 'ACTIVE',
      addonVersion: (body['addonVersion'] as string | undefined) ?? versionFor(kubernetes) ?? '',
      addonArn: arn(`${clusterName}/${addonName}/${randomUUID()}`),
      createdAt: now,
      modifiedAt: now,
      tags: (body['tags'] as Record<string, string> | undefined) ?? {},
      ...settingsOf(body),
    };
    if (wanted !== undefined) made.podIdentityAssociations = identities.set(made, wanted);
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
    identities.set(addon, []);
    addon.status = 'DELETING';
    return answer({ addon });
  }
  if (http.method === 'POST') {
    const refusal = refusalOf(name, kubernetes, body, wanted);
    if (refusal !== undefined) return refuse(http, 400, ...refusal);
    Object.assign(addon, settingsOf(body), { modifiedAt: now });
    if (typeof body['addonVersion'] === 'string') addon.addonVersion = body['addonVersion'];
    if (wanted !== undefined) addon.podIdentityAssociations = identities.set(addon, wanted);
    return answer({ update: { id: beginUpdate(), status: 'Successful', type: 'AddonUpdate' } });
  }
  // One that is deleted is there for a while: here until somebody has seen it.
  if (addon.status === 'DELETING') addons.delete(name);
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
