/** Something about AWS, or about what runs there, that the code rests on and that no account has shown yet. */
export interface Assumption {
  /** What is assumed, as a sentence that a run can contradict. */
  readonly sentence: string;
  /** Where it is taken from. */
  readonly source: string;
}

/** An assumption that a run observes by itself. */
export interface ObservedAssumption extends Assumption {
  /** Names of the tasks and builds (`build <project>`) that see it. */
  readonly seenBy: readonly string[];
  /** What is compared with what, and when it cannot be seen. */
  readonly how: string;
}

/** All that runs observe; `docs/assumptions.md` shows it. */
export const assumptions = {
  'build-quota-code': {
    sentence:
      'The quota of concurrent builds in ARM/Small environments has the code by which it is asked for.',
    source: "CodeBuild user guide, quotas (its name); accounts' own lists (its code)",
    seenBy: ['check-prerequisites'],
    how: 'The name of the quota that Service Quotas gives for the code; a code that it does not know refutes.',
  },
  'instance-quota-codes': {
    sentence: 'The quotas of On-Demand instances have the codes of their families.',
    source: 'Service Quotas, Amazon EC2, "Running On-Demand … instances"',
    seenBy: ['check-prerequisites'],
    how: 'The name of each quota that the configured nodes count against.',
  },
  'metadata-defaults': {
    sentence: "EC2 tells the account's default for tags in instance metadata, in words that are known here.",
    source: 'EC2 API reference, GetInstanceMetadataDefaults',
    seenBy: ['check-prerequisites'],
    how: 'The level of the account in the answer, and its word for tags if it has one.',
  },
  'cluster-versions': {
    sentence: 'EKS lists the minor versions of which it makes clusters, the way they are configured.',
    source: 'EKS API reference, DescribeClusterVersions',
    seenBy: ['check-prerequisites'],
    how: 'The versions in the answer have the form of `kubernetes_version`. Not asked where the cluster has the configured one.',
  },
  'concurrency-limit': {
    sentence: 'Lambda tells how many executions at a time the account may have.',
    source: 'Lambda API reference, GetAccountSettings',
    seenBy: ['check-prerequisites'],
    how: 'The number in the answer. Asked where `lambda_concurrency_enabled` is on.',
  },
  'name-servers': {
    sentence: 'A function can look up which name servers the world is told for a zone.',
    source: 'Lambda developer guide says nothing of it',
    seenBy: ['check-prerequisites'],
    how: 'The lookup is answered, be it with no servers.',
  },
  'redrive-count': {
    sentence: 'The context of an execution counts redrives from the first attempt on.',
    source:
      'Step Functions developer guide, Context object (which shows no execution before its first redrive)',
    seenBy: ['acquire-lock'],
    how: 'Whether the state got a number. Where it got none, 0 is taken, so that nothing is refuted by it.',
  },
  'tag-visibility': {
    sentence: 'IAM sees the tag of what was made within 15 seconds.',
    source: 'IAM user guide, "Troubleshoot IAM" (no time is named)',
    seenBy: ['every task'],
    how: 'A call was denied and, made again, allowed; the value is how long that took. Not seen where nothing was denied.',
  },
  'pending-subscription': {
    sentence: 'The subscription of an address that has not confirmed has no ARN yet.',
    source: 'SNS API reference, Subscribe',
    seenBy: ['ensure-notifications'],
    how: 'What stands in the place of the ARN. Seen while an address has not confirmed.',
  },
  'validation-record': {
    sentence: 'Certificates of two regions for one name are validated by one record.',
    source: 'ACM user guide, DNS validation',
    seenBy: ['request-certificates'],
    how: 'The records of the two certificates. In us-east-1 there is one certificate.',
  },
  'certificate-time': {
    sentence: 'ACM issues a certificate within 78 minutes of the request.',
    source: 'ACM user guide, "Troubleshoot DNS validation problems" (up to 30 minutes, longer at times)',
    seenBy: ['await-certificates'],
    how: "ACM's own times of request and issue; the value is the longer of the two certificates' times.",
  },
  'trigger-setting': {
    sentence: 'A pool describes its trigger with the ARN and the version of the event that it was given.',
    source: 'Cognito API reference, LambdaConfigType',
    seenBy: ['ensure-user-pool'],
    how: 'The description of a pool that an earlier run has made. Seen from the second run on.',
  },
  'parent-record': {
    sentence: 'Cognito makes a domain whose parent got its address record minutes before.',
    source: 'Cognito developer guide, "Using your own domain"',
    seenBy: ['ensure-custom-domain'],
    how: 'Cognito takes the domain. Seen by the run that makes it.',
  },
  'domain-description': {
    sentence:
      'The description of an active domain has its distribution, its certificate and the version of its pages.',
    source: 'Cognito API reference, DomainDescriptionType',
    seenBy: ['await-custom-domain'],
    how: 'The keys CloudFrontDistribution, CustomDomainConfig.CertificateArn and ManagedLoginVersion.',
  },
  'domain-alias': {
    sentence:
      "A domain's distribution can be the target of an alias in the zone of all CloudFront distributions.",
    source: 'Route 53 API reference, AliasTarget',
    seenBy: ['ensure-records'],
    how: 'Route 53 has taken the record, or has it already.',
  },
  'cluster-tags': {
    sentence: 'The tags of an eksctl configuration reach the cluster.',
    source: 'eksctl 0.230, `pkg/cfn/manager/api.go`; CloudFormation user guide, "Resource tag"',
    seenBy: ['describe-cluster'],
    how: 'The mark of the region on the cluster; that of the deployment is what makes it ours.',
  },
  'cluster-key': {
    sentence: 'EKS describes the key of a cluster that was made with one.',
    source: 'EKS API reference, EncryptionConfig',
    seenBy: ['describe-cluster'],
    how: 'Whether a key stands there: every cluster is made with one.',
  },
  'access-entry-tags': {
    sentence: 'Access entries that eksctl makes get the tags of the cluster.',
    source: 'eksctl 0.230, `pkg/cfn/builder/access_entry.go`; CloudFormation user guide, "Resource tag"',
    seenBy: ['build cluster'],
    how: 'The owner of the entries of the builds. Seen from the second run on, when they are read.',
  },
  'exported-variables': {
    sentence: 'What a build exports reaches the execution under its name.',
    source: 'Step Functions developer guide, CodeBuild; CodeBuild user guide, `exported-variables`',
    seenBy: ['build cluster', 'build kubeflow', 'build teardown'],
    how: 'A build always exports what it has seen of assumptions; the execution has it in the result of the step.',
  },
  'build-proxy': {
    sentence: "CodeBuild's Node.js honours `NODE_USE_ENV_PROXY` (22.21 or newer).",
    source:
      'Node.js documentation; CodeBuild user guide, "Available runtimes" (which names no minor version)',
    seenBy: ['build cluster', 'build kubeflow', 'build teardown'],
    how: 'The version of Node.js that runs the build.',
  },
  'load-balancer-name': {
    sentence:
      'The address in the status of the Ingress is the name of a load balancer that has a zone for aliases.',
    source: 'aws-load-balancer-controller v3.5.0; Elastic Load Balancing API reference, LoadBalancer',
    seenBy: ['await-ingress'],
    how: 'Elastic Load Balancing finds it by that name, with a zone.',
  },
  'login-redirect': {
    sentence:
      "An anonymous browser is led to the login with this deployment's client, and back to its address.",
    source: 'oauth2-proxy 7.15 and Istio 1.30 themselves, in front of a stand-in for the load balancer',
    seenBy: ['verify-endpoint'],
    how: 'The redirect that the address answers with.',
  },
  'provider-redirect': {
    sentence: 'Cognito sends the browser on to the one provider of a client without showing a page.',
    source: 'Cognito developer guide, "The redirect and authorization endpoint" (ADR 0011)',
    seenBy: ['verify-endpoint'],
    how: 'What the authorization endpoint answers: a redirect with a SAML request. Not seen where it does not answer yet.',
  },
  'groups-encoding': {
    sentence: 'Several groups of a user stand in the attribute as a list of encoded values.',
    source: 'Cognito developer guide, "Mapping IdP attributes"',
    seenBy: ['reconcile-access'],
    how: 'Lists that can be read, against lists that cannot; the value is how many of each. Not seen while nobody has several.',
  },
} as const satisfies Readonly<Record<string, ObservedAssumption>>;

/** The name of an assumption that runs observe. */
export type AssumptionId = keyof typeof assumptions;

export function isAssumption(id: string): id is AssumptionId {
  return Object.hasOwn(assumptions, id);
}
