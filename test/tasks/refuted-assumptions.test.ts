import { CreateTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { readLock } from '../../adapters/aws/registry-lock';
import { readRun } from '../../adapters/aws/registry-runs';
import { readExecutionEvents } from '../../adapters/aws/executions';
import type { Observation } from '../../core/assumptions/observation';
import { deploymentTopicArn, stackNames } from '../../core/naming';
import type { ServiceHandler } from '../../local/region/gateway/gateway';
import { waitFor } from '../../local/processes/wait-for';
import { task as acquire } from '../../tasks/lock/acquire-lock';
import { task as release } from '../../tasks/lock/release-lock';
import { useMoto } from '../support/moto';
import { makeRegistry, registryEnvironment } from '../support/registry';
import { testContext, testDeployment as deployment } from '../support/task-context';
import { startExecution, startWorkflows, type TestWorkflows } from '../support/workflows';

const table = stackNames.table;
const topic = `arn:aws:sns:eu-central-1:123456789012:${stackNames.topic}`;

/** A step that has seen something, and the rest of the run. */
const definition = {
  StartAt: 'Preflight checks',
  States: {
    'Preflight checks': {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke',
      Arguments: { FunctionName: 'f' },
      Next: 'Wait',
    },
    Wait: { Type: 'Wait', Seconds: 3600, End: true },
  },
};

describe('what a run has seen of assumptions, when it gives its lock back', () => {
  let workflows: TestWorkflows;
  /** What each topic was told. */
  let published: URLSearchParams[];
  let refusesMail: boolean;
  const sns: ServiceHandler = ({ operation }, http) => {
    if (operation !== 'Publish') return Promise.resolve(undefined);
    if (refusesMail)
      return Promise.resolve({
        status: 403,
        body: '<ErrorResponse><Error><Code>AuthorizationError</Code><Message>no</Message></Error></ErrorResponse>',
      });
    published.push(new URLSearchParams(http.body.toString()));
    return Promise.resolve(undefined);
  };
  const moto = useMoto({
    functions: ['acquire-lock', 'release-lock'],
    services: () => {
      workflows = startWorkflows('eu-central-1', '123456789012');
      published = [];
      refusesMail = false;
      return { states: [workflows.handler], sns: [sns] };
    },
  });
  beforeEach(async () => {
    await makeRegistry(moto.lookingClients);
    for (const Name of [stackNames.topic, deploymentTopicArn(stackNames.topic, 'acme')])
      await moto.lookingClients.get(SNSClient).send(new CreateTopicCommand({ Name }));
  });
  afterEach(() => {
    workflows.close();
  });

  const context = () =>
    testContext(moto, { environment: { ...registryEnvironment, NOTIFICATION_TOPIC_ARN: topic } });
  const give = (executionArn: string) => release.run({ deployment, executionArn }, context());
  /** A run that has the lock, and whose step has seen this. */
  const runThatHasSeen = async (observation: Observation): Promise<string> => {
    workflows.answers['Preflight checks'] = { Payload: { assumptions: [observation] } };
    const executionArn = await startExecution(moto.lookingClients, 'kubeflow-eks-provision', definition);
    await waitFor(
      async () => {
        const events = await readExecutionEvents(moto.lookingClients, executionArn);
        return events.some(({ type }) => type === 'WaitStateEntered') || undefined;
      },
      { what: 'the step to end' },
    );
    await acquire.run(
      {
        deployment,
        executionArn,
        stateMachine: 'kubeflow-eks-provision',
        startedAt: '2999-01-01T00:00:00.000Z',
      },
      context(),
    );
    return executionArn;
  };
  const refuted: Observation = { id: 'build-quota-code', verdict: 'refuted', value: 'another quota' };

  test('one that does not hold is told to the operators and to the deployment, once', async () => {
    const executionArn = await runThatHasSeen(refuted);

    expect(await give(executionArn)).toEqual({ released: true, refuted: ['build-quota-code'] });
    await give(executionArn);

    expect(published.map((mail) => mail.get('TopicArn'))).toEqual([topic, deploymentTopicArn(topic, 'acme')]);
    for (const mail of published) {
      expect(mail.get('Subject')).toBe('acme: what is assumed of AWS does not hold');
      expect(mail.get('Message')).toContain('build-quota-code: refuted');
      expect(mail.get('Message')).toContain('Seen: another quota.');
      expect(mail.get('Message')).toContain(executionArn);
    }
    expect(await readRun(moto.lookingClients, table, 'acme', executionArn)).toMatchObject({
      status: 'SUCCEEDED',
      assumptions: [refuted],
    });
  });

  test.each<[string, Observation]>([
    ['holds', { id: 'build-quota-code', verdict: 'verified' }],
    ['does not hold elsewhere than on AWS', { ...refuted, elsewhere: '127.0.0.1' }],
  ])('one that %s is no mail', async (_what, observation) => {
    const executionArn = await runThatHasSeen(observation);

    expect(await give(executionArn)).toEqual({ released: true, refuted: [] });
    expect(published).toEqual([]);
  });

  test('a mail that cannot be sent leaves neither the run open nor the lock taken', async () => {
    const executionArn = await runThatHasSeen(refuted);
    refusesMail = true;

    expect(await give(executionArn)).toEqual({ released: true, refuted: ['build-quota-code'] });
    expect(published).toEqual([]);
    expect(await readRun(moto.lookingClients, table, 'acme', executionArn)).toMatchObject({
      status: 'SUCCEEDED',
    });
    expect(await readLock(moto.lookingClients, table, 'acme')).toBeUndefined();
  });
});
