import type { ErrorName } from './errors';

/**
 * How it goes on once the remedy is done:
 *
 * - `retry`: the same execution at the step that failed, with the same input.
 * - `start`: a new execution. A retry would use the same input, or begin after the step that has to run.
 * - `either`: a retry after a change outside, a new execution after a change of the configuration.
 */
export type Continuation = 'retry' | 'start' | 'either';

/** What somebody needs to know of an error besides its cause. */
export interface ErrorAdvice {
  /** What it means, in a sentence. */
  readonly meaning: string;
  /** What is done before anything runs again, as a sentence. */
  readonly remedy: string;
  readonly continuation: Continuation;
}

export const retry = (meaning: string, remedy: string): ErrorAdvice => ({
  meaning,
  remedy,
  continuation: 'retry',
});
const start = (meaning: string, remedy: string): ErrorAdvice => ({ meaning, remedy, continuation: 'start' });
export const either = (meaning: string, remedy: string): ErrorAdvice => ({
  meaning,
  remedy,
  continuation: 'either',
});

/**
 * The advice for each name of the catalogue. The failure recorder, the command line and `docs/operate/errors.md` render
 * it (a test compares the page), so that it stands nowhere else. The words are plain text with commands in backquotes.
 */
export const errorAdvice: Readonly<Record<ErrorName, ErrorAdvice>> = {
  InvalidConfiguration: start(
    'The input is not a valid configuration.',
    'Correct the file until `kubeflow-eks validate CONFIG` accepts it.',
  ),
  InvalidTaskInput: start(
    'A step got arguments that it does not understand: the state machine and the functions are of different versions, or somebody edited one of them by hand.',
    'Restore the stack with `npx cdk deploy --revert-drift`.',
  ),
  AccessDenied: retry(
    "AWS refused a call: the role lacks a permission, a service control policy or a permissions boundary forbids it, or a key's policy does not name the role.",
    "Allow what the cause names: in the organisation's policy, the permissions boundary or the key's policy, or by an option of the stack; a role that was changed by hand is restored by `npx cdk deploy --revert-drift`.",
  ),
  VpcMissing: start('The VPC of `vpc_id` does not exist.', 'Correct `vpc_id`.'),
  SubnetsMissing: either(
    'The VPC lacks the subnets that a cluster needs: private ones in two availability zones, and public ones for a load balancer that faces the internet, each with free addresses.',
    'Add subnets or routes, or name the right ones in `subnets`.',
  ),
  KmsKeyUnusable: either(
    'The key of `kms_key_arn`, or the one that EBS takes for volumes, is missing, disabled, about to be deleted, or not for symmetric encryption.',
    'Enable the key, or name another.',
  ),
  HostedZoneMissing: either(
    'No public hosted zone holds the domains, or the one that is named is private or of another domain.',
    'Create the zone and have the registrar (or the parent zone) name its servers, or correct `route53_domain` or `hosted_zone_id`.',
  ),
  HostedZoneAmbiguous: either(
    'Several public zones could hold a name, so that records might be made where nobody asks for them.',
    'Name the one that the world uses in `hosted_zone_id`, or delete the others.',
  ),
  KeyPairMissing: either(
    'The key pair of `ssh_key_name` is not in the region.',
    'Import the key pair, or leave `ssh_key_name` out.',
  ),
  ChangeRefused: start(
    'The configuration asks for a change to an existing deployment which cannot be had without taking it down.',
    'Set the keys that the message names back.',
  ),
  NodeTypeUnusable: start(
    "A configured instance type is unknown, is offered in none of the zones of the nodes' subnets, has another architecture than Kubeflow Pipelines has images for, or has no GPU where one is asked for.",
    'Set `cpu_worker_type` or `gpu_node_group.worker_type` to another type, or `subnets` to zones that offer it.',
  ),
  KubernetesVersionUnavailable: start(
    'EKS makes no clusters of the configured `kubernetes_version`: it is too new or no longer supported.',
    'Set `kubernetes_version` to one that the message lists.',
  ),
  IamResourceMissing: either(
    'A role of `admin_role_arns` or the policy of `permissions_boundary_arn` is not in the account.',
    'Create it, or correct the configuration.',
  ),
  WebAclMissing: either(
    'The web ACL of `kubeflow.ingress_waf_acl_arn` is not in the region.',
    'Create it with the scope REGIONAL, or correct the configuration.',
  ),
  LogBucketUnusable: either(
    'The bucket of `kubeflow.ingress_access_logs` does not exist, or is in another region, where no load balancer of this one writes.',
    'Create it in the region, with a policy that lets Elastic Load Balancing write, or name another.',
  ),
  FileSystemUnusable: either(
    'The file system of `shared_volumes` is not in the region, is not available, has no mount target where the nodes are, lets them not in, or cannot be changed to what is configured.',
    'Create what is missing, do what the message says, or name another file system.',
  ),
  DatabaseUnusable: either(
    'The database of `database` is not in the region, is no MySQL 8.0 or 8.4, is down, does not let the nodes in, or its secret has no user and password.',
    'Create or change what is said, as docs/operate/databases.md has it, or name another database.',
  ),
  DatabaseFailed: retry(
    'RDS could not make or change the database of `database.create`, or takes longer than an hour.',
    'Look at its events in RDS, and do as docs/operate/databases.md says under "When a database of ours does not come".',
  ),
  ArtifactBucketUnusable: either(
    'The bucket of `artifacts` is not there, is of another region or account, is encrypted with another key than the configured one, or has the artifacts of another deployment below the same prefix.',
    'Correct the bucket or its encryption, or name another bucket, key or prefix.',
  ),
  AccountUnsuitable: retry(
    'A default of the account makes every node group fail: instances show their tags in their metadata, for which EC2 refuses the tags that eksctl gives them.',
    'Run `aws ec2 modify-instance-metadata-defaults --instance-metadata-tags disabled`.',
  ),
  EndpointUnreachable: either(
    "The cluster's API endpoint would not answer the stack's own builds and functions: it is closed to the public, or open to some ranges only, and they stand in no VPC.",
    'Deploy the stack into the network of the cluster, or open the public endpoint to `0.0.0.0/0`.',
  ),
  VpcUnusable: retry(
    'The VPC lacks `enableDnsSupport` or `enableDnsHostnames`, without which nodes cannot register with EKS.',
    'Turn it on with the command in the message.',
  ),
  SamlMetadataUnusable: either(
    "The directory's SAML metadata could not be used: not the document of an identity provider, without a signing certificate, or with expired ones only.",
    'Publish a valid document; where the directory is not reachable from the internet, give it with `saml_metadata: {file: …}`.',
  ),
  CertificateFailed: start(
    'ACM gave the certificate up: the validation took longer than 72 hours, a CAA record forbids Amazon, or a domain is on a list of unsafe ones.',
    'Mend what the cause names, and delete the failed certificate.',
  ),
  CertificateMissing: start(
    'A certificate that this execution requested is gone: somebody deleted it.',
    'Nothing has to be mended: a new execution requests another.',
  ),
  WrongLoginRedirect: start(
    "Kubeflow's address answers, but does not lead to the login of our pool with our client.",
    'Remove another ingress that answers for the name, if there is one.',
  ),
  BackupNotEnabled: either(
    'The account has AWS Backup leave EKS out in the region, and `backup` is configured.',
    'Opt in with `aws backup update-region-settings --resource-type-opt-in-preference EKS=true,EBS=true`, or take `backup` out.',
  ),
  BackupFailed: either(
    'The backup before an upgrade is not complete, or not yet; nothing was upgraded.',
    'Look at the job with `aws backup describe-backup-job --backup-job-id ID`, mend what it says, or wait until it is complete; with `backup.before_upgrade` set to false no backup is waited for.',
  ),
  ClusterFailed: either(
    'The cluster could not be made, changed or removed, something under way in it did not end, or the configuration asks for a change that EKS does not allow: an earlier version, another key.',
    'Do what the cause says: free an address, raise a quota, allow a role, correct the configuration.',
  ),
  DeploymentMissing: start(
    'No deployment of that name is registered in this region and account.',
    'Correct the name or the region.',
  ),
  RegistrationUnreadable: start(
    "The registry's row of a deployment lacks something that this release works from, or was written by a newer one.",
    'Provision the deployment again with its configuration, which writes the row; where a newer release wrote it, deploy that release.',
  ),
  UserPoolMissing: start(
    'The user pool, or the SAML provider in it, was removed while or after it was made.',
    'Provision the deployment with its configuration, which makes it again. A pool that is re-created needs another trust in ADFS: run the script of `kubeflow-eks idp NAME` then.',
  ),
  CustomDomainFailed: start(
    'Cognito could not set up the custom domain.',
    'Mend that, and delete the domain in Cognito (user pool, domain).',
  ),
  QuotaExceeded: either(
    'A limit of the account is reached.',
    'Ask for a higher one (Service Quotas), or remove what is unused.',
  ),
  ResyncIncomplete: start(
    'A resync finished, and one or more deployments could not be brought in line.',
    'Do what the entry of each reason that the cause names says.',
  ),
  ChecksumMismatch: retry(
    "A download is not what was pinned: a tool's checksum, or the commit of Kubeflow's distribution, differs.",
    'Mend the proxy or mirror that the download came through.',
  ),
  InstallerRefused: start(
    'The chosen installer cannot work on this Kubernetes: `kfctl` needs APIs that current versions no longer serve.',
    'Set `kubeflow.installer: kustomize`.',
  ),
  ComponentNotReady: either(
    'A part of Kubeflow did not become ready within its time.',
    'Mend what keeps the pods that the cause names from running; for want of room, configure more or larger nodes.',
  ),
  SecretMissing: start(
    'The secret of the login in Secrets Manager is missing, empty, not what this software writes, or without its tags, by which the build may read it.',
    'Restore a Secret of the cluster, where the cause names one, from a backup; the secret of the login is written again by the step "Ensure app client".',
  ),
  UnexpectedFailure: either(
    'Something that no other name fits: a load balancer that AWS calls failed, or a defect of a step.',
    'Where the cause names a resource, remove it.',
  ),
  AwsTransient: retry(
    'AWS throttled, failed on its side, or could not be reached, five times in a row.',
    'Wait until the service that the cause names is well again.',
  ),
  ClusterUnreachable: retry(
    "The cluster's API server gave no usable answer.",
    "Open the way to the cluster's endpoint.",
  ),
  DirectoryUnreachable: either(
    'The directory did not answer when its SAML metadata was fetched.',
    'Open the address of the metadata to the internet, from where Cognito fetches its metadata, too; or give the document with `saml_metadata: {file: …}`.',
  ),
  DownloadFailed: either(
    "A build could not download a tool or Kubeflow's distribution.",
    'Mend the way out, or name a mirror.',
  ),
  CertificateRecordsPending: retry(
    'ACM has not said yet which records would validate the certificate.',
    'Wait a moment.',
  ),
  CertificateNotIssued: retry(
    'ACM has not issued the certificate.',
    'Have the registrar or the parent zone name the servers of the hosted zone.',
  ),
  CustomDomainNotActive: retry(
    "Cognito's custom domain is not active: its CloudFront distribution takes up to 15 minutes, at times 60.",
    'Wait for the distribution.',
  ),
  ClusterNotActive: retry('The cluster is being created or updated.', 'Wait until it is active.'),
  IngressHasNoAddress: retry(
    'The ingress of Kubeflow has no load balancer, or that is not active, or lacks the web ACL or the access logs that are configured.',
    "Mend what the events of the ingress name: as a rule a subnet's tag, free addresses, a permission, or the policy of the bucket for access logs.",
  ),
  DnsChangePending: retry('Route 53 has not spread a change to all of its servers.', 'Wait a moment.'),
  EndpointNotReady: retry(
    "Kubeflow's address does not answer with a redirect to the login.",
    "Mend what keeps it from answering: name, load balancer's targets, pods of the login proxy.",
  ),
  ConcurrencyNotReady: retry(
    'Lambda is still making the warm instances of the profile manager.',
    'Wait until they are there.',
  ),
  DeletionPending: retry('Something that was told to go is still there.', 'Remove what holds it.'),
  DeploymentLocked: start(
    'Another execution works on the deployment.',
    'Wait until the execution that the cause names has ended, or stop it.',
  ),
  ExecutionOutdated: start(
    'This execution was refused before it had the lock of the deployment, and redriven after another had worked on it.',
    'Find out by `kubeflow-eks status NAME` whether what it was started for is wanted still.',
  ),
  LockLost: start(
    'This execution was redriven after another had taken the lock of the deployment.',
    'Wait until nobody works on the deployment.',
  ),
  ResourceConflict: either(
    'A resource that this software did not make, or made for another deployment, has the name that ours should have.',
    'Rename or remove it, or choose other names in the configuration.',
  ),
};
