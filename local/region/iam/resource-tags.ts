import { ACMClient, ListTagsForCertificateCommand } from '@aws-sdk/client-acm';
import {
  CloudWatchClient,
  ListTagsForResourceCommand as ListTagsOfAlarmCommand,
} from '@aws-sdk/client-cloudwatch';
import {
  CloudWatchLogsClient,
  ListTagsForResourceCommand as ListTagsOfGroupCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import {
  CognitoIdentityProviderClient,
  DescribeUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { DescribeAccessPointsCommand, DescribeFileSystemsCommand, EFSClient } from '@aws-sdk/client-efs';
import { DescribeTagsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { DescribeClusterCommand, EKSClient } from '@aws-sdk/client-eks';
import {
  GetOpenIDConnectProviderCommand,
  IAMClient,
  ListPolicyTagsCommand,
  ListRoleTagsCommand,
} from '@aws-sdk/client-iam';
import { ListTagsForResourceCommand as ListTagsOfDatabaseCommand, RDSClient } from '@aws-sdk/client-rds';
import { DescribeSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { ListTagsForResourceCommand as ListTagsOfTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import type { AwsClients } from '../../../adapters/aws/clients';
import { madeUp } from './needs';

/** Reads a resource's tags by its ARN; undefined where the resource is not there or its tags are not read here. */
export type ResourceTags = (arn: string) => Promise<Readonly<Record<string, string>> | undefined>;

interface Tag {
  Key?: string | undefined;
  Value?: string | undefined;
}

type Tags = Readonly<Record<string, string>> | readonly Tag[] | undefined;

/** Service in the ARN → the tags of the resource with this region, ARN, and name or id after the first slash. */
type Readers = Readonly<
  Record<string, (clients: AwsClients, region: string, arn: string, name: string) => Promise<Tags>>
>;

const readers: Readers = {
  acm: async (clients, region, CertificateArn) =>
    (await clients.get(ACMClient, region).send(new ListTagsForCertificateCommand({ CertificateArn }))).Tags,
  cloudwatch: async (clients, region, ResourceARN) =>
    (await clients.get(CloudWatchClient, region).send(new ListTagsOfAlarmCommand({ ResourceARN }))).Tags,
  'cognito-idp': async (clients, region, _arn, UserPoolId) =>
    (
      await clients
        .get(CognitoIdentityProviderClient, region)
        .send(new DescribeUserPoolCommand({ UserPoolId }))
    ).UserPool?.UserPoolTags,
  ec2: async (clients, region, arn, id) => {
    if (id === madeUp || !/:(?:security-group|launch-template|instance)\//.test(arn)) return undefined;
    const Filters = [{ Name: 'resource-id', Values: [id] }];
    return (await clients.get(EC2Client, region).send(new DescribeTagsCommand({ Filters }))).Tags;
  },
  eks: async (clients, region, arn, name) =>
    arn.includes(':cluster/')
      ? (await clients.get(EKSClient, region).send(new DescribeClusterCommand({ name }))).cluster?.tags
      : undefined,
  elasticfilesystem: async (clients, region, arn, id) => {
    if (id === madeUp) return undefined;
    const efs = clients.get(EFSClient, region);
    const command = { AccessPointId: id };
    return arn.includes(':access-point/')
      ? (await efs.send(new DescribeAccessPointsCommand(command))).AccessPoints?.[0]?.Tags
      : (await efs.send(new DescribeFileSystemsCommand({ FileSystemId: id }))).FileSystems?.[0]?.Tags;
  },
  iam: async (clients, _region, arn, RoleName) =>
    arn.includes(':role/')
      ? (await clients.get(IAMClient).send(new ListRoleTagsCommand({ RoleName }))).Tags
      : arn.includes(':policy/')
        ? (await clients.get(IAMClient).send(new ListPolicyTagsCommand({ PolicyArn: arn }))).Tags
        : arn.includes(':oidc-provider/')
          ? (
              await clients
                .get(IAMClient)
                .send(new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: arn }))
            ).Tags
          : undefined,
  logs: async (clients, region, arn) =>
    (
      await clients
        .get(CloudWatchLogsClient, region)
        .send(new ListTagsOfGroupCommand({ resourceArn: arn.replace(/:\*$/, '') }))
    ).tags,
  rds: async (clients, region, ResourceName) => {
    // Of an option group RDS has no tags for us, and a snapshot that is being made has none yet.
    if (!/:(?:db|subgrp|pg):/.test(ResourceName)) return undefined;
    return (await clients.get(RDSClient, region).send(new ListTagsOfDatabaseCommand({ ResourceName })))
      .TagList;
  },
  sns: async (clients, region, ResourceArn) =>
    (await clients.get(SNSClient, region).send(new ListTagsOfTopicCommand({ ResourceArn }))).Tags,
  secretsmanager: async (clients, region, arn) => {
    const SecretId = arn.endsWith(madeUp) ? arn.slice(arn.indexOf(':secret:') + 8, -madeUp.length) : arn;
    return (await clients.get(SecretsManagerClient, region).send(new DescribeSecretCommand({ SecretId })))
      .Tags;
  },
};

/**
 * Reads tags of user pools, certificates, secrets, clusters, security groups, launch templates, machines, roles, policies,
 * identity providers, file systems, access points, topics, alarms, log groups and databases: of what the stack's policies tell ours from
 * others' by. What is not there has no tags,
 * so that who may touch it for a tag alone is denied and not told that it is not there (assumed; of the condition Null see the
 * IAM user guide).
 *
 * @param clients of the region itself, whose calls nobody checks
 */
export function readResourceTags(clients: AwsClients): ResourceTags {
  return async (arn) => {
    const [, , service = '', region = ''] = arn.split(':');
    const read = Object.hasOwn(readers, service) ? readers[service] : undefined;
    try {
      const tags = await read?.(clients, region, arn, arn.slice(arn.indexOf('/') + 1));
      if (!Array.isArray(tags)) return tags as Readonly<Record<string, string>> | undefined;
      return Object.fromEntries((tags as readonly Tag[]).map(({ Key = '', Value = '' }) => [Key, Value]));
    } catch (error) {
      return isNotThere(error) ? {} : undefined;
    }
  };
}

function isNotThere(error: unknown): boolean {
  return error instanceof Error && /NotFound|NoSuchEntity/.test(error.name);
}

/**
 * Whether IAM does not see the tags of a resource yet: of a user pool, the first time that they decide within a minute of
 * its making (assumed; "changes that you make … might not be immediately visible", IAM user guide, "Troubleshoot IAM").
 *
 * @param clients of the region itself, whose calls nobody checks
 */
export function lateTags(clients: AwsClients): (arn: string) => Promise<boolean> {
  const seen = new Set<string>();
  return async (arn) => {
    const [, , service, region = ''] = arn.split(':');
    if (service !== 'cognito-idp' || seen.has(arn)) return false;
    const UserPoolId = arn.slice(arn.indexOf('/') + 1);
    const described = await clients
      .get(CognitoIdentityProviderClient, region)
      .send(new DescribeUserPoolCommand({ UserPoolId }))
      .catch(() => undefined);
    const made = described?.UserPool?.CreationDate;
    if (made === undefined) return false;
    seen.add(arn);
    return Date.now() - made.getTime() < 60_000;
  };
}
