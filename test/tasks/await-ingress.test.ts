import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  CreateLoadBalancerCommand,
  ElasticLoadBalancingV2Client,
  ModifyLoadBalancerAttributesCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { AssociateWebACLCommand, DisassociateWebACLCommand, WAFV2Client } from '@aws-sdk/client-wafv2';
import { parseAllDocuments } from 'yaml';
import { createClients, type AwsClients } from '../../adapters/aws/clients';
import { attributesOf, loadBalancerAnnotations, noWebAcl } from '../../core/load-balancer-annotations';
import { kubernetesGroups } from '../../core/naming';
import type { ServiceHandler } from '../../local/region/gateway/gateway';
import { CredentialStore } from '../../local/sts/credentials';
import { serveSts, type StsServer } from '../../local/sts/server';
import { createSts } from '../../local/sts/sts';
import { task } from '../../tasks/ingress/await-ingress';
import { useControlPlane } from '../support/control-plane';
import { makeWebAcl } from '../support/front-door-fixtures';
import { useMoto } from '../support/moto';
import { makeNetwork } from '../support/network';
import { testContext, testDeployment as deployment } from '../support/task-context';

const role = 'arn:aws:iam::123456789012:role/kubeflow-eks-await-ingress-eu-central-1';
const rbac = join(__dirname, '../../builds/kubeflow/rbac/observer.yaml');

