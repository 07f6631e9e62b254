import {
  DescribeListenersCommand,
  DescribeLoadBalancerAttributesCommand,
  DescribeLoadBalancersCommand,
  DescribeRulesCommand,
  DescribeTagsCommand,
  DescribeTargetGroupsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { GetWebACLForResourceCommand } from '@aws-sdk/client-wafv2';
import { loadBalancerAnnotations, noWebAcl } from '../../../core/load-balancer-annotations';
import { createRegionClients, type RegionClients } from '../../../local/region/account/clients';
import { deprovisionLoadBalancer, provisionLoadBalancer } from '../../../local/region/account/load-balancers';
import { prepareNetwork, type PreparedNetwork } from '../../../local/region/account/prepare-network';
import { configurationWith } from '../../builds/support';
import { makeLogBucket, makeWebAcl } from '../../support/front-door-fixtures';
import { useMoto } from '../../support/moto';

const moto = useMoto();
let clients: RegionClients;
let network: PreparedNetwork;
beforeEach(async () => {
  clients = createRegionClients(Promise.resolve(moto.server.endpoint), 'eu-central-1');
  network = await prepareNetwork(clients.ec2, configurationWith());
});

const provision = (
  subnets: readonly string[],
  annotations: Record<string, string> = {},
  managesWebAcls = true,
): Promise<string> =>
  provisionLoadBalancer(
    clients,
    { clusterName: 'acme', vpcId: network.vpcId, defaultTags: { team: 'ml' }, managesWebAcls },
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: {
        name: 'web',
        namespace: 'default',
        annotations: {
          'alb.ingress.kubernetes.io/scheme': 'internal',
          'alb.ingress.kubernetes.io/subnets': subnets.join(','),
          ...annotations,
        },
      },
    },
  );

test('a load balancer stands in the subnets that its Ingress names', async () => {
  const subnets = network.subnets.private.slice(0, 2);
  await provision(subnets);
  const { LoadBalancers: [made] = [] } = await clients.elb.send(new DescribeLoadBalancersCommand({}));
  expect(made?.AvailabilityZones?.map(({ SubnetId: id }) => id).sort()).toEqual([...subnets].sort());
});

test('two subnets of one zone are refused, as the controller refuses them', async () => {
  await expect(provision(network.subnets.private)).rejects.toThrow(
    /^multiple subnets in same Availability Zone eu-central-1a/,
  );
});

test('one zone is refused', async () => {
  await expect(provision(network.subnets.private.slice(0, 1))).rejects.toThrow(/less than minimal/);
});

describe('the web ACL of a load balancer', () => {
  const two = (): readonly string[] => network.subnets.private.slice(0, 2);
  const asked = (value: string) => ({ [loadBalancerAnnotations.webAcl]: value });
  async function present(): Promise<string | undefined> {
    const { LoadBalancers: [made] = [] } = await clients.elb.send(new DescribeLoadBalancersCommand({}));
    const { WebACL } = await clients.wafv2.send(
      new GetWebACLForResourceCommand({ ResourceArn: made?.LoadBalancerArn }),
    );
    return WebACL?.ARN;
  }

  test('is the one that is named, then the next, stays where none is named any more, and goes with "none"', async () => {
    const [one, other] = [await makeWebAcl(clients.wafv2, 'one'), await makeWebAcl(clients.wafv2, 'other')];
    await provision(two(), asked(one));
    expect(await present()).toBe(one);
    await provision(two(), asked(other));
    expect(await present()).toBe(other);
    await provision(two());
    expect(await present()).toBe(other);
    await provision(two(), asked(noWebAcl), false);
    expect(await present()).toBe(other);
    await provision(two(), asked(noWebAcl));
    expect(await present()).toBeUndefined();
  });

  test.each([
    [
      'of another region',
      'arn:aws:wafv2:us-east-1:123456789012:regional/webacl/one/1',
      /WAFInvalidParameter/,
    ],
    ['for CloudFront', 'arn:aws:wafv2:eu-central-1:123456789012:global/webacl/one/1', /WAFInvalidParameter/],
    ['that is not there', 'arn:aws:wafv2:eu-central-1:123456789012:regional/webacl/one/1', /.+/],
  ])('%s is refused when the load balancer stands', async (_, arn, message) => {
    await expect(provision(two(), asked(arn))).rejects.toMatchObject({
      name: 'DeployError',
      message: expect.stringMatching(message) as string,
    });
    expect(await present()).toBeUndefined();
  });
});

