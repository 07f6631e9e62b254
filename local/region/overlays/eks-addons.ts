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
  /** ARNs of the pod identity associations that EKS made for it. */
  podIdentityAssociations?: string[];
}

interface PodIdentityAssociation {
  /** ARN of the add-on that it is for. */
  ownerArn?: string;
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
const configurationSchemas = '/addons/configuration-schemas';

/**
 * The add-ons that need rights of their own, with the service account that has them and AWS' policy for it (EKS user guide,
 * "IAM roles for Amazon EKS add-ons"). eksctl asks, and ignores identities of an add-on that needs none.
 */
const addonIdentities: Readonly<Record<string, { serviceAccount: string; policy: string }>> = {
  'vpc-cni': { serviceAccount: 'aws-node', policy: 'AmazonEKS_CNI_Policy' },
  'aws-ebs-csi-driver': {
    serviceAccount: 'ebs-csi-controller-sa',
    policy: 'service-role/AmazonEBSCSIDriverPolicy',
  },
  'aws-efs-csi-driver': {
    serviceAccount: 'efs-csi-controller-sa',
    policy: 'service-role/AmazonEFSCSIDriverPolicy',
  },
  'amazon-cloudwatch-observability': {
    serviceAccount: 'cloudwatch-agent',
    policy: 'CloudWatchAgentServerPolicy',
  },
};
const associationPath = /^\/clusters\/([^/]+)\/pod-identity-associations(?:\/([^/]+))?$/;

/**
 * What moto's EKS lacks of a cluster's parts: add-ons (Create-, Describe-, Update-, Delete-, ListAddons), their versions
 * (DescribeAddonVersions) and pod identity associations (Create-, Describe-, Update-, Delete-, List-). Everything else
 * is left to the next handler.
 */
export function clusterParts(accountId: string): ServiceHandler {
  const addons = new Map<string, Map<string, Addon>>();
  const associations = new Map<string, Map<string, PodIdentityAssociation>>();
  /** Each update's id, and of which add-on of which cluster it is. */
  const updates = new Map<string, string>();
  return ({ region }, http) => {
    const path = decodeURIComponent(new URL(http.url, 'http://localhost').pathname);
    const arn = (kind: string, rest: string): string => `arn:aws:eks:${region}:${accountId}:${kind}/${rest}`;
    if (path === supportedVersions) return Promise.resolve(serveVersions(http));
    if (path === configurationSchemas) return Promise.resolve(serveConfiguration(http));
    const deleted = http.method === 'DELETE' ? /^\/clusters\/([^/]+)$/.exec(path)?.[1] : undefined;
    if (deleted !== undefined) {
      addons.delete(deleted);
      associations.delete(deleted);
      return Promise.resolve(undefined);
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
      return Promise.resolve(
        serveAddon(http, of, addon[1], addon[2], (rest) => arn('addon', rest), { identities, beginUpdate }),
      );
    }
    const { searchParams } = new URL(http.url, 'http://localhost');
    // An update of an add-on is done when it is answered; those of the other parts are another's.
    const [, cluster, update] = /^\/clusters\/([^/]+)\/updates\/([^/]+)$/.exec(path) ?? [];
    const addonName = searchParams.get('addonName');
    if (http.method === 'GET' && cluster !== undefined && update !== undefined && addonName !== null) {
      return Promise.resolve(
        updates.get(update) === `${cluster}/${addonName}`
          ? answer({ update: { id: update, status: 'Successful', type: 'AddonUpdate', errors: [] } })
          : refuse(http, 404, 'ResourceNotFoundException', `No update found for id: ${update}`),
      );
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
  const addonName = query.get('addonName');
  const version = {
    addonVersion: `v${clusterVersion}.0-eksbuild.1`,
    compatibilities: [{ clusterVersion, defaultVersion: true }],
    requiresIamPermissions: (addonName ?? '') in addonIdentities,
    requiresConfiguration: false,
  };
  return answer({ addons: [{ addonName, addonVersions: [version] }] });
}

/** Which service accounts of an add-on need rights, and which. */
function serveConfiguration(http: HttpParts): AwsResponse {
  const query = new URL(http.url, 'http://localhost').searchParams;
  const addonName = query.get('addonName') ?? '';
  const identity = addonIdentities[addonName];
  return answer({
    addonName,
    addonVersion: query.get('addonVersion'),
    configurationSchema: '{}',
    podIdentityConfiguration:
      identity === undefined
        ? []
        : [
            {
              serviceAccount: identity.serviceAccount,
              recommendedManagedPolicies: [`arn:aws:iam::aws:policy/${identity.policy}`],
            },
          ],
  });
}

/** The associations that EKS keeps for an add-on, in the namespace of all add-ons here; they have no tags. */
interface AddonIdentities {
  /** Makes those that an add-on is given, and removes the others. */
  set(addonArn: string, wanted: readonly { serviceAccount: string; roleArn: string }[]): string[];
}

function addonIdentitiesOf(
  associations: Map<string, PodIdentityAssociation>,
  clusterName: string,
  arn: (kind: string, rest: string) => string,
): AddonIdentities {
  return {
    set: (ownerArn, wanted) => {
      for (const [id, association] of associations)
        if (association.ownerArn === ownerArn) associations.delete(id);
      return wanted.map(({ serviceAccount, roleArn }) => {
        const id = newAssociationId();
        const associationArn = arn('podidentityassociation', `${clusterName}/${id}`);
        associations.set(id, {
          ownerArn,
          clusterName,
          namespace: 'kube-system',
          serviceAccount,
          roleArn,
          associationArn,
          associationId: id,
          tags: {},
        });
        return associationArn;
      });
    },
  };
}

const newAssociationId = (): string => `a-${randomUUID().replaceAll('-', '').slice(0, 17)}`;

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
  { identities, beginUpdate }: { identities: AddonIdentities; beginUpdate: () => string },
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
    if (wanted !== undefined) made.podIdentityAssociations = identities.set(made.addonArn, wanted);
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
    identities.set(addon.addonArn, []);
    return answer({ addon: { ...addon, status: 'DELETING' } });
  }
  if (http.method === 'POST') {
    Object.assign(addon, settingsOf(body), { modifiedAt: now });
    if (typeof body['addonVersion'] === 'string') addon.addonVersion = body['addonVersion'];
    if (wanted !== undefined) addon.podIdentityAssociations = identities.set(addon.addonArn, wanted);
    return answer({ update: { id: beginUpdate(), status: 'Successful', type: 'AddonUpdate' } });
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
    const id = newAssociationId();
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
