import type { FunctionSpec } from '../../core/function-spec';
import {
  allowList,
  allowRegistry,
  boundless,
  databaseSecrets,
  here,
  scanRegistry,
} from '../../core/permissions';
import { findPools, findZones, readCluster, readNetwork, readPools } from '../support/shared-permissions';
import { buildQuota } from '../../core/concurrent-builds';
import type { task as checkPrerequisites } from './check-prerequisites';
import type { task as validateConfiguration } from './validate-configuration';

/** The tasks of this folder: a step of a workflow gets its types from here. */
export interface Tasks {
  'validate-configuration': typeof validateConfiguration;
  'check-prerequisites': typeof checkPrerequisites;
}

/** The functions of these tasks. */
export const functions: Readonly<Record<keyof Tasks, FunctionSpec>> = {
  'validate-configuration': {
    description: 'Checks the whole input before anything is touched',
    permissions: [
      allowRegistry({
        actions: ['GetItem'],
        why: 'Reads the configuration of a deployment that a plan is asked for by its name.',
      }),
    ],
  },
  'check-prerequisites': {
    description: 'Finds what the account must already have',
    permissions: [
      readNetwork,
      allowList(['ec2:DescribeKeyPairs'], 'Finds the key pair'),
      {
        actions: ['ec2:DescribeVpcAttribute'],
        resources: [here('ec2', 'vpc/*')],
        why: 'Checks that the VPC resolves names, as nodes need it. Which one it is stands in the configuration.',
      },
      allowList(
        [
          'ec2:DescribeInstanceTypes',
          'ec2:DescribeInstanceTypeOfferings',
          'ec2:GetInstanceMetadataDefaults',
          'ec2:GetEbsDefaultKmsKeyId',
        ],
        'Checks that nodes of the configured types can be made',
      ),
      allowList(['eks:DescribeClusterVersions'], 'Checks that EKS has the configured version'),
      allowList(['lambda:GetAccountSettings'], 'Checks the limit of concurrent executions'),
      {
        actions: ['iam:GetRole'],
        resources: ['arn:<partition>:iam::<account>:role/*'],
        why: 'Checks that the configured administrators exist. Which roles these are stands in the configuration.',
      },
      {
        actions: ['iam:GetPolicy'],
        resources: ['arn:<partition>:iam::<account>:policy/*', 'arn:<partition>:iam::aws:policy/*'],
        why: 'Checks that the configured permissions boundary exists. Which policy it is stands in the configuration.',
      },
      {
        actions: ['kms:DescribeKey'],
        resources: [here('kms', 'key/*')],
        why: 'Checks that the configured key can be used, and that of volumes. Which one it is stands in the configuration, or in the account.',
      },
      findZones,
      {
        actions: ['route53:ListResourceRecordSets'],
        resources: [`arn:<partition>:route53:::hostedzone/${boundless.zone}`],
        why: 'Finds names that another deployment has. The zone comes from the configuration, so it is not known here.',
      },
      {
        actions: ['route53:GetHostedZone'],
        resources: [`arn:<partition>:route53:::hostedzone/${boundless.zone}`],
        why: 'Compares the servers of the zone with those that the world is told. The option hostedZoneIds names the zones.',
      },
      {
        actions: ['servicequotas:GetServiceQuota'],
        resources: [here('servicequotas', 'ec2/*')],
        why: 'Checks that the account may run the configured nodes; which quota counts depends on their type.',
      },
      {
        actions: ['servicequotas:GetServiceQuota'],
        resources: [here('servicequotas', `codebuild/${buildQuota.code}`)],
        why: 'Warns where the account may run no build of the size that is used.',
      },
      {
        actions: ['s3:GetObject'],
        resources: [`arn:<partition>:s3:::${boundless.bucket}/*`],
        conditions: { StringEquals: { 'aws:ResourceAccount': '<account>' } },
        why: 'Checks that the archive of Kubeflow is there. The options toolsMirror and archiveBuckets name the buckets.',
      },
      {
        actions: ['wafv2:GetWebACL'],
        resources: [here('wafv2', 'regional/webacl/*')],
        why: 'Checks that the configured web ACL exists. Which one it is stands in the configuration.',
      },
      {
        actions: ['s3:GetBucketLocation'],
        resources: ['arn:<partition>:s3:::*'],
        conditions: { StringEquals: { 'aws:ResourceAccount': '<account>' } },
        why: 'Checks that the buckets for access logs and for artifacts are there, in the region. Which these are stands in the configuration.',
      },
      {
        actions: ['s3:GetEncryptionConfiguration', 's3:GetBucketPublicAccessBlock'],
        resources: ['arn:<partition>:s3:::*'],
        conditions: { StringEquals: { 'aws:ResourceAccount': '<account>' } },
        why: 'Checks that pods can use the key of the bucket for artifacts, and that it is closed. Which one it is stands in the configuration.',
      },
      {
        actions: ['elasticfilesystem:DescribeFileSystems', 'elasticfilesystem:DescribeMountTargets'],
        resources: [here('elasticfilesystem', 'file-system/*')],
        why: 'Checks that nodes could mount the file system of shared volumes. Which one it is stands in the configuration.',
      },
      {
        actions: ['rds:DescribeDBInstances'],
        resources: [here('rds', 'db:*')],
        why: 'Checks that pods could use the configured database. Which instance it is stands in the configuration.',
      },
      {
        actions: ['rds:DescribeDBClusters'],
        resources: [here('rds', 'cluster:*')],
        why: 'Checks that pods could use the configured database. Which cluster of Aurora it is stands in the configuration.',
      },
      allowList(
        ['rds:DescribeOrderableDBInstanceOptions'],
        'Checks that RDS can make the configured database',
      ),
      allowList(
        ['ec2:DescribeSecurityGroups', 'ec2:DescribeNetworkInterfaces'],
        'Checks that the database and the file system of shared volumes let the nodes in',
      ),
      {
        actions: ['secretsmanager:GetSecretValue'],
        resources: [databaseSecrets],
        why: 'Checks that the secret of the database has a user and a password, before anything is made. Only secrets that are named for it.',
      },
      readCluster,
      findPools,
      readPools,
      scanRegistry,
      allowRegistry({ actions: ['GetItem'], why: 'Compares with what the deployment was provisioned with.' }),
    ],
  },
};
