import {
  DescribePodIdentityAssociationCommand,
  ListPodIdentityAssociationsCommand,
} from '@aws-sdk/client-eks';
import type { CredentialStore } from '../../sts/credentials';
import type { RegionClients } from '../account/clients';

/** Of a session, in seconds: nobody renews it, as the Pod Identity agent would. */
const sessionSeconds = 30 * 24 * 3600;

export interface PodCredentialsOptions {
  region: string;
  /** The gateway. */
  endpoint: () => string;
  clients: Pick<RegionClients, 'eks'>;
  credentials: CredentialStore;
}

/** A pod's service account, and a word for its session. */
export interface PodOf {
  clusterName: string;
  namespace: string;
  serviceAccount: string;
  session: string;
}

/**
 * The variables by which a program reaches the region's AWS as a pod of a service account would: with the role that EKS' Pod Identity
 * gives it.
 *
 * @throws Error where the service account has none: a pod would get no credentials
 */
export async function podEnvironment(
  { region, endpoint, clients, credentials }: PodCredentialsOptions,
  pod: PodOf,
): Promise<Record<string, string>> {
  const session = credentials.issue(
    await roleOf(clients, pod),
    `eks-${pod.clusterName}-${pod.session}`,
    sessionSeconds,
  );
  return {
    AWS_REGION: region,
    AWS_ENDPOINT_URL: endpoint(),
    AWS_ACCESS_KEY_ID: session.accessKeyId,
    AWS_SECRET_ACCESS_KEY: session.secretAccessKey,
    AWS_SESSION_TOKEN: session.sessionToken,
  };
}

async function roleOf(
  { eks }: Pick<RegionClients, 'eks'>,
  { clusterName, namespace, serviceAccount }: PodOf,
): Promise<string> {
  const { associations = [] } = await eks.send(
    new ListPodIdentityAssociationsCommand({ clusterName, namespace, serviceAccount }),
  );
  const associationId = associations[0]?.associationId;
  const found =
    associationId === undefined
      ? undefined
      : await eks.send(new DescribePodIdentityAssociationCommand({ clusterName, associationId }));
  const role = found?.association?.roleArn;
  if (role === undefined)
    throw new Error(`the service account ${namespace}/${serviceAccount} has no pod identity association`);
  return role;
}
