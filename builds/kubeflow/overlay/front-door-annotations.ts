import type { BuildConfiguration } from '../../../core/configuration';
import {
  attributesOf,
  loadBalancerAnnotations,
  namesWebAcl,
  noWebAcl,
} from '../../../core/load-balancer-annotations';

type Settings = Pick<BuildConfiguration['kubeflow'], 'ingress_waf_acl_arn' | 'ingress_access_logs'>;

const logs = {
  enabled: 'access_logs.s3.enabled',
  bucket: 'access_logs.s3.bucket',
  prefix: 'access_logs.s3.prefix',
};

/**
 * The ingress' annotations for the web ACL and for the load balancer's attributes. The controller changes only what is
 * named, so that what an earlier installation switched on is switched off by name; a load balancer that never had it is
 * left alone, and so is what somebody else has given it.
 *
 * @param before the annotations of the ingress that is there
 */
export function frontDoorAnnotations(
  { ingress_waf_acl_arn: webAcl, ingress_access_logs: accessLogs }: Settings,
  before: Readonly<Record<string, string>>,
): Record<string, string> {
  const had = (name: string): boolean => attributesOf(before[loadBalancerAnnotations.attributes]).has(name);
  const attributes = [
    // A header with a line break in its name or value could pass for another one behind the load balancer.
    ['routing.http.drop_invalid_header_fields.enabled', 'true'],
    ...(accessLogs === undefined
      ? had(logs.enabled)
        ? [[logs.enabled, 'false']]
        : []
      : [
          [logs.enabled, 'true'],
          [logs.bucket, accessLogs.bucket],
          ...(accessLogs.prefix === undefined && !had(logs.prefix)
            ? []
            : [[logs.prefix, accessLogs.prefix ?? '']]),
        ]),
  ];
  return {
    [loadBalancerAnnotations.attributes]: attributes.map((pair) => pair.join('=')).join(','),
    ...(webAcl !== undefined
      ? { [loadBalancerAnnotations.webAcl]: webAcl }
      : namesWebAcl(before)
        ? { [loadBalancerAnnotations.webAcl]: noWebAcl }
        : {}),
  };
}
