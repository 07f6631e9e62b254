/**
 * Rules that hold between parameters. Each is checked as soon as the values it needs are well-formed, also when other
 * parameters are not, so that a bad file shows all its problems at once.
 */
import { minorOf } from '../../kubernetes-version';
import { kfctl, kubeflowDistribution } from '../../versions';
import type { Problem } from '../problems';
import { databaseRules } from './database';
import { artifactRules } from './artifacts';
import { domainRules } from './domains';
import { modelRegistryRules } from './registries';
import { namespaceRules } from './namespaces';
import { nodeRules } from './nodes';
import { sharedVolumeRules } from './shared-volumes';
import { directoryRules } from './one-directory';
import type { PartialDocument, Rule } from './rule';
import { tagRules } from './tags';

const kmsKeyIsReachable: Rule = ({ kms_key_arn: arn, region, account_id: account }) => {
  if (arn === undefined) return [];
  const keyRegion = arn.split(':')[3] ?? '';
  const keyAccount = arn.split(':')[4] ?? '';
  const problems: Problem[] = [];
  if (region !== undefined && keyRegion !== region) {
    problems.push({
      path: 'kms_key_arn',
      value: arn,
      message: `must be a key of region ${region}, where the cluster is`,
    });
  }
  // A key of another account is legal for EKS, but only with a grant that this system cannot check or make.
  if (account !== undefined && keyAccount !== account) {
    problems.push({ path: 'kms_key_arn', value: arn, message: `must be a key of account_id (${account})` });
  }
  return problems;
};

/** IAM user guide, "Permissions boundaries for IAM entities": a policy of the same account, or one of AWS' own. */
const boundaryIsOfTheAccount: Rule = ({ permissions_boundary_arn: arn, account_id: account }) => {
  const owner = arn?.split(':')[4];
  if (owner === undefined || account === undefined || owner === 'aws' || owner === account) return [];
  return [
    {
      path: 'permissions_boundary_arn',
      value: arn,
      message: `must be a policy of account_id (${account}): IAM takes no boundary of another account`,
    },
  ];
};

/** WAFV2 API reference, AssociateWebACL: web ACL and load balancer are of one region; a policy of ours names the account. */
const webAclIsReachable: Rule = ({ kubeflow, region, account_id: account }) => {
  const arn = kubeflow?.ingress_waf_acl_arn;
  const [, , , aclRegion, aclAccount] = arn?.split(':') ?? [];
  const problem = (message: string): Problem[] => [
    { path: 'kubeflow.ingress_waf_acl_arn', value: arn, message },
  ];
  return [
    ...(arn === undefined || region === undefined || aclRegion === region
      ? []
      : problem(`must be a web ACL of region ${region}, where the load balancer is`)),
    ...(arn === undefined || account === undefined || aclAccount === account
      ? []
      : problem(`must be a web ACL of account_id (${account})`)),
  ];
};

const subnetsAreNamedOnce: Rule = ({ subnets }) => {
  const named = [
    ...(subnets?.private ?? []).map((id, index) => [`subnets.private[${index}]`, id] as const),
    ...(subnets?.public ?? []).map((id, index) => [`subnets.public[${index}]`, id] as const),
  ];
  return named.flatMap(([path, value], index) =>
    named.slice(0, index).some(([, id]) => id === value)
      ? [{ path, value, message: 'is named twice; a subnet is either private or public' }]
      : [],
  );
};

const endpointIsOpenSomewhere: Rule = ({ endpoint_access: access }) =>
  access === undefined || access.public || access.private
    ? []
    : [
        {
          path: 'endpoint_access',
          value: access,
          message: 'must leave the public or the private endpoint open: nobody could reach the cluster',
        },
      ];

const metadataHasOneSource: Rule = ({ saml_metadata: metadata }) =>
  metadata === undefined || (metadata.url === undefined) !== (metadata.inline === undefined)
    ? []
    : [
        {
          path: 'saml_metadata',
          value: Object.keys(metadata),
          message: 'must have exactly one of "url" and "inline" (or "file", which the command line reads)',
        },
      ];

const kubeflowHasOneSource: Rule = ({ kubeflow }) =>
  kubeflow?.source === undefined ||
  (kubeflow.source.git === undefined) !== (kubeflow.source.archive === undefined)
    ? []
    : [
        {
          path: 'kubeflow.source',
          value: Object.keys(kubeflow.source),
          message: 'must have exactly one of "git" and "archive"',
        },
      ];

const installerFitsKubernetes: Rule = ({ kubeflow, kubernetes_version: version }) => {
  if (kubeflow === undefined || version === undefined) return [];
  const { minimum } = kubeflowDistribution.kubernetes;
  const { maximum } = kfctl.kubernetes;
  if (kubeflow.installer === 'kustomize' && minorOf(version) < minorOf(minimum)) {
    return [
      {
        path: 'kubernetes_version',
        value: version,
        message: `must be "${minimum}" or newer for this Kubeflow (installer kustomize)`,
      },
    ];
  }
  if (kubeflow.installer === 'kfctl' && minorOf(version) > minorOf(maximum)) {
    return [
      {
        path: 'kubernetes_version',
        value: version,
        message:
          `must be "${maximum}" or older for installer kfctl: its manifests use APIs that Kubernetes removed in 1.22. ` +
          'EKS no longer creates such clusters, so this works only where one still exists; use installer kustomize',
      },
    ];
  }
  return [];
};

const componentsAreComplete: Rule = ({ kubeflow }) => {
  if (kubeflow === undefined) return [];
  const seen = new Set<string>();
  return kubeflow.components.flatMap((component, index) => {
    const repeated = seen.has(component);
    seen.add(component);
    return repeated
      ? [{ path: `kubeflow.components[${index}]`, value: component, message: 'is named twice' }]
      : [];
  });
};

const rules: readonly Rule[] = [
  ...domainRules,
  ...nodeRules,
  ...directoryRules,
  ...namespaceRules,
  ...modelRegistryRules,
  ...databaseRules,
  ...artifactRules,
  ...sharedVolumeRules,
  ...tagRules,
  kmsKeyIsReachable,
  boundaryIsOfTheAccount,
  webAclIsReachable,
  subnetsAreNamedOnce,
  endpointIsOpenSomewhere,
  metadataHasOneSource,
  kubeflowHasOneSource,
  installerFitsKubernetes,
  componentsAreComplete,
];

/** Every broken rule between the well-formed values of a document. */
export function brokenRules(document: PartialDocument): Problem[] {
  return rules.flatMap((rule) => rule(document));
}
