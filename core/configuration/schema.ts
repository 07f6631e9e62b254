/**
 * The configuration of one Kubeflow: the YAML file and the execution input of `provision` are the same document.
 * The seed's parameters keep their own names; only those without a sensible default are required.
 */
import { z } from 'zod';
import { maximumMetadataLength } from '../saml/saml-metadata';
import { accessRulesSchema } from '../access/rules';
import { adfsHost } from './adfs-host';
import { artifactsSchema } from './artifacts';
import { autoscalingSchema } from './autoscaling';
import { databaseSchema } from './database';
import { backupSchema } from './backup';
import { observabilitySchema } from './observability';
import { accessLogs, webAclArn } from './load-balancer-settings';
import { identityProviderSchema } from './identity-provider';
import * as field from './fields';
import { modelRegistrySchema } from './model-registry';
import { notebooksSchema } from './notebooks';
import { sharedVolumesSchema } from './shared-volumes';
import { tags } from './tags';

/** Kubeflow components beyond the core (Istio, login, dashboard, profiles) that are installed where none are named. */
export const usualComponents = ['kserve', 'pipelines', 'notebooks', 'katib', 'trainer', 'spark'] as const;

/** All that can be selected, in the order in which they install. */
export const kubeflowComponents = [...usualComponents, 'model-registry'] as const;

const switchField = z.boolean({ error: 'must be true or false, without quotes' });

const samlMetadataSchema = z.strictObject(
  {
    url: field.httpsUrl.optional().describe('Where the metadata is served; Cognito refreshes it from there.'),
    inline: z
      .string({ error: 'must be the XML of the metadata' })
      .min(1, 'must not be empty')
      .max(
        maximumMetadataLength,
        `is longer than the ${maximumMetadataLength.toString()} characters that Cognito takes`,
      )
      .optional()
      .describe('The metadata itself; it is not refreshed when the directory rolls its certificate.'),
  },
  {
    error: 'must be a map with "url" or "inline" (or "file" in a configuration that the command line reads)',
  },
);

const subnetsSchema = z.strictObject(
  {
    private: z
      .array(field.subnetId, { error: 'must be a list of subnet ids' })
      .min(2, 'must name at least two subnets, in two availability zones')
      .describe('Where the nodes run.'),
    public: z
      .array(field.subnetId, { error: 'must be a list of subnet ids' })
      .default([])
      .describe('Where an internet-facing load balancer stands.'),
  },
  { error: 'must be a map with "private" and "public" lists of subnet ids' },
);

const endpointAccessSchema = z.strictObject(
  {
    public: switchField.default(true),
    private: switchField.default(true),
    public_cidrs: z
      .array(field.cidr, { error: 'must be a list of IPv4 ranges' })
      .min(
        1,
        'must name at least one range; to close the public endpoint set endpoint_access.public to false',
      )
      .default(['0.0.0.0/0']),
  },
  { error: 'must be a map with "public", "private" and "public_cidrs"' },
);

const gpuNodeGroupSchema = z.strictObject(
  {
    worker_type: field.instanceType.default('g5.xlarge'),
    min_size: field.nodeCount.default(0),
    max_size: field.nodeCount.default(2),
    desired_size: field.nodeCount.default(0),
  },
  { error: 'must be a map with "worker_type", "min_size", "max_size" and "desired_size"' },
);

const commit = z
  .string({ error: 'must be a full commit id of 40 hexadecimal digits' })
  .regex(/^[0-9a-f]{40}$/, 'must be a full commit id of 40 hexadecimal digits');
const sha256 = z
  .string({ error: 'must be a SHA-256 of 64 hexadecimal digits' })
  .regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 of 64 hexadecimal digits');

const kubeflowSourceSchema = z.strictObject(
  {
    git: z
      .strictObject({ url: field.httpsUrl, commit }, { error: 'must be a map with "url" and "commit"' })
      .optional(),
    archive: z
      .strictObject(
        {
          url: z
            .string({ error: 'must be an s3:// or https:// URL of a .tar.gz' })
            .regex(/^(?:s3|https):\/\/[^\s]+$/, 'must be an s3:// or https:// URL of a .tar.gz'),
          sha256,
        },
        { error: 'must be a map with "url" and "sha256"' },
      )
      .optional()
      .describe('A mirror for networks without egress.'),
  },
  { error: 'must be a map with "git" or "archive"' },
);

