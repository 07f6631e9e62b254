import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import type { Context } from 'aws-lambda';
import { createClients } from '../../adapters/aws/clients';
import { readPoolRegistration } from '../../adapters/aws/registry';
import { createKubernetesClient } from '../../adapters/kubernetes/client';
import { createEksToken } from '../../adapters/kubernetes/eks-token';
import { accessCluster } from '../../isolation/reconcile-user';
import { completeRules } from '../../core/access/complete-rules';
import { readEnvironment } from '../../core/environment';
import { metricsNamespace } from '../../core/naming';
import { Clusters } from './clusters';
import { environmentCredentials } from './environment-credentials';
import { loginBudgetMs } from './deadline';
import type { PreTokenEvent } from './event';
import { handleLogin, type ProfileManagerParts } from './handler';
import { createResyncRequester } from './resync-request';

/** Longest single request to the API server: a hanging one leaves time for another on a new connection. */
const requestTimeoutMs = 1_500;

let parts: ProfileManagerParts | undefined;

/** Cognito's trigger before token generation (docs/isolation.md). */
export async function handler<E extends PreTokenEvent>(event: E, context: Context): Promise<E> {
  parts ??= assemble();
  return handleLogin(parts, event, loginBudgetMs(context.getRemainingTimeInMillis()));
}

function assemble(): ProfileManagerParts {
  const logger = new Logger({ serviceName: 'profile-manager' });
  const metrics = new Metrics({ namespace: metricsNamespace, serviceName: 'profile-manager' });
  const clients = createClients({ region: process.env['AWS_REGION'] ?? 'us-east-1', maxAttempts: 2 });
  const table = readEnvironment('registryTable');
  return {
    logger,
    metrics,
    clusters: new Clusters({
      read: async (userPoolId) => {
        const registered = await readPoolRegistration(clients, table, userPoolId);
        return registered === undefined
          ? undefined
          : { ...registered, rules: completeRules(registered.rules) };
      },
      connect: ({ cluster }) =>
        accessCluster(
          createKubernetesClient({
            endpoint: cluster.endpoint,
            caPem: Buffer.from(cluster.certificateAuthority, 'base64').toString('utf8'),
            token: createEksToken({
              clusterName: cluster.name,
              region: cluster.region,
              credentials: environmentCredentials,
            }),
            timeoutMs: requestTimeoutMs,
          }),
        ),
    }),
    findUsers: async (userPoolId, email, signal) => {
      // Imported here because a login that adds nothing never needs it.
      const { findUsersByEmail } = await import('../../adapters/aws/users-by-email');
      return findUsersByEmail(clients, userPoolId, email, signal);
    },
    requestResync: createResyncRequester({ clients, logger }),
  };
}
