import { ACMClient } from '@aws-sdk/client-acm';
import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { EC2Client } from '@aws-sdk/client-ec2';
import { EFSClient } from '@aws-sdk/client-efs';
import { EKSClient } from '@aws-sdk/client-eks';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { IAMClient } from '@aws-sdk/client-iam';
import { KMSClient } from '@aws-sdk/client-kms';
import { RDSClient } from '@aws-sdk/client-rds';
import { Route53Client } from '@aws-sdk/client-route-53';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SNSClient } from '@aws-sdk/client-sns';
import { WAFV2Client } from '@aws-sdk/client-wafv2';

/** The region's own clients: used by the account's owner and by the stand-ins. */
export interface RegionClients {
  acm: ACMClient;
  cognito: CognitoIdentityProviderClient;
  ec2: EC2Client;
  efs: EFSClient;
  eks: EKSClient;
  elb: ElasticLoadBalancingV2Client;
  iam: IAMClient;
  kms: KMSClient;
  rds: RDSClient;
  route53: Route53Client;
  s3: S3Client;
  secrets: SecretsManagerClient;
  sns: SNSClient;
  wafv2: WAFV2Client;
}

/** With these the region itself signs; the gateway's log leaves them out. */
export const ownCredentials = {
  accessKeyId: 'AKIALOCALREGION00000',
  secretAccessKey: 'local-region',
} as const;

/**
 * The region's own clients.
 *
 * @param endpoint the gateway, once it is open
 */
export function createRegionClients(endpoint: Promise<string>, region: string): RegionClients {
  const config = {
    endpoint: async () => {
      const { protocol, hostname, port, pathname } = new URL(await endpoint);
      return { protocol, hostname, port: Number(port), path: pathname };
    },
    region,
    credentials: ownCredentials,
  };
  return {
    acm: new ACMClient(config),
    cognito: new CognitoIdentityProviderClient(config),
    ec2: new EC2Client(config),
    efs: new EFSClient(config),
    eks: new EKSClient(config),
    elb: new ElasticLoadBalancingV2Client(config),
    iam: new IAMClient(config),
    kms: new KMSClient(config),
    rds: new RDSClient(config),
    route53: new Route53Client(config),
    s3: new S3Client(config),
    secrets: new SecretsManagerClient(config),
    sns: new SNSClient(config),
    wafv2: new WAFV2Client(config),
  };
}
