import type { KubernetesObject } from '../../kubernetes/objects';
import { poolIssuer, type Login } from './proxy-configuration';

const gateway = { matchLabels: { app: 'istio-ingressgateway' } };
const fromHeaders = [{ name: 'Authorization', prefix: 'Bearer ' }];

/** Audience of a service account's token unless it asks for another. */
const defaultAudience = 'https://kubernetes.default.svc';

/**
 * How the gateway learns who a user is: from a token of our pool for our client. Headers that a client sends itself
 * are overwritten. A token of another client of the pool, or an access token (which has no audience), is refused.
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
          jwksUri: `${issuer}/.well-known/jwks.json`,
          audiences: [login.clientId],
          forwardOriginalToken: true,
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
 * Tokens that were made for somebody else, such as those for AWS' STS, are refused.
 */
export function programAuthentication(oidcIssuer: string): object {
  return {
    target: { group: 'security.istio.io', kind: 'RequestAuthentication', name: 'm2m-token-issuer' },
    patch: JSON.stringify([
      { op: 'replace', path: '/spec/jwtRules/0/issuer', value: oidcIssuer },
      { op: 'add', path: '/spec/jwtRules/0/jwksUri', value: `${oidcIssuer}/keys` },
      { op: 'add', path: '/spec/jwtRules/0/audiences', value: [defaultAudience] },
    ]),
  };
}
