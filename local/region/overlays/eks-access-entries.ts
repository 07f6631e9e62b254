import { randomUUID } from 'node:crypto';
import type { HttpParts } from '../gateway/aws-request';
import type { AwsResponse, ServiceHandler } from '../gateway/gateway';
import { answer, bodyOf, refuse } from './rest-json';

/** An access entry as the EKS API shows it (API reference, type AccessEntry). */
export interface AccessEntry {
  clusterName: string;
  principalArn: string;
  kubernetesGroups: string[];
  accessEntryArn: string;
  /** Seconds since 1970. */
  createdAt: number;
  modifiedAt: number;
  tags: Record<string, string>;
  username: string;
  type: string;
}

/** An access policy that is associated with an entry (API reference, type AssociatedAccessPolicy). */
export interface AssociatedPolicy {
  policyArn: string;
  accessScope: { type: string; namespaces?: string[] };
  associatedAt: number;
  modifiedAt: number;
}

/** The entries of the region, which the cluster's authenticator reads. */
export interface AccessEntries {
  /** Answers the access entry operations of EKS, and forgets the entries of a cluster that is deleted. */
  readonly handler: ServiceHandler;
  /** The entries of a cluster, in the order in which they were made. */
  list(clusterName: string): (AccessEntry & { policies: AssociatedPolicy[] })[];
}

const policyPath = /^\/clusters\/([^/?]+)\/access-entries\/([^/?]+)\/access-policies(?:\/([^/?]+))?$/;
const path = /^\/clusters\/([^/?]+)(?:\/access-entries(?:\/([^?]+))?)?$/;

/**
 * EKS access entries, which moto does not have: CreateAccessEntry, DescribeAccessEntry, UpdateAccessEntry,
 * DeleteAccessEntry, ListAccessEntries. Everything else is left to the next handler.
 *
 * @param accountId of the region
 * @param clusterExists whether EKS knows a cluster; by default every name is taken for one
 */
export function accessEntries(
  accountId: string,
  clusterExists: (name: string, region: string) => Promise<boolean> = () => Promise.resolve(true),
): AccessEntries {
  const clusters = new Map<string, Map<string, AccessEntry>>();
  const policies = new Map<string, AssociatedPolicy[]>();
  const handler: ServiceHandler = async ({ region }, http) => {
    const associated = policyPath.exec(http.url.split('?')[0] ?? '');
    if (associated?.[1] !== undefined && associated[2] !== undefined) {
      const [, cluster, principal, policy] = associated.map((part) => decodeURIComponent(part));
      const known = clusters.get(cluster ?? '')?.has(principal ?? '') === true;
      return known
        ? servePolicies(http, policies, `${cluster ?? ''} ${principal ?? ''}`, policy)
        : refuse(
            http,
            404,
            'ResourceNotFoundException',
            `The specified principalArn could not be found: ${principal ?? ''}.`,
          );
    }
    const match = path.exec(http.url.split('?')[0] ?? '');
    const [, encodedName, encodedPrincipal] = match ?? [];
    if (encodedName === undefined) return undefined;
    const clusterName = decodeURIComponent(encodedName);
    if (!/\/access-entries(?:[/?]|$)/.test(http.url)) {
      if (http.method === 'DELETE') clusters.delete(clusterName);
      return undefined;
    }
    if (!(await clusterExists(clusterName, region))) {
      return refuse(http, 404, 'ResourceNotFoundException', `No cluster found for name: ${clusterName}.`);
    }
    const entries = clusters.get(clusterName) ?? new Map<string, AccessEntry>();
    clusters.set(clusterName, entries);
    const body = bodyOf(http);
    if (encodedPrincipal === undefined) {
      if (http.method === 'GET') return answer({ accessEntries: [...entries.keys()] });
      return create(http, entries, { clusterName, accountId, region, body });
    }
    const principalArn = decodeURIComponent(encodedPrincipal);
    const entry = entries.get(principalArn);
    if (entry === undefined) {
      return refuse(
        http,
        404,
        'ResourceNotFoundException',
        `The specified principalArn could not be found: ${principalArn}.`,
      );
    }
    if (http.method === 'DELETE') {
      policies.delete(`${clusterName} ${principalArn}`);
      entries.delete(principalArn);
      return answer({});
    }
    if (http.method === 'POST') {
      entry.kubernetesGroups = strings(body['kubernetesGroups']) ?? entry.kubernetesGroups;
      if (typeof body['username'] === 'string') entry.username = body['username'];
      entry.modifiedAt = Date.now() / 1000;
    }
    return answer({ accessEntry: entry });
  };
  return {
    handler,
    list: (clusterName) =>
      [...(clusters.get(clusterName)?.values() ?? [])].map((entry) => ({
        ...entry,
        policies: policies.get(`${clusterName} ${entry.principalArn}`) ?? [],
      })),
  };
}

