import {
  CognitoIdentityProviderClient,
  CreateUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { ChangeResourceRecordSetsCommand, Route53Client } from '@aws-sdk/client-route-53';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { useRegion } from '../support/region';
import { hostedZone, whatIsThere } from '../support/what-is-there';

/** The sample's parameters with the values that it publishes: capitals in names, tags `Name` and `ENV`. */
const published = {
  ...(parse(readFileSync(join(__dirname, '../../examples/seed.yaml'), 'utf8')) as Record<string, unknown>),
  tags: { Name: 'Kubeflow-ts', ENV: 'DEV' },
  env: 'dev',
};
const region = useRegion({ ...published, notification_email: 'platform@acme.example' });

test('destroy takes away what provision made, leaves what is not ours, and is redriven after a fault at every state', async () => {
  const { start, redrive, finish, document, clients, region: local } = region();
  // Look-alikes of somebody else's.
  await clients
    .get(CognitoIdentityProviderClient)
    .send(new CreateUserPoolCommand({ PoolName: 'somebody-elses' }));
  await clients.get(Route53Client).send(
    new ChangeResourceRecordSetsCommand({
      HostedZoneId: await hostedZone(clients),
      ChangeBatch: {
        Changes: [
          {
            Action: 'CREATE',
            ResourceRecordSet: {
              Name: `www.${String(document['route53_domain'])}`.toLowerCase(),
              Type: 'A',
              TTL: 60,
              ResourceRecords: [{ Value: '192.0.2.1' }],
            },
          },
        ],
      },
    }),
  );
  const before = await whatIsThere(region());
  const provisioned = await finish(await start('provision', document));
  expect(provisioned.execution.status).toBe('SUCCEEDED');
  expect(await whatIsThere(region())).not.toEqual(before);

  const failed = new Set<string>();
  local.faults.state = ({ stateName }) => {
    if (failed.has(stateName)) return undefined;
    failed.add(stateName);
    return { error: 'InjectedFault', cause: stateName };
  };
  const executionArn = await start('destroy', { deployment: document['eks_name'] });
  let end = await finish(executionArn);
  for (let redrives = 0; end.execution.status === 'FAILED' && redrives < 40; redrives += 1) {
    expect(end.execution).toMatchObject({ error: 'InjectedFault' });
    await redrive(executionArn);
    end = await finish(executionArn);
  }
  delete local.faults.state;

  expect(end.execution.status).toBe('SUCCEEDED');
  expect(failed.size).toBeGreaterThan(10);
  expect(await whatIsThere(region())).toEqual(before);
}, 900_000);
