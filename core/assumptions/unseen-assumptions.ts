import type { Assumption } from './assumption-table';

/** An assumption that no run can see by itself: somebody has to look. */
interface UnseenAssumption extends Assumption {
  /** Who can see it, or by what it would show. */
  readonly shows: string;
}

/** What the code rests on and no step comes to see; `docs/assumptions.md` shows it below what runs observe. */
export const unseenAssumptions: readonly UnseenAssumption[] = [
  {
    sentence:
      'CloudFormation takes the template; `--revert-drift` mends, a first deployment that was rolled back can be repeated.',
    source: 'CloudFormation user guide; cfn-lint, and the real CDK against an emulator',
    shows: 'The first `npm run deploy`, before any run.',
  },
  {
    sentence:
      'EventBridge publishes to a topic by a policy without conditions, and alarms with those that ours has.',
    source: 'EventBridge user guide, "Using resource-based policies"; AWS knowledge center',
    shows: 'A mail of a test alarm: `aws cloudwatch set-alarm-state`.',
  },
  {
    sentence:
      'The distribution of a Cognito domain is in an account of AWS, so that only a policy for all resources covers it.',
    source: 'Cognito developer guide, "Using your own domain"',
    shows: 'With a narrower policy, an AccessDenied at Ensure custom domain; with ours, nothing.',
  },
  {
    sentence: "Cognito's trigger gets every attribute that the client may read, `custom:groups` among them.",
    source: 'assumed; the sample that this replaces sets the list, too',
    shows: 'A first login: without it the person has no namespace until the next re-sync.',
  },
  {
    sentence: "ListUsers' filter compares an e-mail as it is written.",
    source: 'assumed; two spellings are asked for, and the re-sync compares all',
    shows: 'Nothing that a user would meet.',
  },
  {
    sentence: 'A login that changes nothing may leave `UserLastModifiedDate` as it was.',
    source: 'not documented; the bindings remember the week instead (ADR 0037)',
    shows: 'The date of a user in the console after a second login.',
  },
  {
    sentence: 'ACM answers the token of a deleted certificate with it for an hour.',
    source: 'ACM API reference, RequestCertificate; passed by with the ARN of the execution in the token',
    shows: 'Nothing: the token is never the same in two executions.',
  },
  {
    sentence: 'Cognito refuses to delete a domain that is being made, and the refusal passes.',
    source: 'Cognito API reference, DeleteUserPoolDomain',
    shows:
      'Attempts of Delete custom domain in the timeline of a destroy that followed an aborted provisioning.',
  },
  {
    sentence: 'Without its cluster, which somebody deleted by hand, a stack of eksctl can still be deleted.',
    source: 'CloudFormation user guide, "Delete a stack"',
    shows: 'The log of Tear down cluster in such a case.',
  },
  {
    sentence:
      'Launch templates, and so machines, get the tags of their stack, and a change set with a tag twice is refused.',
    source: 'CloudFormation user guide, "Resource tag"; cilium/cilium#44695',
    shows: 'The tags of an instance in the console.',
  },
  {
    sentence:
      'EKS makes the grant on the key of a cluster with the rights of the build, which need no condition.',
    source: 'EKS user guide, "Security considerations for Kubernetes"',
    shows: 'Create cluster: without the right it fails.',
  },
  {
    sentence: 'EKS takes a pod identity association for a namespace that is not there yet.',
    source: 'EKS user guide, "Learn how EKS Pod Identity grants pods access"',
    shows: 'Create cluster with `access.namespaces` and a role: otherwise it fails.',
  },
  {
    sentence:
      'Step Functions names an error of CodeBuild that has no name of its own `CodeBuild.AWSCodeBuildException`.',
    source: 'as it names those of Lambda; public definitions',
    shows: 'The cause of a failed step while CodeBuild throttles: by another name it is not tried again.',
  },
  {
    sentence: 'CodeBuild has ARM containers in the region.',
    source: 'CodeBuild user guide, "Build environment compute modes and types" (a list of regions)',
    shows: 'The first build: where there are none it does not start.',
  },
  {
    sentence:
      'What EKS tries with the rights of the build before it makes nodes names the launch template (`ec2:LaunchTemplate`), and not its subnets as resources of it.',
    source:
      'EC2 user guide, "Use launch templates to control launching instances"; a decoded denial in public',
    shows: 'Create cluster: otherwise the node group is refused, "not authorized to launch instances".',
  },
  {
    sentence: 'Karpenter’s policy suffices, and its nodes join.',
    source: 'Karpenter documentation',
    shows: 'A pod that waits longer than some minutes, with `autoscaling`.',
  },
  {
    sentence:
      'EventBridge fills a queue whose policy asks for the ARN of the rule, and two minutes drain a Spot node.',
    source: 'EventBridge user guide, "Using resource-based policies"; Karpenter documentation, "Disruption"',
    shows: 'The metric FailedInvocations of the rules; events of nodes with the reason SpotInterrupted.',
  },
  {
    sentence: "The driver of EFS makes and deletes access points with AWS' policy for it.",
    source: 'EKS user guide, "Use elastic file system storage with Amazon EFS"',
    shows: 'A claim of `kubeflow-eks-efs` that stays pending, with `shared_volumes`.',
  },
  {
    sentence:
      'The policy of a file system that is made admits mounts by access points over TLS from clients that are no principal of IAM.',
    source:
      'EFS user guide, "Using access points in IAM policies", "Resource-based policies within Amazon EFS"',
    shows: 'A pod that stays in `ContainerCreating` with a mount that is denied, with `shared_volumes: {}`.',
  },
  {
    sentence:
      'EFS uses a key and makes network interfaces with the rights of who makes a file system and its mount targets.',
    source: 'EFS API reference, CreateMountTarget; EFS user guide, "Using AWS KMS keys for Amazon EFS"',
    shows: '`AccessDenied` in the build of the cluster, with `shared_volumes: {}`.',
  },
  {
    sentence: 'EFS measures 6144 bytes in a file system that nobody has written to.',
    source: 'EFS user guide, "Metering Amazon EFS file system objects and file sizes"',
    shows: 'A destroy that leaves the file system of a deployment that had no shared volume.',
  },
  {
    sentence: "MLMD takes TLS by its configuration file, and a certificate of RDS for the endpoint's name.",
    source: 'google/ml-metadata v1.14.0 and mariadb-connector-c 3.0.8, sources',
    shows: 'A pod of `metadata-grpc-deployment` that does not start, with `database`.',
  },
  {
    sentence:
      "RDS for MySQL 8.4 takes `authentication_policy` in a parameter group, makes the master user by it, and takes the major version alone when an instance is made; and RDS asks for no more of the caller's rights on the key than its reference says.",
    source:
      'Of Aurora: user guide, "Security considerations for upgrading from Aurora MySQL version 3 to version 8.4"; terraform-provider-aws, `aws_db_instance`; Service Authorization Reference, Amazon RDS',
    shows:
      'A build of the cluster that is denied or refused, or a pod of `metadata-grpc-deployment` that does not start, with `database.create`.',
  },
  {
    sentence:
      "MySQL takes what Katib's driver sends it for parameters that go along with the database's name, a comment at their end among it.",
    source:
      'MySQL reference manual, "Comments"; katib-db-manager v0.19.0 itself gets into go-mysql-server 0.20 with them (test/end-to-end/katib-database)',
    shows: 'A pod of `katib-db-manager` that does not start, with `database`.',
  },
  {
    sentence:
      "AWS Backup makes a vault with the caller's rights on the key through itself, and backs up a cluster of ours with its own policy.",
    source: 'AWS Backup developer guide, "Backup vault creation and deletion", "Amazon EKS backups"',
    shows: 'A plan without problems, and after its time a job that is `COMPLETED`, with `backup`.',
  },
  {
    sentence:
      'AWS Backup knows a backup that is asked for twice by its token, for as long as a step is retried.',
    source: 'AWS Backup API reference, StartBackupJob; for how long is assumed',
    shows: 'Two backups before one upgrade: nothing but their costs.',
  },
  {
    sentence:
      'The metrics of target groups, certificates, nodes and databases have the dimensions that the alarms of a deployment name.',
    source:
      'Elastic Load Balancing user guide, "CloudWatch metrics"; ACM user guide, "Supported CloudWatch metrics"; CloudWatch user guide, "Enhanced Container Insights (Classic) metric reference"; RDS user guide, "Amazon CloudWatch metrics for Amazon RDS"',
    shows: 'The graph of such an alarm in the console, with `observability`: it has data.',
  },
  {
    sentence:
      'A pod that brings the variables and the token of Pod Identity itself is served by the agent, once its namespace has the association.',
    source: 'EKS user guide, "Understand how EKS Pod Identity works"',
    shows: 'An artifact that the page of Pipelines cannot show in a new Profile, with `artifacts`.',
  },
  {
    sentence:
      "The pod of Pipelines' page in a namespace shows artifacts with the role of its service account.",
    source: 'kubeflow/pipelines 2.16.1, frontend/server/minio-helper.ts',
    shows: 'The same, in any Profile.',
  },
  {
    sentence: 'The prices of `plan` are those of the region.',
    source: 'public price lists of 2025-06',
    shows: 'The bill.',
  },
];
