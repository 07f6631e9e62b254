import { parseConfiguration, type Configuration } from '../../core/configuration';
import type { Network } from '../../core/handover/found';
import type { BuildIdentity } from '../../core/handover/identity';
import { minimalConfiguration } from '../support/minimal-configuration';

/**
 * A valid configuration with the given keys.
 *
 * @throws Error with the problems when they make it invalid
 */
export function configurationWith(document: Record<string, unknown> = {}): Configuration {
  const parsed = parseConfiguration({ ...minimalConfiguration, ...document });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.configuration;
}

export const found: Network = {
  vpc: { id: 'vpc-0123456789abcdef0', cidr: '10.0.0.0/16' },
  subnets: {
    private: [
      { id: 'subnet-0aaaaaaaaaaaaaaa1', az: 'eu-central-1a', cidr: '10.0.0.0/24' },
      { id: 'subnet-0aaaaaaaaaaaaaaa2', az: 'eu-central-1b', cidr: '10.0.1.0/24' },
    ],
    public: [
      { id: 'subnet-0bbbbbbbbbbbbbbb1', az: 'eu-central-1a', cidr: '10.0.100.0/24' },
      { id: 'subnet-0bbbbbbbbbbbbbbb2', az: 'eu-central-1b', cidr: '10.0.101.0/24' },
    ],
  },
};

export const identity: BuildIdentity = {
  userPoolId: 'eu-central-1_AbCdEf123',
  userPoolArn: 'arn:aws:cognito-idp:eu-central-1:111122223333:userpool/eu-central-1_AbCdEf123',
  clientId: '1example23456789',
  secretArn: 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:kubeflow-eks/acme/oauth2-proxy-AbCdEf',
  certificateArn: 'arn:aws:acm:eu-central-1:111122223333:certificate/11111111-2222-3333-4444-555555555555',
  cognitoDomain: 'cognito.auth.ml.acme.example',
  providerName: 'ADFS',
};

export const oidcIssuer = 'https://oidc.eks.eu-central-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF';
