import { parseConfiguration } from '../../core/configuration';
import { kubeflowComponents } from '../../core/configuration/schema';
import { kubeflowDistribution } from '../../core/versions';
import type { RenderInput } from '../../builds/kubeflow/render-components';

/** Issuer of the sample cluster's tokens. */
export const sampleOidcIssuer =
  'https://oidc.eks.eu-central-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF';

/**
 * A deployment with every component, for checks and lists that need one: no account has it.
 *
 * @throws Error when the configuration's schema no longer takes it
 */
export function sampleInput(): RenderInput {
  const region = 'eu-central-1';
  const account = '111122223333';
  const parsed = parseConfiguration({
    region,
    account_id: account,
    vpc_id: 'vpc-0123456789abcdef0',
    kms_key_arn: `arn:aws:kms:${region}:${account}:key/11111111-2222-3333-4444-555555555555`,
    eks_name: 'sample',
    route53_domain: 'sample.example',
    adfs_url: 'adfs.sample.example',
    kubeflow: { components: [...kubeflowComponents], model_registry: { namespaces: ['team-a'] } },
  });
  if (!parsed.ok) throw new Error(`the sample is not valid: ${JSON.stringify(parsed.problems)}`);
  const { configuration } = parsed;
  const subnets = [
    { id: 'subnet-0123456789abcdef0', az: `${region}a` },
    { id: 'subnet-0123456789abcdef1', az: `${region}b` },
  ];
  return {
    configuration,
    found: {
      vpc: { id: configuration.vpc_id, cidr: '10.0.0.0/16' },
      subnets: { private: subnets, public: subnets },
    },
    identity: {
      userPoolId: `${region}_Sample123`,
      userPoolArn: `arn:aws:cognito-idp:${region}:${account}:userpool/${region}_Sample123`,
      clientId: 'sampleclient0123456789',
      secretArn: `arn:aws:secretsmanager:${region}:${account}:secret:kubeflow-eks/sample/oauth2-proxy-AbCdEf`,
      certificateArn: `arn:aws:acm:${region}:${account}:certificate/11111111-2222-3333-4444-555555555555`,
      cognitoDomain: configuration.cognito_domain,
      providerName: 'ADFS',
    },
    cluster: { oidcIssuer: sampleOidcIssuer },
    secretVersion: kubeflowDistribution.version,
  };
}
