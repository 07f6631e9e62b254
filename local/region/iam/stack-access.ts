import type { AwsClients } from '../../../adapters/aws/clients';
import type { DeployedResources } from '../../stack/template';
import { AccessControl } from './enforcement';
import { policiesOfPods } from './pod-roles';
import { lateTags, readResourceTags } from './resource-tags';

export interface StackAccessOptions {
  deployed: DeployedResources;
  accountId: string;
  /** Of the region itself, whose calls nobody checks. */
  ownClients: AwsClients;
  /** The tags of what AWS Backup has, which moto does not know. */
  tagsOfBackups: (arn: string) => Readonly<Record<string, string>>;
}

/** Holds the roles of the stack, and those of pods, to their policies. */
export function controlAccess({
  deployed,
  accountId,
  ownClients,
  tagsOfBackups,
}: StackAccessOptions): AccessControl {
  const { roles, functions, stateMachines, buildProjects, table } = deployed;
  const tagsOf = readResourceTags(ownClients);
  return new AccessControl({
    roles,
    inUse: [
      ...functions.map(({ roleArn }) => roleArn),
      ...stateMachines.map(({ roleArn }) => roleArn),
      ...buildProjects.map(({ serviceRoleArn }) => serviceRoleArn),
    ],
    accountId,
    partition: 'aws',
    partitionKey: table.keySchema.find(({ KeyType: type }) => type === 'HASH')?.AttributeName ?? '',
    tagsOf: async (arn) => (arn.startsWith('arn:aws:backup:') ? tagsOfBackups(arn) : tagsOf(arn)),
    isLate: lateTags(ownClients),
    statementsOf: policiesOfPods(ownClients),
  });
}
