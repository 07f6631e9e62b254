import { ACMClient, ImportCertificateCommand } from '@aws-sdk/client-acm';
import {
  ChangeResourceRecordSetsCommand,
  ListHostedZonesCommand,
  ListResourceRecordSetsCommand,
  Route53Client,
  type ChangeAction,
} from '@aws-sdk/client-route-53';
import { authorizeUrl } from '../../../core/login-urls';
import { ingress as ingressName, functionName } from '../../../core/naming';
import { createAuthority } from '../../../local/region/network/authority';
import { testDeployment } from '../../support/task-context';
import type { WayIn } from '../../support/way-in';

const annotation = 'alb.ingress.kubernetes.io/certificate-arn';

/** The workflow's own verification, over the real gateway and authorizer, by the deployed function. */
export function verifiedFromOutside(wayIn: () => WayIn): void {
  const verify = async (): Promise<unknown> => {
    const { region, outputs, url } = wayIn();
    const { cognitoDomain, clientId } = outputs;
    // A connection that an instance keeps would neither look the name up again nor see another certificate.
    await region.functions.coolDown(functionName('verify-endpoint'));
    const outcome = await region.functions.invoke(functionName('verify-endpoint'), {
      deployment: testDeployment,
      url,
      cognitoDomain,
      clientId,
    });
    return outcome.error ?? outcome.result;
  };
  // This host is no account, and the result says where its assumptions were seen.
  const elsewhere = '127.0.0.1';
  const good = (): object => ({
    status: 302,
    redirect: authorizeUrl(wayIn().outputs.cognitoDomain),
    assumptions: [
      { id: 'login-redirect', verdict: 'verified', elsewhere },
      { id: 'provider-redirect', verdict: 'verified', value: '302 with a SAML request', elsewhere },
    ],
  });
  const notReady = (reason: RegExp): object => ({
    errorType: 'EndpointNotReady',
    errorMessage: expect.stringMatching(reason) as string,
  });

  test('the provisioning itself was answered by the load balancer and what is behind it', async () => {
    const { region, url } = wayIn();
    const { hostname } = new URL(url);
    const sites = region.network.connections.filter(({ host }) => host === hostname);
    expect(sites.map(({ site }) => site)).toContain('load balancer');
    expect(sites.filter(({ site }) => site.includes('stand-in'))).toEqual([]);
    expect(await verify()).toEqual(good());
  });

  test('no healthy target: the load balancer answers 503', async () => {
    const { mesh } = wayIn();
    await mesh.stopGateways();
    try {
      expect(await verify()).toMatchObject(notReady(/answered 503.*targets.*may still be starting/));
    } finally {
      await mesh.addGateway();
    }
    expect(await verify()).toEqual(good());
  });

  test('a certificate of other names: the listener shows it, and the connection is not made', async () => {
    const { clients, cluster } = wayIn();
    const path = `/apis/networking.k8s.io/v1/namespaces/${ingressName.namespace}/ingresses/${ingressName.name}`;
    const { metadata } = await cluster.client.get<{ metadata: { annotations: Record<string, string> } }>(
      path,
    );
    const present = async (arn: string | undefined): Promise<void> => {
      await cluster.client.json({
        path,
        method: 'PATCH',
        contentType: 'application/merge-patch+json',
        body: { metadata: { annotations: { [annotation]: arn } } },
      });
    };
    const { cert, key } = await (await createAuthority()).signingCertificate('other.demo.acme.example');
    const { CertificateArn: other } = await clients
      .get(ACMClient)
      .send(new ImportCertificateCommand({ Certificate: Buffer.from(cert), PrivateKey: Buffer.from(key) }));
    await present(other);
    try {
      expect(await verify()).toMatchObject(
        notReady(/cannot be reached \(ERR_TLS_CERT_ALTNAME_INVALID\).*certificate is valid for it/),
      );
    } finally {
      await present(metadata.annotations[annotation]);
    }
    expect(await verify()).toEqual(good());
  });

  test('DNS that is not there yet: the name leads nowhere', async () => {
    const { clients, url } = wayIn();
    const route53 = clients.get(Route53Client);
    const { hostname } = new URL(url);
    const { HostedZones: zones = [] } = await route53.send(new ListHostedZonesCommand({}));
    const zone = zones.find(({ Name = '-' }) => `${hostname}.`.endsWith(`.${Name}`));
    const { ResourceRecordSets: records = [] } = await route53.send(
      new ListResourceRecordSetsCommand({ HostedZoneId: zone?.Id }),
    );
    const record = records.find(({ Name, Type }) => Name === `${hostname}.` && Type === 'A');
    if (record === undefined) throw new Error(`there is no record ${hostname}`);
    const change = async (Action: ChangeAction): Promise<void> => {
      await route53.send(
        new ChangeResourceRecordSetsCommand({
          HostedZoneId: zone?.Id,
          ChangeBatch: { Changes: [{ Action, ResourceRecordSet: record }] },
        }),
      );
    };
    await change('DELETE');
    try {
      expect(await verify()).toMatchObject(notReady(/cannot be reached.*see that the name resolves/));
    } finally {
      await change('CREATE');
    }
    expect(await verify()).toEqual(good());
  });
}