/** AssociateAccessPolicy, DisassociateAccessPolicy, ListAssociatedAccessPolicies. */
function servePolicies(
  http: HttpParts,
  policies: Map<string, AssociatedPolicy[]>,
  key: string,
  policyArn: string | undefined,
): AwsResponse {
  const present = policies.get(key) ?? [];
  if (http.method === 'GET') return answer({ associatedAccessPolicies: present });
  if (http.method === 'DELETE') {
    policies.set(
      key,
      present.filter((policy) => policy.policyArn !== policyArn),
    );
    return answer({});
  }
  const body = bodyOf(http) as Partial<AssociatedPolicy>;
  const now = Date.now() / 1000;
  const made: AssociatedPolicy = {
    policyArn: body.policyArn ?? '',
    accessScope: body.accessScope ?? { type: 'cluster' },
    associatedAt: now,
    modifiedAt: now,
  };
  policies.set(key, [...present.filter((policy) => policy.policyArn !== made.policyArn), made]);
  return answer({ associatedAccessPolicy: made });
}

function create(
  http: HttpParts,
  entries: Map<string, AccessEntry>,
  request: { clusterName: string; accountId: string; region: string; body: Record<string, unknown> },
): AwsResponse {
  const { clusterName, accountId, region, body } = request;
  const principalArn = typeof body['principalArn'] === 'string' ? body['principalArn'] : '';
  const [, roleAccount, kind, name] = /^arn:[^:]+:iam::(\d{12}):(role|user)\/(.+)$/.exec(principalArn) ?? [];
  if (roleAccount === undefined || kind === undefined || name === undefined) {
    return refuse(
      http,
      400,
      'InvalidParameterException',
      `The specified principalArn is invalid: invalid principal: ${principalArn}.`,
    );
  }
  const token = typeof body['clientRequestToken'] === 'string' ? body['clientRequestToken'] : undefined;
  const present = entries.get(principalArn);
  // A call that its sender repeats is known by its token (API reference, CreateAccessEntry).
  if (present !== undefined && token !== undefined && tokens.get(present) === token) {
    return answer({ accessEntry: present });
  }
  if (present !== undefined) {
    return refuse(
      http,
      409,
      'ResourceInUseException',
      'The specified access entry resource is already in use on this cluster.',
    );
  }
  const groups = strings(body['kubernetesGroups']) ?? [];
  // EKS keeps these prefixes for Kubernetes and for itself.
  const reserved = groups.find((group) => /^(?:system:|eks:|aws:|amazon:|iam:)/.test(group));
  if (reserved !== undefined) {
    return refuse(
      http,
      400,
      'InvalidParameterException',
      `The kubernetes group name ${reserved} is invalid, it cannot start with a reserved prefix.`,
    );
  }
  const now = Date.now() / 1000;
  const roleName = name.slice(name.lastIndexOf('/') + 1);
  const entry: AccessEntry = {
    clusterName,
    principalArn,
    kubernetesGroups: groups,
    accessEntryArn: `arn:aws:eks:${region}:${accountId}:access-entry/${clusterName}/${kind}/${roleAccount}/${roleName}/${randomUUID()}`,
    createdAt: now,
    modifiedAt: now,
    tags: (body['tags'] as Record<string, string> | undefined) ?? {},
    username:
      typeof body['username'] === 'string'
        ? body['username']
        : kind === 'role'
          ? `arn:aws:sts::${roleAccount}:assumed-role/${roleName}/{{SessionName}}`
          : principalArn,
    type: typeof body['type'] === 'string' ? body['type'] : 'STANDARD',
  };
  entries.set(principalArn, entry);
  if (token !== undefined) tokens.set(entry, token);
  return answer({ accessEntry: entry });
}

/** By which call each entry was made. */
const tokens = new WeakMap<AccessEntry, string>();

function strings(value: unknown): string[] | undefined {
  return Array.isArray(value) ? value.map(String) : undefined;
}
