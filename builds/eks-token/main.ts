/** An exec credential plugin for kubectl and helm: `node eks-token.js --cluster NAME --region REGION`. */
import { parseArgs } from 'node:util';
import { createClients } from '../../adapters/aws/clients';
import { eksToken } from '../../adapters/aws/cluster-access';
import { runMain } from '../support/run-main';

/** EKS accepts a token for 15 minutes; kubectl must ask for the next one a little earlier. */
const validMinutes = 14;

runMain(async () => {
  const { values } = parseArgs({ options: { cluster: { type: 'string' }, region: { type: 'string' } } });
  if (values.cluster === undefined || values.region === undefined) {
    throw new Error('usage: eks-token --cluster NAME --region REGION');
  }
  const clients = createClients({ region: values.region });
  const token = await eksToken(clients, values.cluster)();
  const credential = {
    apiVersion: 'client.authentication.k8s.io/v1',
    kind: 'ExecCredential',
    status: { token, expirationTimestamp: new Date(Date.now() + validMinutes * 60_000).toISOString() },
  };
  process.stdout.write(`${JSON.stringify(credential)}\n`);
});
