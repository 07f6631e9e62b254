import {
  CognitoIdentityProviderClient,
  DescribeUserPoolClientCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import type { Network } from '../../../core/handover/found';
import type { BuildIdentity } from '../../../core/handover/identity';
import { variablesOf } from '../../support/builds';
import { appliedObject } from '../../support/installed';
import { clusterOf, seedConfiguration, type TestRegion } from '../../support/region';
import { ingressOf } from './installed-ingress';

interface Workload {
  spec: { template: { spec: { containers: { env?: { name: string; value: string }[] }[] } } };
}

/** What a login and the load balancer need of the installation. */
export function whatIsInstalled(region: () => TestRegion): void {
  test("the dashboard's logout ends the proxy's session, then Cognito's, which knows where to go from there", async () => {
    const dashboard = await appliedObject<Workload>(
      clusterOf(region()),
      'deployment',
      'dashboard',
      '--namespace',
      'kubeflow',
    );
    const [{ env = [] } = {}] = dashboard.spec.template.spec.containers;
    const logout = env.find((variable) => variable.name === 'LOGOUT_URL')?.value ?? '';
    const signOut = new URL(logout, `https://${seedConfiguration.kubeflow_domain}`);
    expect(signOut.pathname).toBe('/oauth2/sign_out');
    const next = new URL(signOut.searchParams.get('rd') ?? '');
    expect([next.hostname, next.pathname]).toEqual([seedConfiguration.cognito_domain, '/logout']);
    const { IDENTITY = '{}' } = variablesOf(region(), 'kubeflow');
    const { userPoolId, clientId } = JSON.parse(IDENTITY) as BuildIdentity;
    expect(next.searchParams.get('client_id')).toBe(clientId);
    const { UserPoolClient: client } = await region()
      .clients.get(CognitoIdentityProviderClient)
      .send(new DescribeUserPoolClientCommand({ UserPoolId: userPoolId, ClientId: clientId }));
    expect(client?.LogoutURLs).toContain(next.searchParams.get('logout_uri'));
  });

  test("the load balancer is let in to Istio's gateway from its one subnet in each zone, and ends TLS with the deployment's certificate", async () => {
    const { FOUND = '{}', IDENTITY = '{}' } = variablesOf(region(), 'kubeflow');
    const found = JSON.parse(FOUND) as Network;
    const places = found.subnets.public.filter(
      ({ az }, index, all) => all.findIndex((other) => other.az === az) === index,
    );
    expect(places.length).toBeLessThan(found.subnets.public.length);
    const policy = await appliedObject<object>(
      clusterOf(region()),
      'networkpolicy',
      'kubeflow-eks-load-balancer',
      '--namespace',
      'istio-system',
    );
    expect(policy).toMatchObject({
      spec: {
        podSelector: { matchLabels: { app: 'istio-ingressgateway' } },
        policyTypes: ['Ingress'],
        ingress: [
          {
            from: places
              .map(({ cidr }) => cidr)
              .sort()
              .map((cidr) => ({ ipBlock: { cidr } })),
            ports: [
              { port: 8080, protocol: 'TCP' },
              { port: 15021, protocol: 'TCP' },
            ],
          },
        ],
      },
    });
    expect(await ingressOf(clusterOf(region()))).toMatchObject({
      'alb.ingress.kubernetes.io/scheme': 'internet-facing',
      'alb.ingress.kubernetes.io/subnets': places.map(({ id }) => id).join(','),
      'alb.ingress.kubernetes.io/certificate-arn': (JSON.parse(IDENTITY) as BuildIdentity).certificateArn,
    });
  });
}
