import { quotaRules } from '../core/access/profile-quota';
import { accessForBuilds, longestVariable, notForBuilds } from '../core/configuration/build-part';

/**
 * JSONata expressions that more than one state uses, without their marks. Step Functions runs JSONata 2.0.6, which
 * turns a list of one into its item: a list is always built inside brackets.
 */

/** The configuration as the builds get it. */
export const buildConfiguration =
  `$merge([$sift($config, function($value, $key) { $not($key in ${JSON.stringify(notForBuilds)}) }), ` +
  `{"access": $merge([$sift($config.access, function($value, $key) { $key in ${JSON.stringify(accessForBuilds)} }), ` +
  '($roles := $merge($append([{}], $each($config.access.namespaces, function($value, $key) { $exists($value.role_arn) ? {$key: {"role_arn": $value.role_arn}} : {} }))); ' +
  '$roles = {} ? {} : {"namespaces": $roles})])}])';

/** The access rules that decide on quotas; empty where they are longer than a variable of a build may be. */
export const quotaAccess =
  `($rules := $merge([$sift($config.access, function($value, $key) { $key in ${JSON.stringify(quotaRules)} and $key != "namespaces" }), ` +
  '{"namespaces": $merge($append([{}], $each($config.access.namespaces, function($value, $key) { {$key: $sift($value, function($part, $name) { $name = "quota" })} })))}]); ' +
  `$length($string($rules)) <= ${longestVariable} ? $rules : {})`;

/** What the registry keeps of the configuration: everything but the metadata's text and anybody's address. */
export const registeredConfiguration =
  '$merge([$sift($config, function($value, $key) { $key != "notification_email" }), {"saml_metadata": $exists($config.saml_metadata.inline) ? {"inline": true} : $config.saml_metadata}])';

/** The hosted zone of the deployment's names, by its id. */
export const hostedZoneId = '$found.hostedZone.id';

/** Where the cluster's API server is, for a task that talks to it. */
export const clusterEndpoint =
  '{"name": $cluster.name, "endpoint": $cluster.endpoint, "certificateAuthority": $cluster.certificateAuthority}';

/** All names of the certificates, the zone's own first. */
export const certificateDomains = '[$distinct($append([$config.route53_domain], $config.cert_alt_names))]';

/** Every name of the deployment that has a record of its own or one that validates it. */
export const ownDomains =
  '[$distinct($append([$config.route53_domain, $config.auth_base_domain, $config.cognito_domain, $config.kubeflow_domain], $config.cert_alt_names))]';

/** The certificate of a purpose, out of a list of certificates. */
export function certificateFor(purpose: 'cognito' | 'load-balancer', certificates: string): string {
  return `${certificates}[purpose = "${purpose}"][0].arn`;
}
