import { keptFileSystemTag } from '../core/naming';
import { boundless, givesOurTag, hasOurTag, here, type Permission } from '../core/permissions';

/**
 * What the builds need of EFS for the file system that is made for shared volumes. Which action takes which resource and condition:
 * Service Authorization Reference, Amazon Elastic File System. Ids of file systems and mount targets are random.
 */

const fileSystems = here('elasticfilesystem', 'file-system/*');
const ofEfs = 'elasticfilesystem.<region>.amazonaws.com';

const seeFileSystems: Permission = {
  actions: ['elasticfilesystem:DescribeFileSystems'],
  resources: [fileSystems],
  why: "Looks for the file system of shared volumes by its token, and tells ours from another's by tag. Its id is random.",
};

const seeMountTargets: Permission = {
  actions: ['elasticfilesystem:DescribeMountTargets'],
  resources: [fileSystems],
  conditions: hasOurTag,
  why: 'Looks where it can be mounted. Only file systems with our tag.',
};

export const makeFileSystems: readonly Permission[] = [
  seeFileSystems,
  seeMountTargets,
  {
    actions: [
      'elasticfilesystem:DescribeLifecycleConfiguration',
      'elasticfilesystem:DescribeBackupPolicy',
      'elasticfilesystem:DescribeFileSystemPolicy',
    ],
    resources: [fileSystems],
    conditions: hasOurTag,
    why: 'Compares it with what is configured. Only file systems with our tag.',
  },
  {
    actions: ['elasticfilesystem:CreateFileSystem'],
    resources: [fileSystems],
    conditions: { ...givesOurTag, Bool: { 'elasticfilesystem:Encrypted': 'true' } },
    why: 'Makes it, where `shared_volumes` names none: with our tag, and encrypted.',
  },
  {
    actions: ['elasticfilesystem:TagResource'],
    resources: [fileSystems],
    conditions: {
      ...givesOurTag,
      StringEquals: { 'elasticfilesystem:CreateAction': 'CreateFileSystem' },
    },
    why: 'Tags it as it is made.',
  },
  {
    actions: [
      'elasticfilesystem:TagResource',
      'elasticfilesystem:UpdateFileSystem',
      'elasticfilesystem:PutLifecycleConfiguration',
      'elasticfilesystem:PutBackupPolicy',
      'elasticfilesystem:PutFileSystemPolicy',
      'elasticfilesystem:CreateMountTarget',
    ],
    resources: [fileSystems],
    conditions: hasOurTag,
    why: 'Brings a file system with our tag to what is configured, and into the VPC of the nodes. There is no right to mount it.',
  },
  {
    actions: ['kms:Decrypt', 'kms:GenerateDataKeyWithoutPlaintext', 'kms:CreateGrant', 'kms:DescribeKey'],
    resources: [boundless.clusterKey],
    conditions: { StringEquals: { 'kms:ViaService': ofEfs } },
    why: 'EFS takes the configured key with the rights of who makes a file system, and asks through itself alone. The option clusterKeyArns names the keys.',
  },
  {
    actions: ['ec2:CreateNetworkInterface'],
    resources: ['network-interface/*', 'subnet/*'].map((kind) => here('ec2', kind)),
    why: 'EFS makes the network interface of a mount target with the rights of who makes that, in a subnet of the configuration; ids are random.',
  },
  {
    actions: ['ec2:CreateNetworkInterface'],
    resources: [here('ec2', 'security-group/*')],
    conditions: hasOurTag,
    why: 'This network interface is in a security group with our tag; its id is random.',
  },
];

export const removeFileSystems: readonly Permission[] = [
  seeFileSystems,
  seeMountTargets,
  {
    actions: ['elasticfilesystem:DescribeAccessPoints'],
    resources: [fileSystems],
    conditions: hasOurTag,
    why: 'Looks whether volumes are on it. Only file systems with our tag.',
  },
  {
    actions: ['elasticfilesystem:TagResource'],
    resources: [fileSystems],
    conditions: {
      ...hasOurTag,
      'ForAllValues:StringEquals': { 'aws:TagKeys': [keptFileSystemTag] },
    },
    why: 'Notes on a file system with our tag that volumes were on it, so that it stays.',
  },
  {
    actions: ['elasticfilesystem:DeleteMountTarget', 'elasticfilesystem:DeleteFileSystem'],
    resources: [fileSystems],
    conditions: hasOurTag,
    why: 'Takes a file system with our tag out of the VPC, and deletes it where no volume was on it.',
  },
  {
    actions: ['ec2:DeleteNetworkInterface'],
    resources: [here('ec2', 'network-interface/*')],
    why: 'EFS deletes the network interface of a mount target with the rights of who deletes that. It has no tag of ours, and a random id; EC2 deletes none that is in use.',
  },
];
