import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { EC2Client } from '@aws-sdk/client-ec2';
import { EKSClient } from '@aws-sdk/client-eks';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { IAMClient } from '@aws-sdk/client-iam';
import { KMSClient } from '@aws-sdk/client-kms';
import { Route53Client } from '@aws-sdk/client-route-53';

/** The region's own clients: the hands of whoever owns the account, and of the stand-ins. */
export interface RegionClients {
  cognito: CognitoIdentityProviderClient;
  ec2: EC2Client;
  eks: EKSClient;
  elb: ElasticLoadBalancingV2Client;
  iam: IAMClient;
  kms: KMSClient;
  route53: Route53Client;
}

/** Clients that talk to an endpoint of the region, past the gateway's log where that is moto itself. */
export function createRegionClients(endpoint: string, region: string): RegionClients {
  const config = {
    endpoint,
    region,
    credentials: { accessKeyId: 'AKIALOCALREGION00000', secretAccessKey: 'local-region' },
  };
  return {
    cognito: new CognitoIdentityProviderClient(config),
    ec2: new EC2Client(config),
    eks: new EKSClient(config),
    elb: new ElasticLoadBalancingV2Client(config),
    iam: new IAMClient(config),
    kms: new KMSClient(config),
    route53: new Route53Client(config),
  };
}
