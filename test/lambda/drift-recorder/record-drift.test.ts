import { CreateTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { deleteItem, registryKey, writeItem } from '../../../adapters/aws/registry';
import { readDrift } from '../../../adapters/aws/registry-drift';
import { writeLock } from '../../../adapters/aws/registry-lock';
import { writeLatestRun } from '../../../adapters/aws/registry-runs';
import { stackNames } from '../../../core/naming';
import type { PlannedStep } from '../../../core/plan';
import { recordDrift } from '../../../lambda/drift-recorder/record-drift';
import type { ServiceHandler } from '../../../local/region/gateway/gateway';
import { useMoto } from '../../support/moto';
import { makeRegistry, registryEnvironment } from '../../support/registry';

const table = stackNames.table;
const day = 86_400_000;
const first = Date.UTC(2026, 0, 2, 3, 4, 5);
const arnOf = (name: string): string =>
  `arn:aws:states:eu-central-1:123456789012:execution:kubeflow-eks-plan:${name}`;

const left: PlannedStep = { state: 'Tag subnets', verdict: 'leave', changes: [] };
const trigger: PlannedStep = {
  state: 'Ensure user pool',
  verdict: 'change',
  changes: [{ action: 'change', what: 'user pool acme: trigger' }],
};
const record: PlannedStep = {
  state: 'Alias Kubeflow domain',
  verdict: 'create',
  changes: [{ action: 'create', what: 'record kubeflow.example.com' }],
};
/** The counts are not read by the recorder; a plan without them is none. */
const summary = { create: 0, change: 0, leave: 1, follows: 0, problem: 0 };

const locked: PlannedStep = {
  state: 'Acquire lock',
  verdict: 'problem',
  changes: [],
  problem: { error: 'DeploymentLocked', message: 'by another' },
};

describe('the drift recorder', () => {
  let mails: { topic: string; subject: string; text: string }[];
  let events: { DetailType: string; Detail: Record<string, unknown> }[];
  let metrics: [string, number][];
  let refusesMail: boolean;
  const moto = useMoto({
    functions: ['drift-recorder'],
    services: () => {
      mails = [];
      events = [];
      metrics = [];
      refusesMail = false;
      return { sns: [sns], events: [bus] };
    },
  });
  const sns: ServiceHandler = ({ operation }, http) => {
    if (operation !== 'Publish') return Promise.resolve(undefined);
    if (refusesMail)
      return Promise.resolve({
        status: 403,
        body: '<ErrorResponse><Error><Code>AuthorizationError</Code><Message>no</Message></Error></ErrorResponse>',
      });
    const sent = new URLSearchParams(http.body.toString());
    mails.push({
      topic: (sent.get('TopicArn') ?? '').split(':').at(-1) ?? '',
      subject: sent.get('Subject') ?? '',
      text: sent.get('Message') ?? '',
    });
    return Promise.resolve(undefined);
  };
  const bus: ServiceHandler = (_, http) => {
    const { Entries: entries } = JSON.parse(http.body.toString()) as {
      Entries: { DetailType: string; Detail: string }[];
    };
    events.push(
      ...entries.map(({ DetailType, Detail }) => ({
        DetailType,
        Detail: JSON.parse(Detail) as Record<string, unknown>,
      })),
    );
    return Promise.resolve({ status: 200, body: JSON.stringify({ FailedEntryCount: 0, Entries: [{}] }) });
  };
  let topicArn: string;
  beforeEach(async () => {
    await makeRegistry(moto.lookingClients);
    const client = moto.lookingClients.get(SNSClient);
    const { TopicArn } = await client.send(new CreateTopicCommand({ Name: stackNames.topic }));
    await client.send(new CreateTopicCommand({ Name: `${stackNames.topic}-acme` }));
    topicArn = TopicArn ?? '';
    await writeItem(moto.lookingClients, table, registryKey.registration('acme'), { configuration: {} });
  });

  const ended = (nth: number, detail: object) => ({
    region: 'eu-central-1',
    detail: {
      executionArn: arnOf(`drift-acme-2026010${(nth + 2).toString()}-030405`),
      name: `drift-acme-2026010${(nth + 2).toString()}-030405`,
      status: 'SUCCEEDED',
      startDate: first + nth * day,
      stopDate: first + nth * day + 60_000,
      input: '{"deployment":"acme"}',
      ...detail,
    },
  });
  const output = (...steps: PlannedStep[]) => ({
    output: JSON.stringify({ deployment: 'acme', steps: [left, ...steps], summary }),
  });
  const recordEvent = (event: unknown) =>
    recordDrift(event, {
      clients: moto.clients,
      logger: { info: () => undefined, warn: () => undefined, appendKeys: () => undefined },
      now: () => new Date(first),
      measure: (name, value) => metrics.push([name, value]),
      environment: { ...registryEnvironment, NOTIFICATION_TOPIC_ARN: topicArn, EVENT_BUS_NAME: 'default' },
    });
  /** The `nth` look by the schedule, a day after the one before. */
  const look = (nth: number, ...steps: PlannedStep[]) => recordEvent(ended(nth, output(...steps)));
  const fail = (nth: number, status = 'FAILED') =>
    recordEvent(ended(nth, { status, error: 'DirectoryUnreachable' }));
  const row = () => readDrift(moto.lookingClients, table, 'acme');
  /** What has been told since the last time, and the metrics. */
  const told = () => ({
    mails: mails.splice(0).map(({ topic, subject }) => `${topic}: ${subject}`),
    events: events.splice(0).map(({ DetailType, Detail }) => [DetailType, Detail['isNew']]),
    metrics: metrics.splice(0),
  });
  const both = (subject: string) => [
    `${stackNames.topic}: ${subject}`,
    `${stackNames.topic}-acme: ${subject}`,
  ];
  const counted = (changes: number) => [
    ['DriftLookFailuresInARow', 0],
    ['DriftChanges', changes],
  ];

  test('nothing that differs is a number, and tells nobody', async () => {
    await look(0);
    expect(told()).toEqual({ mails: [], events: [], metrics: counted(0) });
    expect(await row()).toMatchObject({ changes: 0, failures: 0, comparedAt: '2026-01-02T03:05:05.000Z' });
    expect(await row()).not.toHaveProperty('since');
  });

  test('what differs is told once, again when it is another, and when it is gone', async () => {
    const one = both('acme is not as it was provisioned: 1 difference');
    const two = both('acme is not as it was provisioned: 2 differences');
    await look(0, trigger);
    expect(told()).toEqual({ mails: one, events: [['Deployment Drifted', true]], metrics: counted(1) });
    await look(1, trigger);
    expect(told()).toEqual({ mails: [], events: [['Deployment Drifted', false]], metrics: counted(1) });
    await look(2, record, trigger);
    expect(told()).toEqual({ mails: two, events: [['Deployment Drifted', true]], metrics: counted(2) });
    expect(await row()).toMatchObject({ changes: 2, since: '2026-01-02T03:05:05.000Z' });
    await look(3);
    expect(told()).toEqual({
      mails: both('acme is as it was provisioned again'),
      events: [['Deployment Drift Gone', undefined]],
      metrics: counted(0),
    });
    await look(4);
    expect(told()).toEqual({ mails: [], events: [], metrics: counted(0) });
  });

  test('the mail lists what differs and the command that shows all; the event lists it for programs', async () => {
    await look(0, trigger, record);
    expect(mails[1]?.text).toContain(
      'Ensure user pool\n  change user pool acme: trigger\nAlias Kubeflow domain\n  create record kubeflow.example.com\n',
    );
    expect(mails[1]?.text).toContain('`kubeflow-eks plan acme --region eu-central-1`');
    expect(events[0]?.Detail).toEqual({
      deployment: 'acme',
      executionArn: arnOf('drift-acme-20260102-030405'),
      changes: 2,
      since: '2026-01-02T03:05:05.000Z',
      isNew: true,
      differences: [
        { state: 'Ensure user pool', action: 'change', what: 'user pool acme: trigger' },
        { state: 'Alias Kubeflow domain', action: 'create', what: 'record kubeflow.example.com' },
      ],
    });
  });

  test('an event that comes twice, or late, tells nothing twice', async () => {
    await look(1, trigger);
    told();
    await look(1, trigger);
    await look(0);
    expect(told()).toEqual({ mails: [], events: [], metrics: [] });
    expect(await row()).toMatchObject({ changes: 1 });
  });

  test('a recorder that could not tell is called again, and then tells', async () => {
    refusesMail = true;
    await expect(look(0, trigger)).rejects.toThrow();
    expect(await row()).toBeUndefined();
    refusesMail = false;
    await look(0, trigger);
    expect(mails).toHaveLength(2);
  });

  test('a plan that could not be made is counted, and what was known stays', async () => {
    await look(0, trigger);
    told();
    await fail(1);
    await fail(2, 'TIMED_OUT');
    await fail(2, 'TIMED_OUT');
    expect(told()).toEqual({
      mails: [],
      events: [],
      metrics: [
        ['DriftLookFailuresInARow', 1],
        ['DriftLookFailuresInARow', 2],
      ],
    });
    expect(await row()).toMatchObject({ changes: 1, failures: 2, reason: 'DirectoryUnreachable' });
    await look(3, trigger);
    expect(told()).toEqual({ mails: [], events: [['Deployment Drifted', false]], metrics: counted(1) });
    expect(await row()).not.toHaveProperty('reason');
  });

  test('one that failed and was redriven is recorded when it succeeds', async () => {
    await fail(0);
    await look(0, trigger);
    expect(await row()).toMatchObject({ changes: 1, failures: 0 });
  });

  test.each<[string, () => Promise<unknown>]>([
    ['was stopped', () => fail(0, 'ABORTED')],
    ['met somebody at work', () => look(0, locked, trigger)],
    [
      'is of a deployment that is locked now',
      async () => {
        const lock = { executionArn: 'arn:x', stateMachine: 'provision', acquiredAt: '2026-01-02T03:04:30Z' };
        await writeLock(moto.lookingClients, table, 'acme', lock, undefined);
        await look(0, trigger);
      },
    ],
    [
      'somebody has worked on the deployment since',
      async () => {
        const run = { executionArn: 'arn:x', stateMachine: 'provision', lockedAt: '2026-01-02T03:04:30Z' };
        await writeLatestRun(moto.lookingClients, table, 'acme', run, new Date(first));
        await look(0, trigger);
      },
    ],
    [
      'is of a deployment that was destroyed meanwhile',
      async () => {
        await deleteItem(moto.lookingClients, table, registryKey.registration('acme'));
        await look(0, trigger);
      },
    ],
    [
      'was asked for with a configuration',
      () => recordEvent(ended(0, { ...output(trigger), input: '{"eks_name":"acme"}' })),
    ],
    [
      'has the name of a look of another deployment',
      () => recordEvent(ended(0, { ...output(trigger), input: '{"deployment":"beta"}' })),
    ],
  ])('a plan that %s says nothing of the deployment', async (_, act) => {
    await act();
    expect(told()).toEqual({ mails: [], events: [], metrics: [] });
    expect(await row()).toBeUndefined();
  });

  test('one that ended before somebody worked on it counts', async () => {
    const run = { executionArn: 'arn:x', stateMachine: 'provision', lockedAt: '2026-01-02T03:04:00Z' };
    await writeLatestRun(moto.lookingClients, table, 'acme', run, new Date(first));
    await look(0, trigger);
    expect(await row()).toMatchObject({ changes: 1 });
  });

  test('refuses another event', async () => {
    await expect(recordEvent({ detail: {} })).rejects.toMatchObject({ name: 'InvalidTaskInput' });
  });
});
