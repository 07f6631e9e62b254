import { machine, task } from 'step-functions-local/testing';
import { registryKey, writeItem } from '../../../adapters/aws/registry';
import { parseConfiguration } from '../../../core/configuration';
import { stackNames, stateMachineName } from '../../../core/naming';
import { cli, documentOf } from '../recording-host';
import {
  accountId,
  arnOf,
  configuration,
  deployment,
  failing,
  here,
  region,
  useWorkflows,
} from './use-workflows';

const workflows = useWorkflows();
const { moto, putRegistration } = workflows;

describe('plan', () => {
  const summary = { create: 0, change: 0, leave: 1, follows: 0, problem: 0 };
  const left = { state: 'Tag subnets', verdict: 'leave', changes: [] };
  interface Step {
    state: string;
    verdict: string;
    changes: { action: string; what: string }[];
    problem?: { error: string; message: string };
  }
  const planned = (
    steps: Step[],
    verdicts: object,
  ): { deployment: string; steps: Step[]; summary: object } => ({
    deployment,
    steps: [left, ...steps],
    summary: { ...summary, ...verdicts },
  });
  const nothing = planned([], {});
  const something = planned(
    [
      {
        state: 'Ensure user pool',
        verdict: 'create',
        changes: [{ action: 'create', what: 'user pool acme' }],
      },
    ],
    { create: 1 },
  );
  const problem = planned(
    [
      {
        state: 'Preflight checks',
        verdict: 'problem',
        changes: [],
        problem: { error: 'VpcMissing', message: 'none' },
      },
    ],
    { problem: 1 },
  );
  const planning = async (output: object, ...words: string[]) => {
    workflows.service.updateStateMachine(
      `arn:aws:states:${region}:${accountId}:stateMachine:${stateMachineName('plan')}`,
      { definition: JSON.stringify(machine({ 'Ensure app client': task({ Output: output, End: true }) })) },
    );
    return cli(['plan', workflows.file, '--name', 'one', ...words], here());
  };

  test.each([
    ['nothing to do', nothing, [], 0],
    ['nothing to do, asked for in the exit code', nothing, ['--detailed-exitcode'], 0],
    ['something to do', something, [], 0],
    ['something to do, asked for in the exit code', something, ['--detailed-exitcode'], 2],
    ['a problem', problem, ['--detailed-exitcode'], 1],
  ])('with %s', async (_, output, words, code) => {
    const recording = await planning(output, '--json', ...words);
    expect(recording.code).toBe(code);
    // The plan as it came, and beside it what room there is on the nodes (test/core/nodes).
    const { steps, summary: verdicts } = output;
    const changes = steps.flatMap((step) => step.changes);
    expect(documentOf(recording)).toEqual({
      apiVersion: 'kubeflow-eks/v1',
      kind: 'Plan',
      deployment,
      steps: steps.map(({ problem: found, ...step }) =>
        found === undefined ? step : { ...step, error: { name: found.error, message: found.message } },
      ),
      summary: {
        changes: { create: changes.length, change: 0, remove: 0, unlisted: 0 },
        steps: verdicts,
      },
      notes: expect.any(Array) as string[],
      room: expect.any(Object) as object,
      costs: expect.any(Object) as object,
    });
    const { record } = workflows.service.describeExecution(arnOf('one', 'plan'));
    expect(JSON.parse(record.input)).toEqual(configuration);
  });

  test('shows the steps while they are looked at, then the plan', async () => {
    const recording = await planning(something);
    expect(recording.err).toMatch(/^started arn:.*:one\n[^]*✓ Ensure app client/);
    expect(recording.out).toMatch(
      /^Ensure user pool\n {2}\+ create {2}user pool acme\n[^]*kubeflow-eks idp acme[^]*1 to create/,
    );
  });

  describe('by the name of a deployment', () => {
    test('is of what it was provisioned with, and ends as one of a file does', async () => {
      const parsed = parseConfiguration(configuration);
      await writeItem(moto.lookingClients, stackNames.table, registryKey.registration(deployment), {
        configuration: parsed.configuration,
      });
      const ofFile = documentOf(await planning(something, '--json'));
      const recording = await cli(
        ['plan', deployment, '--name', 'two', '--json', '--detailed-exitcode'],
        here(),
      );
      expect(recording.code).toBe(2);
      expect(documentOf(recording)).toEqual(ofFile);
      const { record } = workflows.service.describeExecution(arnOf('two', 'plan'));
      expect(JSON.parse(record.input)).toEqual({ deployment });
    });

    test('is not begun where none is registered; the nearest is named', async () => {
      await putRegistration('acme');
      const recording = await cli(['plan', 'acne'], here());
      expect(recording).toMatchObject({ code: 4, out: '' });
      expect(recording.err).toContain('did you mean "acme"?');
    });
  });

  test('that could not be made says why, and that nothing was changed', async () => {
    workflows.tasks = failing('DirectoryUnreachable');
    const recording = await cli(['plan', workflows.file, '--name', 'one', '--json'], here());
    expect(recording.code).toBe(1);
    expect(recording.err).toContain('DirectoryUnreachable: what was found, and what to do');
    expect(documentOf(recording)).toMatchObject({
      error: { advice: expect.stringContaining('nothing was changed') as string },
    });
  });
});
