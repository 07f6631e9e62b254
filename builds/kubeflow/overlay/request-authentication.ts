import type { KubernetesObject } from '../../kubernetes/objects';
import { poolIssuer, poolKeys, type Login } from './proxy-configuration';

const gateway = { matchLabels: { app: 'istio-ingressgateway' } };
const fromHeaders = [{ name: 'Authorization', prefix: 'Bearer ' }];

/**
 * Audience of the tokens that programs show at the gateway. Not that of the API server: such a token lies in every pod,
 * EKS lets it live for 90 days, and the gateway, which sees signature and time alone, would take it for as long, whatever
 * became of pod, account and grant (docs/adr/0070-bounds-of-sessions.md). `rbac/service-account-tokens.yaml` bounds the
 * life of these.
 */
export const programAudience = 'kubeflow-gateway';

/**
 * How the gateway learns who a user is: from a token of our pool for our client. Headers that a client sends itself
 * are overwritten. A token of another client of the pool, or an access token (which has no audience), is refused.
 *
 * The token ends at the gateway: a holder that it was passed on to, such as a notebook of a shared namespace, could show it
 * here in the visitor's name.
 */
export function userAuthentication(login: Login): KubernetesObject {
  const issuer = poolIssuer(login.region, login.userPoolId);
  return {
    apiVersion: 'security.istio.io/v1beta1',
    kind: 'RequestAuthentication',
    metadata: { name: 'cognito-jwt', namespace: 'istio-system' },
    spec: {
      selector: gateway,
      jwtRules: [
        {
          issuer,
          jwksUri: poolKeys(issuer),
          audiences: [login.clientId],
          forwardOriginalToken: false,
          fromHeaders,
          outputClaimToHeaders: [
            { header: 'kubeflow-userid', claim: 'email' },
            { header: 'kubeflow-groups', claim: 'cognito:groups' },
          ],
        },
      ],
    },
  };
}

/**
 * The patch of the base's rule for programs, which show the token of a service account: its issuer is the cluster's.
 * Tokens that were made for somebody else, such as those for the API server or AWS' STS, are refused.
 */
export function programAuthentication(oidcIssuer: string): object {
  return {
    target: { group: 'security.istio.io', kind: 'RequestAuthentication', name: 'm2m-token-issuer' },
    patch: JSON.stringify([
      { op: 'replace', path: '/spec/jwtRules/0/issuer', value: oidcIssuer },
      { op: 'add', path: '/spec/jwtRules/0/jwksUri', value: `${oidcIssuer}/keys` },
      { op: 'add', path: '/spec/jwtRules/0/audiences', value: [programAudience] },
      { op: 'replace', path: '/spec/jwtRules/0/forwardOriginalToken', value: false },
    ]),
  };
}
