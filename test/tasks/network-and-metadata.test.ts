import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { findSubnets, type Subnet } from '../../adapters/aws/ec2-network';
import { chooseSubnets } from '../../tasks/preflight/choose-subnets';
import { checkSamlMetadata } from '../../tasks/preflight/saml';
import { answeringClients } from '../support/answering-clients';
import { makeSamlMetadata } from '../support/saml-metadata';

const vpc = { id: 'vpc-1', cidr: '10.0.0.0/16' };

/** Subnets as EC2 describes them, by their zones' ids; all private, with a way out. */
async function subnetsIn(zones: readonly string[], more: object = {}): Promise<Subnet[]> {
  const { clients } = answeringClients({
    DescribeSubnets: {
      Subnets: zones.map((AvailabilityZoneId, index) => ({
        SubnetId: `subnet-${index}`,
        AvailabilityZone: `zone-${index}`,
        AvailabilityZoneId,
        CidrBlock: `10.0.${index}.0/24`,
        AvailableIpAddressCount: 200,
        ...more,
      })),
    },
    DescribeRouteTables: {
      RouteTables: [
        {
          Associations: [{ Main: true }],
          Routes: [{ DestinationCidrBlock: '0.0.0.0/0', NatGatewayId: 'nat-1' }],
        },
      ],
    },
  });
  return findSubnets(clients, vpc.id);
}

describe('subnets in which EKS takes no cluster', () => {
  const zones = ['usw2-az1', 'usw2-az2', 'usw2-lax1-az1', 'use1-wl1-bos-wlz1', 'use1-az3'];

  test('are passed over where they are found: Local and Wavelength Zones, and zones without EKS', async () => {
    const { subnets, findings } = chooseSubnets(
      { vpc, named: undefined, needsPublic: false, needsWayOut: true },
      await subnetsIn(zones),
    );
    expect(subnets.private.map(({ id }) => id)).toEqual(['subnet-0', 'subnet-1']);
    expect(findings).toEqual([]);
  });

  test('are refused where they are named', async () => {
    const named = { private: ['subnet-0', 'subnet-1', 'subnet-2'], public: [] };
    const { findings } = chooseSubnets({ vpc, named, needsPublic: false }, await subnetsIn(zones));
    expect(findings).toMatchObject([
      {
        name: 'SubnetsMissing',
        message: expect.stringMatching(/subnet-2 .*usw2-lax1-az1.*EKS takes no subnets/) as string,
      },
    ]);
  });

  test('and so is one on an Outpost', async () => {
    const outpost = await subnetsIn(['usw2-az1', 'usw2-az2'], { OutpostArn: 'arn:aws:outposts:x' });
    const { subnets, findings } = chooseSubnets({ vpc, named: undefined, needsPublic: false }, outpost);
    expect(subnets.private).toEqual([]);
    expect(findings).not.toEqual([]);
  });
});

describe('SAML metadata', () => {
  test('by an address that leads elsewhere is refused: a resync would not follow it', async () => {
    const server = createServer((_request, response) => {
      response.writeHead(302, { location: 'https://elsewhere.example/metadata.xml' }).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const { port } = server.address() as AddressInfo;
      const { findings } = await checkSamlMetadata({ url: `http://127.0.0.1:${port}/` }, new Date());
      expect(findings).toMatchObject([
        {
          name: 'SamlMetadataUnusable',
          message: expect.stringContaining('redirects to https://elsewhere.example/metadata.xml') as string,
        },
      ]);
    } finally {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  });

  test('with a sign-on address over http is warned of', async () => {
    const https = await makeSamlMetadata();
    const inline = https.replace('https://adfs.example.com/adfs/ls/', 'http://adfs.example.com/adfs/ls/');
    expect((await checkSamlMetadata({ inline }, new Date())).warnings).toEqual([
      expect.stringContaining('is not https'),
    ]);
    expect((await checkSamlMetadata({ inline: https }, new Date())).warnings).toEqual([]);
  });
});
