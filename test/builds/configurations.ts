import type { Found } from '../../builds/support/input';
import { parseConfiguration, type Configuration } from '../../core/configuration';

const account = '111122223333';

/** The smallest valid document: nothing but what has no default. */
export const minimal = {
  region: 'eu-central-1',
  account_id: account,
  vpc_id: 'vpc-0123456789abcdef0',
  kms_key_arn: `arn:aws:kms:eu-central-1:${account}:key/11111111-2222-3333-4444-555555555555`,
  eks_name: 'acme',
  route53_domain: 'ml.acme.example',
  adfs_url: 'adfs.acme.example',
};

/** A configuration: the minimal document with changes. */
export function configured(changes: Record<string, unknown> = {}): Configuration {
  const parsed = parseConfiguration({ ...minimal, ...changes });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.configuration;
}

/** What the preflight checks would have found. */
export const found: Found = {
  vpc: { id: minimal.vpc_id, cidr: '10.1.0.0/16' },
  subnets: {
    private: [
      { id: 'subnet-0aaa', az: 'eu-central-1a' },
      { id: 'subnet-0bbb', az: 'eu-central-1b' },
    ],
    public: [
      { id: 'subnet-0ccc', az: 'eu-central-1a' },
      { id: 'subnet-0ddd', az: 'eu-central-1b' },
    ],
  },
};
