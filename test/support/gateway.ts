import { createClients, type AwsClients } from '../../adapters/aws/clients';
import { openGateway, type ServiceHandler } from '../../local/region/gateway/gateway';

/** Clients whose services are the test's own, without moto behind them. Close them after the tests. */
export async function gatewayClients(
  services: Readonly<Record<string, readonly ServiceHandler[]>>,
): Promise<{ clients: AwsClients; close: () => Promise<void> }> {
  const gateway = await openGateway({ services });
  const clients = createClients({
    region: 'eu-west-1',
    endpoint: gateway.endpoint,
    credentials: { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'example' },
  });
  return {
    clients,
    close: async () => {
      clients.destroy();
      await gateway.close();
    },
  };
}