const kubeflowSchema = z.strictObject(
  {
    installer: z
      .enum(['kustomize', 'kfctl'], { error: 'must be "kustomize" or "kfctl"' })
      .default('kustomize')
      .describe("kfctl is the seed's installer, for clusters no newer than Kubernetes 1.21."),
    version: z
      .string({ error: 'must be a version in quotes, such as "26.03.1"' })
      .regex(/^\d+\.\d+(?:\.\d+)?$/, 'must be a version in quotes, such as "26.03.1"')
      .optional(),
    source: kubeflowSourceSchema
      .optional()
      .describe('By default the pinned commit of the upstream repository.'),
    components: z
      .array(z.enum(kubeflowComponents, { error: `must be one of ${kubeflowComponents.join(', ')}` }), {
        error: 'must be a list of component names',
      })
      .default([...usualComponents]),
    ingress_scheme: z
      .enum(['internet-facing', 'internal'], { error: 'must be "internet-facing" or "internal"' })
      .default('internet-facing'),
    https_proxy: z
      .string({ error: 'must be the address of a proxy, such as "http://proxy.example.com:3128"' })
      .regex(
        /^https?:\/\/[a-zA-Z0-9.-]+(?::\d+)?$/,
        'must be http:// or https:// with a host and perhaps a port; a name and password would be readable in the cluster',
      )
      .optional()
      .describe(
        'Proxy through which the login reaches Cognito and the keys of tokens, where nodes have no other way out: cognito_domain, cognito-idp.<region> and oidc.eks.<region>.',
      ),
    membership_listing: switchField
      .default(false)
      .describe('Whether the dashboard shows every user all namespaces, their owners and contributors.'),
    notebooks: notebooksSchema
      .optional()
      .describe('Settings of notebooks; what is left out is as the distribution has it.'),
    model_registry: modelRegistrySchema
      .optional()
      .describe('Which namespaces get a model registry, where components names model-registry.'),
    ingress_cidrs: z
      .array(field.cidr, { error: 'must be a list of IPv4 ranges' })
      .min(1, 'must name at least one range; leave it out to let every address in')
      .optional()
      .describe(
        'Who reaches the load balancer; everybody without it. The function that verifies the endpoint must be among them: deploy the stack into a VPC, and name the addresses of its NAT gateways.',
      ),
    ingress_waf_acl_arn: webAclArn
      .optional()
      .describe(
        'An existing web ACL of WAFv2, of the same account and region, that the load balancer is associated with. It must let the function that verifies the endpoint in.',
      ),
    ingress_access_logs: accessLogs
      .optional()
      .describe('Where the load balancer writes what it was asked for; nowhere without it.'),
  },
  { error: 'must be a map' },
);

/**
 * Every key of a configuration. Defaults that follow from other keys (domains, metadata URL, sizes) are not here but
 * in `defaults.ts`, which is why those keys are optional.
 */
