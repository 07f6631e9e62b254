import { bucketArn, type ArtifactStore } from '../../core/artifact-store';
import { endpointDomainOf, partitionOf } from '../../core/partitions';

/** Service account of a tenant's notebooks and of the steps of its pipelines, which Kubeflow's profile controller makes. */
export const tenantServiceAccount = 'default-editor';

/** Whether a role is the one of {@link artifactsPolicy}: names that are cut keep their kind. */
export const isOfArtifacts = (roleArn: string): boolean => roleArn.includes('_kubeflow_Artifacts_');

/**
 * The namespace of the pod that asks. EKS puts it into the session's tags, and nobody else can: the role is assumed by EKS
 * for pods alone (EKS user guide, "Grant Pods access to AWS resources based on tags"; IAM user guide, "IAM policy elements:
 * Variables and tags"). A session without the tag matches nothing.
 */
const namespaceOfPod = '${aws:PrincipalTag/kubernetes-namespace}';

/**
 * What the pods of all tenants may do: read and write below their own namespace's name, and nothing elsewhere. They cannot
 * delete.
 */
export function artifactsPolicy(store: ArtifactStore): object {
  const bucket = bucketArn(store);
  const own = `${store.prefix}/${namespaceOfPod}/*`;
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'OwnArtifacts',
        Effect: 'Allow',
        Action: ['s3:GetObject', 's3:PutObject', 's3:AbortMultipartUpload'],
        Resource: `${bucket}/${own}`,
      },
      {
        Sid: 'ListOwnArtifacts',
        Effect: 'Allow',
        Action: 's3:ListBucket',
        Resource: bucket,
        Condition: { StringLike: { 's3:prefix': own } },
      },
      ...(store.keyArn === undefined
        ? []
        : [
            {
              Sid: 'EncryptArtifacts',
              Effect: 'Allow',
              // AWS KMS developer guide, "How Amazon S3 uses AWS KMS": an upload in parts decrypts, too.
              Action: ['kms:GenerateDataKey', 'kms:Decrypt'],
              Resource: store.keyArn,
              Condition: {
                StringEquals: { 'kms:ViaService': `s3.${store.region}.${endpointDomainOf(store.region)}` },
              },
            },
          ]),
    ],
  };
}

/**
 * Who may have the role: pods of tenants in this cluster. The tags are EKS' word for it (EKS user guide, "Create IAM role with
 * trust policy required by EKS Pod Identity", Setting Conditions).
 */
export function artifactsTrust(cluster: { eks_name: string; region: string; account_id: string }): object {
  const { eks_name: name, region, account_id: accountId } = cluster;
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: 'pods.eks.amazonaws.com' },
        Action: ['sts:AssumeRole', 'sts:TagSession'],
        Condition: {
          StringEquals: {
            'aws:RequestTag/eks-cluster-arn': `arn:${partitionOf(region)}:eks:${region}:${accountId}:cluster/${name}`,
            'aws:RequestTag/kubernetes-service-account': tenantServiceAccount,
          },
        },
      },
    ],
  };
}
