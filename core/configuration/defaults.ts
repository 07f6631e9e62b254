import { completeIdentityProvider, type IdentityProvider } from './identity-provider';
import type { ParsedDocument } from './schema';

type Derived =
  | 'auth_base_domain'
  | 'cognito_domain'
  | 'kubeflow_domain'
  | 'cert_alt_names'
  | 'nodegroup_desired_size'
  | 'identity_provider'
  | 'saml_metadata';

/** Where the SAML metadata comes from: exactly one of the two. */
export type SamlMetadata = { url: string; inline?: never } | { inline: string; url?: never };

/** A complete configuration: what every task and build works from. */
export type Configuration = Omit<ParsedDocument, Derived> & {
  auth_base_domain: string;
  cognito_domain: string;
  kubeflow_domain: string;
  cert_alt_names: string[];
  nodegroup_desired_size: number;
  identity_provider: IdentityProvider;
  saml_metadata: SamlMetadata;
};

/** The well-known address of ADFS' federation metadata (Microsoft Learn, "AD FS endpoints"). */
export function adfsMetadataUrl(adfsHost: string): string {
  return `https://${adfsHost}/FederationMetadata/2007-06/FederationMetadata.xml`;
}

/** The three domains of a deployment, each from the document or derived from the one above it. */
export function deriveDomains(document: {
  route53_domain: string;
  auth_base_domain?: string | undefined;
  cognito_domain?: string | undefined;
  kubeflow_domain?: string | undefined;
}): { auth_base_domain: string; cognito_domain: string; kubeflow_domain: string } {
  const authBaseDomain = document.auth_base_domain ?? `auth.${document.route53_domain}`;
  return {
    auth_base_domain: authBaseDomain,
    cognito_domain: document.cognito_domain ?? `cognito.${authBaseDomain}`,
    kubeflow_domain: document.kubeflow_domain ?? `kubeflow.${document.route53_domain}`,
  };
}

/** Four m5.large carry Kubeflow's 4.4 CPUs and 12.3 GiB with room for the first notebooks. */
const comfortableNodes = 4;

/** The number of nodes to begin with where none is given. */
export function deriveDesiredSize(minimum: number, maximum: number): number {
  return Math.min(Math.max(comfortableNodes, minimum), maximum);
}

/** Where the metadata is served, by the key that says so. One of them does in a valid document. */
function metadataUrl(document: ParsedDocument): string {
  return (
    document.saml_metadata?.url ??
    document.identity_provider?.metadata ??
    adfsMetadataUrl(document.adfs_url ?? '')
  );
}

/** Fills in what follows from other keys. */
export function withDerivedDefaults(document: ParsedDocument): Configuration {
  const domains = deriveDomains(document);
  return {
    ...document,
    ...domains,
    cert_alt_names: document.cert_alt_names ?? [
      domains.auth_base_domain,
      domains.cognito_domain,
      domains.kubeflow_domain,
    ],
    nodegroup_desired_size:
      document.nodegroup_desired_size ??
      deriveDesiredSize(document.nodegroup_min_size, document.nodegroup_max_size),
    identity_provider: completeIdentityProvider(document),
    saml_metadata:
      document.saml_metadata?.inline !== undefined
        ? { inline: document.saml_metadata.inline }
        : { url: metadataUrl(document) },
  };
}
