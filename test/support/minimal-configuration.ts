/** A configuration with nothing but the parameters that have no default. */
export const minimalConfiguration = {
  region: 'eu-central-1',
  account_id: '111122223333',
  vpc_id: 'vpc-0123456789abcdef0',
  kms_key_arn: 'arn:aws:kms:eu-central-1:111122223333:key/11111111-2222-3333-4444-555555555555',
  eks_name: 'acme',
  route53_domain: 'ml.acme.example',
  adfs_url: 'adfs.acme.example',
} as const;
