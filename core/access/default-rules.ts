import type { Role } from './roles';

/**
 * What holds where the configuration says nothing. Apart from the schema, so that the profile manager, which completes
 * rules that an older version stored, does not carry a validation library through every cold start.
 */
export const defaultRules = {
  group_names: {} as Record<string, string>,
  group_prefix: '',
  role_suffixes: {} as Record<string, Role>,
  default_role: 'edit' as Role,
  namespace_aliases: {} as Record<string, string>,
  create_profiles: true,
  // Nobody can have it: the top-level domain is reserved for that (RFC 2606).
  profile_owner: 'profiles@kubeflow-eks.invalid',
  accepted_profile_owners: [] as string[],
  self_service_profiles: false,
  revoke_unused_after: 30,
  default_quota: {} as Record<string, string>,
  profile_quota: {} as Record<string, string>,
  namespaces: {} as Record<
    string,
    { quota?: Record<string, string> | undefined; role_arn?: string | undefined }
  >,
  pipelines_token: false,
  personal_profiles: false,
  // The seed's personal profile: a place of one's own in the dashboard in which nothing can run.
  personal_profile_quota: {
    cpu: '0',
    memory: '0',
    'requests.nvidia.com/gpu': '0',
    persistentvolumeclaims: '0',
    'requests.storage': '0',
  } as Record<string, string>,
  reserved_namespaces: [] as string[],
  email_domains: [] as string[],
  allowed_email_domains: [] as string[],
  max_grants_per_user: 200,
  on_sync_failure: 'deny' as 'deny' | 'allow',
  log_identities: false,
};
