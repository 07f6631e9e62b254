import { cli, documentOf } from '../recording-host';
import { configuration, deployment, here, useWorkflows } from './use-workflows';

const workflows = useWorkflows();
const { putRegistration } = workflows;

describe('resync', () => {
  test.each([
    [['resync', deployment], { deployment }],
    [['resync'], {}],
  ])('%j starts the workflow with %j', async (args, input) => {
    await putRegistration(deployment);
    const recording = await cli([...args, '--json'], here());
    expect(recording.code).toBe(0);
    const { executionArn } = documentOf(recording) as { executionArn: string };
    expect(executionArn).toContain(':kubeflow-eks-resync:');
    expect(JSON.parse(workflows.service.describeExecution(executionArn).record.input)).toEqual(input);
  });
});

describe('destroy', () => {
  beforeEach(() => putRegistration(deployment));

  test('asks for the name, and goes on when it is given', async () => {
    const recording = await cli(['destroy', deployment], here({ answer: 'acme' }));
    expect(recording.code).toBe(0);
    expect(recording.err).toContain(
      'all else that was made for "acme" in eu-central-1 of account 111122223333',
    );
    expect(recording.out).toMatch(/^succeeded: .*:kubeflow-eks-destroy:acme-\d{8}-\d{6}\n/);
  });

  test('ends with what it has left, and why', async () => {
    const left = [{ what: 'the log group a', why: 'EKS keeps it' }];
    workflows.tasks = { 'Ensure app client': () => ({ deployment, left }) };
    const { out } = await cli(['destroy', deployment, '--yes'], here());
    expect(out).toContain('\nwhat is left, and why:\n- the log group a: EKS keeps it\n');
  });

  test.each([
    ['another name', 'acme-2', '"acme-2" is not "acme"; nothing was touched'],
    ['no answer', undefined, 'nobody is there to confirm\nadd --yes'],
  ])('stops at %s', async (_what, answer, words) => {
    const recording = await cli(['destroy', deployment], here(answer === undefined ? {} : { answer }));
    expect(recording).toMatchObject({ code: 2, out: '' });
    expect(recording.err).toContain(words);
    expect(workflows.service.executions.all()).toEqual([]);
  });

  test('of a deployment that was never registered takes its configuration', async () => {
    const recording = await cli(['destroy', workflows.file, '--yes', '--no-watch', '--json'], here());
    const { executionArn } = documentOf(recording) as { executionArn: string };
    expect(JSON.parse(workflows.service.describeExecution(executionArn).record.input)).toEqual(configuration);
  });
});
