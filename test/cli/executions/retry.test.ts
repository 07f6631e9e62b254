import { writeLock } from '../../../adapters/aws/registry-lock';
import { lockStates, stackNames } from '../../../core/naming';
import { cli, documentOf } from '../recording-host';
import {
  configuration,
  deployment,
  failing,
  here,
  machineOf,
  never,
  refuse,
  underLock,
  useWorkflows,
} from './use-workflows';

const workflows = useWorkflows();
const { moto, noteLatest, startConsole } = workflows;

describe('retry', () => {
  const underTheLock = (): void => {
    for (const workflow of ['provision', 'plan', 'destroy'] as const)
      workflows.service.updateStateMachine(machineOf(workflow), { definition: JSON.stringify(underLock) });
  };

  test('redrives the failed execution and follows it', async () => {
    underTheLock();
    workflows.tasks = failing('AccessDenied');
    const arn = startConsole('acme-20260102-000000');
    await workflows.service.whenEnded(arn);
    await holds(arn);
    workflows.tasks = {};
    const recording = await cli(['retry', deployment, '--json'], here());
    expect(recording.code).toBe(0);
    expect(documentOf(recording)).toMatchObject({
      executionArn: arn,
      status: 'SUCCEEDED',
      redrives: 1,
      steps: [
        { name: 'Validate configuration', attempts: 1 },
        { name: lockStates.acquire, attempts: 1 },
        { name: 'Ensure app client', attempts: 2 },
        { name: lockStates.release, attempts: 1 },
      ],
    });
  });

  test.each([
    ['resync', { deployment }, 'resync acme'],
    ['resync', {}, 'resync'],
    ['plan', configuration, 'plan CONFIG'],
    ['plan', { deployment }, 'plan acme'],
  ] as const)('of a %s says that it is started again', async (workflow, input, again) => {
    workflows.tasks = failing('AccessDenied');
    const { arn } = workflows.service.startExecution({
      stateMachineArn: machineOf(workflow),
      name: 'earlier',
      input: JSON.stringify(input),
    });
    await workflows.service.whenEnded(arn);
    const recording = await cli(['retry', arn], here());
    expect(recording).toMatchObject({ code: 2, out: '' });
    expect(recording.err).toContain(`is not retried\nstart another: kubeflow-eks ${again}\n`);
  });

  test('of one that has succeeded says so', async () => {
    underTheLock();
    const arn = startConsole('acme-20260102-000000');
    await workflows.service.whenEnded(arn);
    await noteLatest(arn);
    const recording = await cli(['retry', deployment], here());
    expect(recording).toMatchObject({ code: 2, out: '' });
    expect(recording.err).toMatch(/is succeeded and cannot be redriven: .*\nstart a new execution instead/);
  });

  test('of a destroy that has done its work says so, and asks nothing', async () => {
    underTheLock();
    const { arn } = workflows.service.startExecution({
      stateMachineArn: machineOf('destroy'),
      name: 'done',
      input: JSON.stringify({ deployment }),
    });
    await workflows.service.whenEnded(arn);
    await noteLatest(arn);
    const recording = await cli(['retry', deployment], here());
    expect(recording).toMatchObject({ code: 2, out: '' });
    expect(recording.err).toMatch(/is succeeded and cannot be redriven/);
    expect(recording.err).not.toContain('This goes on deleting');
  });

  const holds = (executionArn: string) =>
    writeLock(
      moto.lookingClients,
      stackNames.table,
      deployment,
      { executionArn, stateMachine: 'kubeflow-eks-provision', acquiredAt: '2026-01-02' },
      undefined,
    );

  describe('of an execution that takes the lock', () => {
    let failed: string;
    let other: string;
    beforeEach(async () => {
      underTheLock();
      workflows.tasks = failing('AccessDenied');
      failed = startConsole('acme-20260101-000000');
      await workflows.service.whenEnded(failed);
    });
    const expectRefusal = async (words: string): Promise<void> => {
      const recording = await cli(['retry', failed], here());
      expect(recording).toMatchObject({ code: 3, out: '' });
      expect(recording.err).toContain(`another execution has taken over the deployment acme${words}`);
      expect(workflows.service.describeExecution(failed).record).toMatchObject({
        status: 'FAILED',
        redriveCount: 0,
      });
    };
    const expectRedrive = async (arn: string): Promise<void> => {
      workflows.tasks = {};
      expect(await cli(['retry', arn], here())).toMatchObject({ code: 0 });
      expect(workflows.service.describeExecution(arn).record).toMatchObject({ redriveCount: 1 });
    };

    test('goes on where it has the lock', async () => {
      await holds(failed);
      await expectRedrive(failed);
    });

    test('is refused while another execution has taken over the deployment', async () => {
      workflows.tasks = never;
      other = startConsole('by-hand');
      await holds(other);
      await expectRefusal(`: ${other}\nwatch that one: kubeflow-eks watch ${other}\n`);
    });

    test('is refused also when the one that took over has failed itself', async () => {
      other = startConsole('by-hand');
      await workflows.service.whenEnded(other);
      await holds(other);
      await expectRefusal(`: ${other}\nit has ended: retry that one (kubeflow-eks retry ${other})`);
    });

    test('is refused also when the one that took over has given the lock back', async () => {
      await expectRefusal(', and has ended\nstart a new execution: kubeflow-eks start CONFIG');
    });

    test('is refused where it was the lock that it did not get: it has done nothing', async () => {
      workflows.tasks = { [lockStates.acquire]: refuse('DeploymentLocked') };
      other = startConsole('locked-out');
      await workflows.service.whenEnded(other);
      await holds(failed);
      const recording = await cli(['retry', other], here());
      expect(recording).toMatchObject({ code: 2, out: '' });
      expect(recording.err).toContain(
        'nothing that could be gone on with\nstart it again: kubeflow-eks start',
      );
      expect(workflows.service.describeExecution(other).record).toMatchObject({ redriveCount: 0 });
    });

    test.each([
      ['its name', 'acme', 0, 1],
      ['another', 'acme-2', 2, 0],
      ['nothing', undefined, 2, 0],
    ])('and is a destroy, asks for the name: given %s', async (_what, answer, code, redriveCount) => {
      const { arn } = workflows.service.startExecution({
        stateMachineArn: machineOf('destroy'),
        name: 'away',
        input: JSON.stringify({ deployment }),
      });
      await workflows.service.whenEnded(arn);
      await holds(arn);
      workflows.tasks = {};
      const recording = await cli(['retry', deployment], here(answer === undefined ? {} : { answer }));
      expect(recording).toMatchObject({ code });
      expect(recording.err).toContain('This goes on deleting the cluster');
      expect(workflows.service.describeExecution(arn).record).toMatchObject({ redriveCount });
    });

    test('goes on where it had nothing left but to give the lock back', async () => {
      workflows.tasks = { [lockStates.release]: refuse('AwsTransient') };
      other = startConsole('all-but-done');
      await workflows.service.whenEnded(other);
      await expectRedrive(other);
    });
  });
});
