import { randomUUID } from 'node:crypto';
import type { HttpParts } from '../gateway/aws-request';
import type { AwsResponse } from '../gateway/gateway';
import { findInCatalogue } from './addon-catalogue';
import { answer, bodyOf, refuse } from './rest-json';

export interface PodIdentityAssociation {
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

/** The associations that EKS keeps for an add-on, in its namespace; they have no tags. */
export interface AddonIdentities {
  /** Makes those that an add-on is given, and removes the others. */
  set(
    addon: { addonArn: string; addonName: string },
    wanted: readonly { serviceAccount: string; roleArn: string }[],
  ): string[];
}

export function addonIdentitiesOf(
  associations: Map<string, PodIdentityAssociation>,
  clusterName: string,
  arn: (kind: string, rest: string) => string,
): AddonIdentities {
  return {
    set: ({ addonArn: ownerArn, addonName }, wanted) => {
      for (const [id, association] of associations)
        if (association.ownerArn === ownerArn) associations.delete(id);
      return wanted.map(({ serviceAccount, roleArn }) => {
        const id = newAssociationId();
        const associationArn = arn('podidentityassociation', `${clusterName}/${id}`);
        associations.set(id, {
          ownerArn,
          clusterName,
          namespace: findInCatalogue(addonName)?.namespace ?? '',
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

/** Create-, Describe-, Update-, Delete- and ListPodIdentityAssociations of a cluster. */
export function serveAssociation(
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