describe('the access logs of a load balancer', () => {
  const two = (): readonly string[] => network.subnets.private.slice(0, 2);
  const asked = (value: string) => ({ [loadBalancerAnnotations.attributes]: value });
  const on = (bucket: string, prefix = 'kubeflow'): Record<string, string> =>
    asked(`access_logs.s3.enabled=true,access_logs.s3.bucket=${bucket},access_logs.s3.prefix=${prefix}`);
  const makeBucket = (region: 'eu-central-1' | 'us-west-2', folder?: string): Promise<void> =>
    makeLogBucket(createRegionClients(Promise.resolve(moto.server.endpoint), region).s3, 'acme-logs', {
      region,
      ...(folder !== undefined && { writable: `arn:aws:s3:::acme-logs/${folder}*` }),
    });
  async function isOn(): Promise<string | undefined> {
    const { LoadBalancers: [made] = [] } = await clients.elb.send(new DescribeLoadBalancersCommand({}));
    const { Attributes = [] } = await clients.elb.send(
      new DescribeLoadBalancerAttributesCommand({ LoadBalancerArn: made?.LoadBalancerArn }),
    );
    return Attributes.find(({ Key }) => Key === 'access_logs.s3.enabled')?.Value;
  }

  test('are written where the policy of the bucket lets them, go on where nothing is said, and end where it says so', async () => {
    await makeBucket('eu-central-1', 'kubeflow/AWSLogs/123456789012/');
    await provision(two(), on('acme-logs'));
    expect(await isOn()).toBe('true');
    await provision(two(), asked('routing.http.drop_invalid_header_fields.enabled=true'));
    expect(await isOn()).toBe('true');
    await provision(two(), asked('access_logs.s3.enabled=false'));
    expect(await isOn()).toBe('false');
  });

  test.each<[string, () => Promise<void>]>([
    ['that is not there', () => Promise.resolve()],
    ['without a policy', () => makeBucket('eu-central-1')],
    ['whose policy is for another folder', () => makeBucket('eu-central-1', 'other/')],
    ['in another region', () => makeBucket('us-west-2', '')],
  ])('a bucket %s is refused', async (_, make) => {
    await make();
    await expect(provision(two(), on('acme-logs'))).rejects.toMatchObject({
      name: 'DeployError',
      message: expect.stringContaining(
        'Access Denied for bucket: acme-logs. Please check S3bucket permission',
      ) as string,
    });
    expect(await isOn()).not.toBe('true');
  });
});

describe('its target groups', () => {
  const settings = () => ({
    ...{ clusterName: 'acme', vpcId: network.vpcId, managesWebAcls: true },
    defaultTags: { team: 'ml' },
  });
  const ingress = (annotations: Record<string, string> = {}) => ({
    ...{ apiVersion: 'networking.k8s.io/v1', kind: 'Ingress' },
    metadata: {
      ...{ name: 'web', namespace: 'istio-system' },
      annotations: {
        'alb.ingress.kubernetes.io/scheme': 'internal',
        'alb.ingress.kubernetes.io/subnets': network.subnets.private.slice(0, 2).join(','),
        'alb.ingress.kubernetes.io/target-type': 'ip',
        'alb.ingress.kubernetes.io/listen-ports': '[{"HTTP":80},{"HTTPS":443}]',
        'alb.ingress.kubernetes.io/ssl-redirect': '443',
        ...annotations,
      },
    },
  });
  const gateway = {
    ...{ name: 'istio-ingressgateway', uid: 'one', port: '80', targetPort: 8080 },
    ...{ host: 'kubeflow.example.com', path: '/*' },
  };
  const keep = (backends: readonly (typeof gateway)[], annotations?: Record<string, string>) =>
    provisionLoadBalancer(clients, settings(), ingress(annotations), backends);
  const groups = async () => (await clients.elb.send(new DescribeTargetGroupsCommand({}))).TargetGroups ?? [];

  test('are those of the controller: names, tags, and known by the load balancer', async () => {
    await keep([gateway]);
    const [made, ...others] = await groups();
    expect(others).toEqual([]);
    expect(made).toMatchObject({
      TargetGroupName: expect.stringMatching(/^k8s-istiosys-istioing-[0-9a-f]{10}$/) as string,
      ...{ Port: 8080, Protocol: 'HTTP', TargetType: 'ip' },
    });
    const { LoadBalancers: [balancer] = [] } = await clients.elb.send(new DescribeLoadBalancersCommand({}));
    expect(made?.LoadBalancerArns).toEqual([balancer?.LoadBalancerArn]);
    const { TagDescriptions: [described] = [] } = await clients.elb.send(
      new DescribeTagsCommand({ ResourceArns: [made?.TargetGroupArn ?? ''] }),
    );
    expect(Object.fromEntries((described?.Tags ?? []).map(({ Key = '', Value }) => [Key, Value]))).toEqual({
      team: 'ml',
      'elbv2.k8s.aws/cluster': 'acme',
      'ingress.k8s.aws/stack': 'istio-system/web',
      'ingress.k8s.aws/resource': 'istio-system/web-istio-ingressgateway:80',
    });
    await keep([gateway]);
    expect(await groups()).toEqual([made]);
  });

  test('are others for another Service, and go with the load balancer', async () => {
    await keep([gateway]);
    const [first] = await groups();
    await keep([{ ...gateway, uid: 'two' }]);
    const [second, ...rest] = await groups();
    expect(rest).toEqual([]);
    expect(second?.TargetGroupName).not.toBe(first?.TargetGroupName);
    await keep([{ ...gateway, uid: 'two', host: 'ai.example.com' }]);
    expect((await groups()).map(({ TargetGroupArn }) => TargetGroupArn)).toEqual([second?.TargetGroupArn]);
    const { Listeners = [] } = await clients.elb.send(
      new DescribeListenersCommand({ LoadBalancerArn: second?.LoadBalancerArns?.[0] }),
    );
    expect(Listeners.map(({ Port }) => Port)).toEqual([80, 443]);
    const rules = await Promise.all(
      Listeners.map(async ({ ListenerArn }) => {
        const { Rules = [] } = await clients.elb.send(new DescribeRulesCommand({ ListenerArn }));
        return Rules.flatMap(({ Conditions = [] }) => Conditions.flatMap(({ Values = [] }) => Values));
      }),
    );
    expect(rules).toEqual([[], ['ai.example.com', '/*']]);
    await deprovisionLoadBalancer(clients, settings(), ingress());
    expect(await groups()).toEqual([]);
  });
});
