import { ACMClient, ListTagsForCertificateCommand } from '@aws-sdk/client-acm';
import {
  CognitoIdentityProviderClient,
  ListTagsForResourceCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { DescribeClusterCommand, EKSClient } from '@aws-sdk/client-eks';
import { DescribeSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { AwsClients } from '../../../adapters/aws/clients';
import { madeUp } from './needs';

/** Reads a resource's tags by its ARN; undefined where the resource is not there or its tags are not read here. */
export type ResourceTags = (
  arn: string,
  region: string,
) => Promise<Readonly<Record<string, string>> | undefined>;

/**
 * Tags of user pools, certificates, secrets and clusters: of what the policies tell ours from others' by. What is not
 * there has no tags; services differ in whether they then deny access or say that it is not there, so that is left to
 * the service.
 *
 * @param clients of the region itself, whose calls nobody checks
 */
export function readResourceTags(clients: AwsClients): ResourceTags {
  const readers: Readonly<Record<string, (arn: string, region: string) => Promise<TagList>>> = {
    acm: async (arn, region) =>
      (await clients.get(ACMClient, region).send(new ListTagsForCertificateCommand({ CertificateArn: arn })))
        .Tags,
    'cognito-idp': async (arn) =>
      entriesOf(
        (
          await clients
            .get(CognitoIdentityProviderClient)
            .send(new ListTagsForResourceCommand({ ResourceArn: arn }))
        ).Tags,
      ),
    secretsmanager: async (arn) => {
      const SecretId = arn.endsWith(madeUp)
        ? arn.slice(arn.indexOf(':secret:') + ':secret:'.length, -madeUp.length)
        : arn;
      return (await clients.get(SecretsManagerClient).send(new DescribeSecretCommand({ SecretId }))).Tags;
    },
    eks: async (arn) => {
      const name = /:cluster\/(.+)$/.exec(arn)?.[1];
      if (name === undefined) throw new NoTags();
      const { cluster } = await clients.get(EKSClient).send(new DescribeClusterCommand({ name }));
      return entriesOf(cluster?.tags);
    },
  };
  return async (arn, region) => {
    const service = arn.split(':')[2] ?? '';
    const read = Object.hasOwn(readers, service) ? readers[service] : undefined;
    try {
      const tags = await read?.(arn, region);
      return tags && Object.fromEntries(tags.map(({ Key = '', Value = '' }) => [Key, Value]));
    } catch {
      return undefined;
    }
  };
}

type TagList = readonly { Key?: string | undefined; Value?: string | undefined }[] | undefined;

class NoTags extends Error {}

function entriesOf(tags: Readonly<Record<string, string>> | undefined): TagList {
  return Object.entries(tags ?? {}).map(([Key, Value]) => ({ Key, Value }));
}
