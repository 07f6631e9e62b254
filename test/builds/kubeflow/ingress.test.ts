import { ingress, loadBalancerPolicy, loadBalancerSubnets } from '../../../builds/kubeflow/overlay/ingress';
import { defined } from '../../../core/defined';
import { configurationWith, found, identity } from '../support';

describe('the ingress', () => {
  const annotations = (document: Record<string, unknown> = {}): Record<string, string> =>
    ingress(configurationWith(document), found, identity.certificateArn).metadata.annotations ?? {};

  test.each([
    ['internet-facing', 'public'],
    ['internal', 'private'],
  ] as const)('an %s load balancer stands in the %s subnets', (scheme, kind) => {
    expect(annotations({ kubeflow: { ingress_scheme: scheme } })).toMatchObject({
      'alb.ingress.kubernetes.io/scheme': scheme,
      'alb.ingress.kubernetes.io/subnets': found.subnets[kind].map(({ id }) => id).join(','),
    });
  });

  test('of several subnets in a zone the largest is taken, of equal ones the first', () => {
    const configuration = configurationWith({ kubeflow: { ingress_scheme: 'internal' } });
    const subnet = (id: string, zone: string, cidr?: string) => ({
      id,
      az: `eu-central-1${zone}`,
      ...defined({ cidr }),
    });
    const choose = (subnets: ReturnType<typeof subnet>[]): string[] =>
      loadBalancerSubnets(configuration, { subnets: { private: subnets, public: [] } }).map(({ id }) => id);
    expect(
      choose([
        subnet('data-a', 'a', '10.0.200.0/28'),
        subnet('app-a', 'a', '10.0.0.0/20'),
        subnet('app-b', 'b', '10.0.16.0/20'),
        subnet('other-b', 'b', '10.0.32.0/20'),
      ]),
    ).toEqual(['app-a', 'app-b']);
    expect(choose([subnet('one', 'a'), subnet('other', 'a'), subnet('known', 'b', '10.0.0.0/26')])).toEqual([
      'one',
      'known',
    ]);
  });

  test('is open to all unless ranges are given', () => {
    const key = 'alb.ingress.kubernetes.io/inbound-cidrs';
    expect(annotations()).not.toHaveProperty(key);
    expect(annotations({ kubeflow: { ingress_cidrs: ['198.51.100.0/24', '203.0.113.7/32'] } })[key]).toBe(
      '198.51.100.0/24,203.0.113.7/32',
    );
  });

  const webAcl =
    'arn:aws:wafv2:eu-central-1:111122223333:regional/webacl/front/11111111-2222-3333-4444-555555555555';
  const after = (document: Record<string, unknown>, before: Record<string, string>): Record<string, string> =>
    ingress(configurationWith({ kubeflow: document }), found, identity.certificateArn, before).metadata
      .annotations ?? {};

  test('names the web ACL that is configured, "none" where it had one, and nothing where it never had', () => {
    const key = 'alb.ingress.kubernetes.io/wafv2-acl-arn';
    expect(annotations()).not.toHaveProperty(key);
    const configured = after({ ingress_waf_acl_arn: webAcl }, {});
    expect(configured[key]).toBe(webAcl);
    const removed = after({}, configured);
    expect(removed[key]).toBe('none');
    expect(after({}, removed)).toEqual(removed);
    expect(after({ ingress_waf_acl_arn: webAcl }, removed)[key]).toBe(webAcl);
  });

  test('turns access logs on where they are configured, off where they were, and says nothing of them otherwise', () => {
    const key = 'alb.ingress.kubernetes.io/load-balancer-attributes';
    const always = 'routing.http.drop_invalid_header_fields.enabled=true';
    const bucket = 'acme-logs';
    expect(annotations()[key]).toBe(always);
    const configured = after({ ingress_access_logs: { bucket, prefix: 'kubeflow/acme' } }, {});
    expect(configured[key]).toBe(
      `${always},access_logs.s3.enabled=true,access_logs.s3.bucket=acme-logs,access_logs.s3.prefix=kubeflow/acme`,
    );
    expect(after({ ingress_access_logs: { bucket } }, {})[key]).toBe(
      `${always},access_logs.s3.enabled=true,access_logs.s3.bucket=acme-logs`,
    );
    expect(after({ ingress_access_logs: { bucket } }, configured)[key]).toBe(
      `${always},access_logs.s3.enabled=true,access_logs.s3.bucket=acme-logs,access_logs.s3.prefix=`,
    );
    const removed = after({}, configured);
    expect(removed[key]).toBe(`${always},access_logs.s3.enabled=false`);
    expect(after({}, removed)).toEqual(removed);
  });

  test.each([
    [
      'a web ACL of CloudFront',
      { ingress_waf_acl_arn: webAcl.replace('regional', 'global') },
      /regional web ACL/,
    ],
    [
      'a web ACL of another region',
      { ingress_waf_acl_arn: webAcl.replace('eu-central-1', 'us-east-1') },
      /of region/,
    ],
    [
      'a web ACL of another account',
      { ingress_waf_acl_arn: webAcl.replace('111122223333', '444455556666') },
      /account_id/,
    ],
    ['no bucket', { ingress_access_logs: { bucket: 's3://acme' } }, /ingress_access_logs\.bucket/],
    [
      'a prefix that ends the attribute',
      { ingress_access_logs: { bucket: 'acme', prefix: 'a,b=c' } },
      /prefix/,
    ],
    ['a prefix with a slash at its end', { ingress_access_logs: { bucket: 'acme', prefix: 'a/' } }, /prefix/],
    [
      'a prefix that ELB puts there itself',
      { ingress_access_logs: { bucket: 'acme', prefix: 'AWSLogs' } },
      /AWSLogs/,
    ],
  ])('%s is a problem', (_what, wrong, message) => {
    expect(() => configurationWith({ kubeflow: wrong })).toThrow(message);
  });

  test('leads from port 80 to TLS, which browsers remember, with the certificate, and drops malformed headers', () => {
    expect(annotations()).toMatchObject({
      'alb.ingress.kubernetes.io/listen-ports': '[{"HTTP":80},{"HTTPS":443}]',
      'alb.ingress.kubernetes.io/ssl-redirect': '443',
      'alb.ingress.kubernetes.io/listener-attributes.HTTPS-443':
        'routing.http.response.strict_transport_security.header_value=max-age=31536000',
      'alb.ingress.kubernetes.io/certificate-arn': identity.certificateArn,
      'alb.ingress.kubernetes.io/load-balancer-attributes':
        'routing.http.drop_invalid_header_fields.enabled=true',
    });
  });

  test("reaches Istio's gateway and its health from its own subnets, in whichever range of the VPC, and nothing else does", () => {
    expect(loadBalancerPolicy(configurationWith(), found)['spec']).toMatchObject({
      podSelector: { matchLabels: { app: 'istio-ingressgateway' } },
      ingress: [
        {
          from: found.subnets.public.map(({ cidr }) => ({ ipBlock: { cidr } })),
          ports: [
            { protocol: 'TCP', port: 8080 },
            { protocol: 'TCP', port: 15021 },
          ],
        },
      ],
    });
  });
});