export const configurationShape = {
  region: field.region.describe('The AWS region of the cluster, the pool and the load balancer.'),
  account_id: field.accountId.describe('The AWS account, 12 digits in quotes.'),
  vpc_id: field.vpcId.describe('The existing VPC.'),
  kms_key_arn: field.kmsKeyArn.describe("The key that encrypts the cluster's secrets."),
  eks_name: field.eksName.describe('Name of the cluster, of the user pool and of this deployment.'),
  iam_role_prefix: field.iamPrefix.default('kubeflow').describe('Prefix of the names of IAM roles.'),
  iam_policy_prefix: field.iamPrefix.default('kubeflow').describe('Prefix of the names of IAM policies.'),
  cpu_worker_type: field.instanceType.default('m5.large').describe('Instance type of the node group.'),
  route53_domain: field.domain.describe('The domain of the public hosted zone, or one below it.'),
  cert_alt_names: z
    .array(field.certificateName, { error: 'must be a list of domain names' })
    .max(99, 'has more than 99 names; a certificate takes 100 at most')
    .optional()
    .describe('Further names on the certificate; by default the three domains below.'),
  auth_base_domain: field.domain
    .optional()
    .describe('Parent of the Cognito domain; default auth.<route53_domain>.'),
  cognito_domain: field.domain
    .optional()
    .describe('Custom domain of Cognito; default cognito.<auth_base_domain>.'),
  kubeflow_domain: field.domain.optional().describe('Where users go; default kubeflow.<route53_domain>.'),
  associate_public_ip_address: switchField
    .default(false)
    .describe('Public addresses for the nodes, in public subnets that give them at launch.'),
  nodegroup_min_size: field.nodeCount
    .default(1)
    .describe(
      'Smallest number of nodes, a bound for a cluster autoscaler of yours: autoscaling makes nodes beside the group, and does not change it.',
    ),
  nodegroup_max_size: field.nodeCount
    .default(6)
    .describe(
      'Largest number of nodes, a bound for a cluster autoscaler of yours: autoscaling makes nodes beside the group, and does not change it.',
    ),
  nodegroup_desired_size: field.nodeCount
    .optional()
    .describe(
      'The number of nodes, unless a cluster autoscaler of yours changes it; default: the largest of 4 and the minimum, within the maximum.',
    ),
  ssh_key_name: field.keyPairName.optional().describe('EC2 key pair for the nodes; none without it.'),
  adfs_url: adfsHost
    .optional()
    .describe('Host name of ADFS: the short form of identity_provider. One of the two is needed.'),
  identity_provider: identityProviderSchema
    .optional()
    .describe('The directory that people log in with, if it is another than ADFS.'),
  lambda_concurrency_enabled: switchField
    .default(false)
    .describe('Provisioned concurrency for the profile manager.'),
  lambda_profile_concurrency: z
    .int({ error: 'must be a whole number' })
    .min(1, 'must be 1 or more')
    .max(1000, 'is more than the 1,000 concurrent executions of an account by default')
    .default(10)
    .describe('How many instances of the profile manager are kept warm.'),
  tags: tags.default({}).describe('Tags on everything that is made.'),
  env: z
    .string({ error: 'must be a name, such as "production"' })
    .regex(/^[\w.:/=+@ -]{1,64}$/, 'must be 1 to 64 letters, digits, spaces or _ . : / = + - @')
    .default('production')
    .describe('Name of the environment, as the tag "env".'),
  saml_metadata: samlMetadataSchema
    .optional()
    .describe("By default identity_provider.metadata, or ADFS' well-known URL under adfs_url."),
  subnets: subnetsSchema.optional().describe('By default found by the route tables of the VPC.'),
  hosted_zone_id: field.hostedZoneId.optional().describe('By default found by the name of route53_domain.'),
  kubernetes_version: field.kubernetesVersion.default('1.35').describe('Minor version of the cluster.'),
  endpoint_access: endpointAccessSchema.prefault({}).describe("Who reaches the cluster's API endpoint."),
  permissions_boundary_arn: field.iamPolicyArn
    .optional()
    .describe('Permissions boundary of every role that is made.'),
  admin_role_arns: z
    .array(field.iamRoleArn, { error: 'must be a list of role ARNs' })
    .default([])
    .describe('Roles that administer the cluster.'),
  notification_email: z
    .email({ error: 'must be an e-mail address' })
    .optional()
    .describe('Who is told of failures.'),
  image_registry: z
    .string({ error: 'must be a registry, such as "111122223333.dkr.ecr.eu-central-1.amazonaws.com/mirror"' })
    .regex(
      /^[a-z0-9][a-z0-9.-]*\.[a-z]+(?::\d+)?(?:\/[a-z0-9][a-z0-9._-]*)*$/,
      'must be a host, with the beginning of a path if there is one, and no "https://"',
    )
    .optional()
    .describe(
      'Registry that has copies of all container images under their whole names, for want of egress.',
    ),
  gpu_node_group: gpuNodeGroupSchema
    .optional()
    .describe(
      'A second node group with GPUs. With a desired_size of 0 it has none until somebody raises it; autoscaling.gpu needs no group.',
    ),
  autoscaling: autoscalingSchema
    .optional()
    .describe(
      'Nodes that follow the work, by Karpenter, beside the node groups, which stay as they are. Without it nothing scales nodes.',
    ),
  shared_volumes: sharedVolumesSchema
    .optional()
    .describe(
      'A storage class for volumes that many pods mount at once (ReadWriteMany), on EFS: kubeflow-eks-efs. There is none without it.',
    ),
  database: databaseSchema
    .optional()
    .describe(
      'A MySQL of RDS, existing or made, in which Pipelines and Katib keep what they store. Without it each has its own in the cluster, on a volume.',
    ),
  backup: backupSchema
    .optional()
    .describe(
      "The cluster's objects and volumes, backed up on a schedule and before upgrades by AWS Backup. Nothing is without it.",
    ),
  observability: observabilitySchema
    .optional()
    .describe(
      "Alarms of the deployment's own: on the load balancer, its targets and its certificates, on the database, and on nodes. There are none without it.",
    ),
  artifacts: artifactsSchema
    .optional()
    .describe(
      "Pipelines' artifacts in a bucket of S3, each namespace's for its own pods alone, by EKS Pod Identity. Without it they are in a volume of the cluster.",
    ),
  kubeflow: kubeflowSchema.prefault({}).describe('What is installed, and from where.'),
  access: accessRulesSchema.prefault({}).describe('How directory groups become access to namespaces.'),
} as const;

/** The document as written, before the defaults that follow from other keys. */
export const configurationSchema = z.strictObject(configurationShape, {
  error: 'the configuration must be a map of parameters',
});

/** A document after the schema, before derived defaults. */
export type ParsedDocument = z.output<typeof configurationSchema>;

/** Spellings of the seed's Terraform that are accepted for the right ones. */
export const aliases: Readonly<Record<string, keyof typeof configurationShape>> = {
  iam_poliy_prefix: 'iam_policy_prefix',
  lambda_concurreny_enabled: 'lambda_concurrency_enabled',
};
