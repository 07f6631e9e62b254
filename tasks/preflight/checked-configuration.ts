import type { Configuration } from '../../core/configuration';
import type { SamlSource } from './saml';

/** What of the configuration is checked against the account. */
export type Checked = Pick<
  Configuration,
  | 'vpc_id'
  | 'iam_role_prefix'
  | 'iam_policy_prefix'
  | 'subnets'
  | 'kms_key_arn'
  | 'ssh_key_name'
  | 'associate_public_ip_address'
  | 'route53_domain'
  | 'hosted_zone_id'
  | 'auth_base_domain'
  | 'cognito_domain'
  | 'kubeflow_domain'
  | 'cert_alt_names'
  | 'kubeflow'
  | 'account_id'
  | 'cpu_worker_type'
  | 'gpu_node_group'
  | 'kubernetes_version'
  | 'endpoint_access'
  | 'image_registry'
  | 'permissions_boundary_arn'
  | 'admin_role_arns'
  | 'lambda_concurrency_enabled'
  | 'lambda_profile_concurrency'
  | 'nodegroup_desired_size'
  | 'access'
  | 'shared_volumes'
  | 'database'
  | 'artifacts'
> & { saml_metadata: SamlSource };

/** Every name that gets a record, but for the domain itself. */
export function namesOf({
  auth_base_domain,
  cognito_domain,
  kubeflow_domain,
  cert_alt_names,
}: Checked): string[] {
  return [auth_base_domain, cognito_domain, kubeflow_domain, ...cert_alt_names];
}
