import {
  CognitoIdentityProviderClient,
  DescribeUserPoolCommand,
  UpdateUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import {
  ChangeResourceRecordSetsCommand,
  ListHostedZonesCommand,
  ListResourceRecordSetsCommand,
  Route53Client,
} from '@aws-sdk/client-route-53';
import { SubscribeCommand } from '@aws-sdk/client-sns';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { listKnownDeployments } from '../../adapters/aws/registry-overview';
import { deleteLock, writeLock } from '../../adapters/aws/registry-lock';
import { listExecutions, stateMachineArn } from '../../adapters/aws/state-machines';
import { driftLookName } from '../../core/execution/name-execution';
import { deploymentTopicArn, stackNames } from '../../core/naming';
import { ruleNames } from '../../infra/names';
import { waitFor } from '../../local/processes/wait-for';
import { clusterOf, seedConfiguration, useRegion } from '../support/region';

const region = useRegion({ ...seedConfiguration, notification_email: 'ml@acme.example' });
const name = seedConfiguration.eks_name;
const table = stackNames.table;

/** What subscribers of the stack's topic and of the deployment's were told, by the topic. */
const mails = { stack: [] as string[], deployment: [] as string[] };
let subscriber: Server;

beforeAll(async () => {
  const { start, finish, document } = region();
  const { execution } = await finish(await start('provision', document));
  expect(execution).toMatchObject({ status: 'SUCCEEDED' });
  await subscribe();
}, 600_000);

afterAll(() => {
  subscriber.close();
});

/** SNS posts to an address as it mails to another; what is posted can be read here. */
async function subscribe(): Promise<void> {
  const { clients, options } = region().region;
  subscriber = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const { TopicArn: topic = '', Message: message = '' } = JSON.parse(body) as Record<string, string>;
      mails[topic.endsWith(`-${name}`) ? 'deployment' : 'stack'].push(message);
      response.end();
    });
  });
  await new Promise<void>((resolve) => subscriber.listen(0, '127.0.0.1', resolve));
  const { port } = subscriber.address() as AddressInfo;
  const topic = `arn:aws:sns:${options.region}:${options.accountId}:${stackNames.topic}`;
  for (const TopicArn of [topic, deploymentTopicArn(topic, name)]) {
    await clients.sns.send(
      new SubscribeCommand({ TopicArn, Protocol: 'http', Endpoint: `http://127.0.0.1:${port.toString()}/` }),
    );
  }
}

const planArn = (): string => {
  const { options } = region().region;
  return stateMachineArn(options.region, options.accountId, 'plan');
};
/** The names of the plans that there are. */
const plans = async (): Promise<string[]> =>
  (await listExecutions(region().clients, planArn())).map((execution) => execution.name);

/** What the schedule does on a day of November; waits until all of it is recorded and told. */
async function look(day: number): Promise<void> {
  const { region: local, finish } = region();
  const at = new Date(Date.UTC(2026, 10, day, 5));
  local.bus.fire(ruleNames.driftSchedule, at);
  await local.bus.settled();
  const executionName = driftLookName(name, at.getTime());
  const { execution } = await finish(
    planArn().replace(':stateMachine:', ':execution:') + `:${executionName}`,
  );
  expect(execution).toMatchObject({ status: 'SUCCEEDED' });
}

/** What came of something on the bus, with the mails and alarms of it. */
async function told(work: () => Promise<void>) {
  const { bus, alarms } = region().region;
  const before = { events: bus.events.length, alarms: alarms.rung.length };
  mails.stack.length = 0;
  mails.deployment.length = 0;
  await work();
  return {
    events: bus.events.slice(before.events).filter((event) => event['detail-type'].includes('Drift')),
    // An alarm rings by a function's log, which may come after its answer; mail comes later still.
    get alarms() {
      return alarms.rung.slice(before.alarms);
    },
    mails: { ...mails },
  };
}

const recorded = async () => (await listKnownDeployments(region().clients, table))[0]?.drift;

