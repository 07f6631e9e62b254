import { publishEvent } from '../../../adapters/aws/events';
import { answeringClients } from '../../support/answering-clients';

const event = { bus: 'default', detailType: 'Resync Requested', detail: { deployment: 'acme' } };

test('an entry that EventBridge refuses may be taken the next time, by a name that is retried', async () => {
  const { clients } = answeringClients({
    PutEvents: { FailedEntryCount: 1, Entries: [{ ErrorCode: 'ThrottlingException' }] },
  });
  await expect(publishEvent(clients, event)).rejects.toMatchObject({
    name: 'AwsTransient',
    kind: 'transient',
    message: expect.stringContaining('ThrottlingException') as string,
  });
});

test('one that it takes is sent once', async () => {
  const { clients, called } = answeringClients({ PutEvents: { FailedEntryCount: 0, Entries: [{}] } });
  await publishEvent(clients, event);
  expect(called).toEqual(['PutEvents']);
});
