import {
  AssociateAccessPolicyCommand,
  CreateAccessEntryCommand,
  DeleteAccessEntryCommand,
} from '@aws-sdk/client-eks';
import type { EksctlClients, Say } from './clients';
import type { ClusterConfig } from './cluster-config';
import { unlessThere } from './unless-there';
import { defined } from '../../../core/defined';

/** Makes access entries and associates their policies; what is there already is kept. */
export async function createAccessEntries(
  { eks }: EksctlClients,
  config: ClusterConfig,
  say: Say,
): Promise<void> {
  const clusterName = config.metadata.name;
  for (const entry of config.accessConfig?.accessEntries ?? []) {
    const { principalARN: principalArn, kubernetesGroups, kubernetesUsername: username, type } = entry;
    await unlessThere(() =>
      eks.send(
        new CreateAccessEntryCommand({
          clusterName,
          principalArn,
          ...defined({ kubernetesGroups, username, type, tags: config.metadata.tags }),
        }),
      ),
    );
    for (const { policyARN: policyArn, accessScope } of entry.accessPolicies ?? []) {
      await eks.send(
        new AssociateAccessPolicyCommand({
          clusterName,
          principalArn,
          policyArn,
          accessScope: { type: accessScope.type as 'cluster' | 'namespace' },
        }),
      );
    }
    say(`access entry for ${principalArn}`);
  }
}

/** Takes one access entry away, no matter who made it. */
export async function deleteAccessEntry(
  { eks }: EksctlClients,
  clusterName: string,
  principalArn: string,
  say: Say,
): Promise<void> {
  await eks.send(new DeleteAccessEntryCommand({ clusterName, principalArn }));
  say(`deleted access entry for ${principalArn}`);
}