/** Somebody takes the trigger from the user pool, the record of the login's parent, and a part of the installation. */
async function changeByHand(): Promise<void> {
  const { clients } = region();
  const cognito = clients.get(CognitoIdentityProviderClient);
  const [event] = region().region.bus.events.filter((put) => put['detail-type'] === 'Deployment Provisioned');
  const UserPoolId = String(event?.detail['userPoolId']);
  const { UserPool: pool } = await cognito.send(new DescribeUserPoolCommand({ UserPoolId }));
  expect(pool?.LambdaConfig).not.toEqual({});
  await cognito.send(
    new UpdateUserPoolCommand({ UserPoolId, UserPoolTags: pool?.UserPoolTags, LambdaConfig: {} }),
  );
  const route53 = clients.get(Route53Client);
  const { HostedZones: [zone] = [] } = await route53.send(new ListHostedZonesCommand({}));
  const { ResourceRecordSets: records = [] } = await route53.send(
    new ListResourceRecordSetsCommand({ HostedZoneId: zone?.Id }),
  );
  const record = records.find(
    ({ Name, Type }) => Name === `${seedConfiguration.kubeflow_domain}.` && Type === 'A',
  );
  await route53.send(
    new ChangeResourceRecordSetsCommand({
      HostedZoneId: zone?.Id,
      ChangeBatch: { Changes: [{ Action: 'DELETE', ResourceRecordSet: record }] },
    }),
  );
  await clusterOf(region()).kubectl(['delete', 'deployment', '-n', 'oauth2-proxy', 'oauth2-proxy']);
}

test('of a deployment as it was provisioned nothing is told, and the look is recorded', async () => {
  expect(await told(() => look(1))).toEqual({
    events: [],
    alarms: [],
    mails: { stack: [], deployment: [] },
  });
  expect(await recorded()).toMatchObject({ changes: 0, digest: '', failures: 0 });
}, 600_000);

test('what was changed by hand is an event, a mail to both topics and an alarm', async () => {
  await changeByHand();

  const heard = await told(() => look(2));
  const { events, mails: sent } = heard;

  expect(events).toHaveLength(1);
  expect(events[0]).toMatchObject({
    source: 'kubeflow-eks',
    'detail-type': 'Deployment Drifted',
    detail: { deployment: name, isNew: true },
  });
  const differences = events[0]?.detail['differences'] as { state: string; what: string }[];
  const states = new Set(differences.map(({ state }) => state));
  for (const state of ['Ensure user pool', 'Alias Kubeflow domain', 'Install Kubeflow'])
    expect([...states]).toContain(state);
  const rung = (): string[] => sent.stack.filter((text) => text.startsWith('ALARM'));
  await waitFor(() => (mails.deployment.length > 0 && rung().length > 0 ? true : undefined), {
    what: "the deployment's mail and the alarm's",
  });
  expect(rung()).toEqual(['ALARM: kubeflow-eks-drift']);
  expect(sent.deployment).toHaveLength(1);
  expect(sent.deployment[0]).toMatch(
    new RegExp(
      `^${name} is not as it was provisioned: \\d+ differences\\.[^]*kubeflow-eks plan ${name} --region \\S+\``,
    ),
  );
  expect(sent.deployment[0]).not.toContain('@');
  expect(heard.alarms).toEqual(['kubeflow-eks-drift']);
  expect(await recorded()).toMatchObject({ changes: differences.length });
}, 600_000);

test('the same drift a day later is no news: the alarm stays, and nobody gets a mail', async () => {
  const heard = await told(() => look(3));
  expect(heard.events.map(({ detail }) => detail['isNew'])).toEqual([false]);
  await waitFor(() => (heard.alarms.length > 0 ? true : undefined), { what: 'the alarm' });
  expect(heard.alarms).toEqual(['kubeflow-eks-drift']);
  expect(heard.mails.deployment).toEqual([]);
}, 600_000);

test('an event of the schedule that comes twice starts one plan, and a locked deployment none', async () => {
  const before = await plans();
  await told(() => look(3));
  expect(await plans()).toEqual(before);

  const lock = { executionArn: 'arn:held', stateMachine: 'provision', acquiredAt: '2026-11-04T00:00:00Z' };
  expect(await writeLock(region().clients, table, name, lock, undefined)).toBe(true);
  const { bus } = region().region;
  bus.fire(ruleNames.driftSchedule, new Date(Date.UTC(2026, 10, 4, 5)));
  await bus.settled();
  expect(await plans()).toEqual(before);
  expect(await deleteLock(region().clients, table, name, 'arn:held')).toBe(true);
}, 600_000);

test('drift that was mended is gone, and that is told once', async () => {
  const { start, finish, document } = region();
  const { execution } = await finish(await start('provision', document));
  expect(execution).toMatchObject({ status: 'SUCCEEDED' });

  const { events, alarms } = await told(() => look(5));

  expect(events).toHaveLength(1);
  expect(events[0]).toMatchObject({
    'detail-type': 'Deployment Drift Gone',
    detail: { deployment: name },
  });
  await waitFor(() => (mails.deployment.length > 0 ? true : undefined), { what: 'the mail' });
  expect(mails.deployment).toEqual([expect.stringContaining(`${name} is as it was provisioned again`)]);
  expect(alarms).toEqual([]);
  expect(await recorded()).toMatchObject({ changes: 0, digest: '' });
  expect((await told(() => look(6))).events).toEqual([]);
}, 600_000);
