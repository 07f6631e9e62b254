/**
 * Where the browser is sent during login and logout. The app client allows exactly these, and oauth2-proxy's
 * configuration must name the same, to the letter: Cognito compares strings.
 */

/** Path at which oauth2-proxy receives the authorization code. */
export const callbackPath = '/oauth2/callback';

/** Path at which a load balancer's own authentication receives it: the seed's Kubeflow 1.2. */
export const legacyCallbackPath = '/oauth2/idpresponse';

/** The redirect URI of a Kubeflow. */
export function callbackUrl(kubeflowDomain: string, path: string = callbackPath): string {
  return `https://${kubeflowDomain}${path}`;
}

/** Where Cognito sends the browser after `/logout?client_id=…&logout_uri=…`. */
export function logoutUrl(kubeflowDomain: string): string {
  return `https://${kubeflowDomain}/`;
}

/** The authorization endpoint of a Cognito domain, to which an unauthenticated browser must be led. */
export function authorizeUrl(cognitoDomain: string): string {
  return `https://${cognitoDomain}/oauth2/authorize`;
}

/** The endpoint of a Cognito domain at which a client exchanges a code or a refresh token for tokens. */
export function tokenUrl(cognitoDomain: string): string {
  return `https://${cognitoDomain}/oauth2/token`;
}