describe('await-ingress, with the rights of the function in a real cluster', () => {
  let state: string | undefined;
  const moto = useMoto({
    services: () => {
      state = undefined;
      return { elasticloadbalancing: [inState] };
    },
  });
  /** A load balancer that is not active, which moto's always is. */
  const inState: ServiceHandler = () =>
    Promise.resolve(
      state === undefined
        ? undefined
        : {
            status: 200,
            headers: { 'content-type': 'text/xml' },
            body: `<DescribeLoadBalancersResponse><DescribeLoadBalancersResult><LoadBalancers><member><DNSName>alb.elb.example.com</DNSName><State><Code>${state}</Code></State></member></LoadBalancers></DescribeLoadBalancersResult></DescribeLoadBalancersResponse>`,
          },
    );
  const store = new CredentialStore();
  const credentials = store.issue(role, 'kubeflow-eks-await-ingress');
  let sts: StsServer;
  let clients: AwsClients;
  const kubernetes = useControlPlane(async () => {
    sts = await serveSts(createSts({ credentials: store }));
    return {
      clusterName: 'acme',
      eksTokens: {
        region: 'eu-central-1',
        stsUrl: sts.url,
        accessEntries: [{ principalArn: role, kubernetesGroups: [kubernetesGroups.observer] }],
      },
    };
  });

  beforeAll(async () => {
    const documents = parseAllDocuments(await readFile(rbac, 'utf8'));
    await kubernetes().client.applyAll(documents.map((document) => document.toJS() as object));
    await kubernetes().client.apply({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: 'istio-system' },
    });
  });
  afterAll(() => sts.close());
  beforeEach(() => {
    clients = createClients({ region: 'eu-central-1', endpoint: moto.endpoint, credentials });
  });
  afterEach(() => {
    clients.destroy();
  });

  const run = (name = 'acme') => {
    const { endpoint, caPem } = kubernetes();
    const certificateAuthority = Buffer.from(caPem).toString('base64');
    return task.run(
      { deployment, cluster: { name, endpoint, certificateAuthority } },
      testContext(moto, { clients }),
    );
  };
  const makeIngress = (annotations: Record<string, string> = {}) =>
    kubernetes().client.apply({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: { name: 'istio-ingress', namespace: 'istio-system', annotations },
      spec: { defaultBackend: { service: { name: 'istio-ingressgateway', port: { number: 80 } } } },
    });
  /** As the load balancer controller does when it has made the load balancer. */
  const setAddress = (hostname: string) =>
    kubernetes().client.json({
      path: '/apis/networking.k8s.io/v1/namespaces/istio-system/ingresses/istio-ingress/status',
      method: 'PATCH',
      contentType: 'application/merge-patch+json',
      body: { status: { loadBalancer: { ingress: [{ hostname }] } } },
    });

  test('without an ingress there is nothing to wait for yet', async () => {
    await expect(run()).rejects.toMatchObject({
      name: 'IngressHasNoAddress',
      message: expect.stringContaining('there is no ingress istio-system/istio-ingress') as string,
    });
  });

  test('an ingress without an address is awaited, and the message says where to look', async () => {
    await makeIngress();
    await expect(run()).rejects.toMatchObject({
      name: 'IngressHasNoAddress',
      message: expect.stringContaining('kubectl -n istio-system describe ingress istio-ingress') as string,
    });
  });

  test('gives the load balancer with its zone once it is active, and changes nothing', async () => {
    const { subnets } = await makeNetwork(moto.lookingClients);
    const { LoadBalancers } = await moto.lookingClients
      .get(ElasticLoadBalancingV2Client)
      .send(new CreateLoadBalancerCommand({ Name: 'k8s-acme', Subnets: subnets.public.map(({ id }) => id) }));
    const made = LoadBalancers?.[0];
    await makeIngress();
    await setAddress(made?.DNSName ?? '');

    expect(await run()).toEqual({
      hostname: made?.DNSName,
      hostedZoneId: made?.CanonicalHostedZoneId,
      loadBalancerArn: made?.LoadBalancerArn,
    });
    expect(moto.mutatingCalls()).toEqual([]);
  });

  test('a load balancer without what the ingress asks for is awaited, until it has it', async () => {
    const { subnets } = await makeNetwork(moto.lookingClients);
    const elb = moto.lookingClients.get(ElasticLoadBalancingV2Client);
    const waf = moto.lookingClients.get(WAFV2Client);
    const { LoadBalancers: [made] = [] } = await elb.send(
      new CreateLoadBalancerCommand({ Name: 'k8s-acme', Subnets: subnets.public.map(({ id }) => id) }),
    );
    const webAclArn = await makeWebAcl(waf);
    const logs = 'access_logs.s3.enabled=true,access_logs.s3.bucket=acme-logs';
    await makeIngress({
      [loadBalancerAnnotations.webAcl]: webAclArn,
      [loadBalancerAnnotations.attributes]: `routing.http.drop_invalid_header_fields.enabled=true,${logs}`,
    });
    await setAddress(made?.DNSName ?? '');
    const lacking = (text: string) => ({
      name: 'IngressHasNoAddress',
      message: expect.stringContaining(text) as string,
    });
    await expect(run()).rejects.toMatchObject(lacking('access_logs.s3.enabled is not set, expected true'));
    await elb.send(
      new ModifyLoadBalancerAttributesCommand({
        LoadBalancerArn: made?.LoadBalancerArn,
        Attributes: [...attributesOf(logs)].map(([Key, Value]) => ({ Key, Value })),
      }),
    );
    await expect(run()).rejects.toMatchObject(lacking(`its web ACL is none, expected ${webAclArn}`));
    await waf.send(new AssociateWebACLCommand({ ResourceArn: made?.LoadBalancerArn, WebACLArn: webAclArn }));
    expect(await run()).toMatchObject({ loadBalancerArn: made?.LoadBalancerArn });

    await makeIngress({ [loadBalancerAnnotations.webAcl]: noWebAcl });
    await expect(run()).rejects.toMatchObject(lacking(`its web ACL is ${webAclArn}, expected none`));
    await waf.send(new DisassociateWebACLCommand({ ResourceArn: made?.LoadBalancerArn }));
    expect(await run()).toMatchObject({ loadBalancerArn: made?.LoadBalancerArn });
    await kubernetes().client.json({
      path: '/apis/networking.k8s.io/v1/namespaces/istio-system/ingresses/istio-ingress',
      method: 'DELETE',
    });
  });

  test.each([
    ['provisioning', 'IngressHasNoAddress'],
    ['failed', 'UnexpectedFailure'],
  ])('a load balancer that is %s is %s', async (now, name) => {
    await makeIngress();
    await setAddress('alb.elb.example.com');
    state = now;
    await expect(run()).rejects.toMatchObject({ name });
  });

  test('an address of no load balancer in the region is awaited', async () => {
    await makeIngress();
    await setAddress('gone.elb.example.com');
    await expect(run()).rejects.toMatchObject({
      name: 'IngressHasNoAddress',
      message: expect.stringContaining('is not there') as string,
    });
  });

  test('a token for another cluster is not accepted', async () => {
    await expect(run('globex')).rejects.toMatchObject({ status: 401 });
  });
});
