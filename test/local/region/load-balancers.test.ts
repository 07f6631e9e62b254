import { DescribeLoadBalancersCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { createRegionClients, type RegionClients } from '../../../local/region/account/clients';
import { provisionLoadBalancer } from '../../../local/region/account/load-balancers';
import { prepareNetwork, type PreparedNetwork } from '../../../local/region/account/prepare-network';
import { configurationWith } from '../../builds/support';
import { useMoto } from '../../support/moto';

const moto = useMoto();
let clients: RegionClients;
let network: PreparedNetwork;
beforeEach(async () => {
  clients = createRegionClients(Promise.resolve(moto.server.endpoint), 'eu-central-1');
  network = await prepareNetwork(clients.ec2, configurationWith());
});

const provision = (subnets: readonly string[]): Promise<string> =>
  provisionLoadBalancer(
    clients,
    { clusterName: 'acme', vpcId: network.vpcId, defaultTags: { team: 'ml' } },
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: {
        name: 'web',
        namespace: 'default',
        annotations: {
          'alb.ingress.kubernetes.io/scheme': 'internal',
          'alb.ingress.kubernetes.io/subnets': subnets.join(','),
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
