import { createClients, type AwsClients } from '../../../adapters/aws/clients';
import { defined } from '../../../core/defined';
import type { CredentialStore } from '../../sts/credentials';
import { ownCredentials } from '../account/clients';

/** Clients with the keys of whoever called, for a service that works with its caller's rights. */
export function clientsOfCallers(
  credentials: CredentialStore,
  region: string,
  endpoint: () => string,
): { clientsOf: (accessKeyId: string) => AwsClients; close: () => void } {
  const made = new Map<string, AwsClients>();
  return {
    clientsOf: (accessKeyId) => {
      const present = made.get(accessKeyId);
      if (present !== undefined) return present;
      const credential = credentials.find(accessKeyId) ?? ownCredentials;
      const { secretAccessKey } = credential;
      const clients = createClients({
        region,
        endpoint: endpoint(),
        appId: 'CloudFormation',
        credentials: {
          accessKeyId: credential.accessKeyId,
          secretAccessKey,
          ...('sessionToken' in credential && defined({ sessionToken: credential.sessionToken })),
        },
      });
      made.set(accessKeyId, clients);
      return clients;
    },
    close: () => {
      for (const clients of made.values()) clients.destroy();
    },
  };
}
