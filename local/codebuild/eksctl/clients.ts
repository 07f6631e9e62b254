import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { EKSClient } from '@aws-sdk/client-eks';
import { IAMClient } from '@aws-sdk/client-iam';
import { STSClient } from '@aws-sdk/client-sts';

/** What the stand-in talks to. */
export interface EksctlClients {
  cloudFormation: CloudFormationClient;
  eks: EKSClient;
  iam: IAMClient;
  sts: STSClient;
}

/** Writes a line that says who speaks. */
export type Say = (text: string) => void;

/**
 * Clients that say in their user agent who they are: on AWS, CloudFormation makes most of these calls.
 */
export function createEksctlClients(region: string): EksctlClients {
  const config = { region, customUserAgent: 'eksctl-stand-in' };
  return {
    cloudFormation: new CloudFormationClient(config),
    eks: new EKSClient(config),
    iam: new IAMClient(config),
    sts: new STSClient(config),
  };
}
