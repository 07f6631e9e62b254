import type { AwsClients } from '../../adapters/aws/clients';
import {
  associateAccessPolicy,
  disassociateAccessPolicy,
  updateAccessEntry,
} from '../../adapters/aws/eks-access-entries';
import type { AccessCorrection } from './cluster-change';

/**
 * Changes an access entry through the EKS API, since eksctl has no command for it, and to re-create it would lock its
 * role out for a while. What it may is added before what it may not is taken away.
 */
export function accessCorrector(clients: AwsClients, cluster: string) {
  return async (correction: AccessCorrection): Promise<void> => {
    const { principalArn, kubernetesGroups, associate, disassociate } = correction;
    if (kubernetesGroups !== undefined)
      await updateAccessEntry(clients, cluster, { principalArn, kubernetesGroups });
    for (const policy of associate) await associateAccessPolicy(clients, cluster, principalArn, policy);
    for (const policy of disassociate) await disassociateAccessPolicy(clients, cluster, principalArn, policy);
  };
}
