import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cli, documentOf } from '../recording-host';
import {
  accountId,
  arnOf,
  configuration,
  failing,
  here,
  machineOf,
  region,
  underLock,
  useWorkflows,
} from './use-workflows';

const workflows = useWorkflows();
const { startConsole } = workflows;

describe('start', () => {
  test('starts with the document as input, under a name that tells what and when', async () => {
    const recording = await cli(
      ['start', workflows.file, '--json'],
      here({ now: () => Date.parse('2026-01-02T03:04:05.678Z') }),
    );
    expect(recording).toMatchObject({ code: 0, err: '' });
    expect(documentOf(recording)).toMatchObject({
      executionArn: arnOf('acme-20260102-030405'),
      console: expect.stringContaining('https://eu-central-1.console.aws.amazon.com/states/') as string,
    });
    const { record } = workflows.service.describeExecution(arnOf('acme-20260102-030405'));
    expect(JSON.parse(record.input)).toEqual(configuration);
  });

  test('with --watch shows each step as it changes, and ends with the outcome', async () => {
    const recording = await cli(['start', workflows.file, '--watch', '--name', 'one'], here());
    expect(recording.code).toBe(0);
    expect(recording.err).toMatch(/^started arn:.*:one\n/);
    expect(recording.err).toMatch(/✓ Validate configuration {2}[\d.]+ s\n/);
    expect(recording.err).toMatch(/✓ Ensure app client {2}[\d.]+ s\n/);
    expect(recording.out).toContain(
      `succeeded: ${arnOf('one')}\nKubeflow is at https://kubeflow.ml.acme.example\n`,
    );
  });

  test('on a terminal draws the steps in place', async () => {
    const recording = await cli(
      ['start', workflows.file, '--watch', '--name', 'one'],
      here({ isTerminal: true }),
    );
    expect(recording.drawn.at(-1)).toMatch(
      /^✓ Validate configuration {2}[\d.]+ s\n✓ Ensure app client {2}[\d.]+ s\nsucceeded for [\d.]+ s$/,
    );
  });

  test('a failure ends with 1, the reason and the next command', async () => {
    workflows.service.updateStateMachine(machineOf('provision'), { definition: JSON.stringify(underLock) });
    workflows.tasks = failing('AccessDenied');
    const recording = await cli(
      ['start', workflows.file, '--watch', '--name', 'one', '--profile', 'work'],
      here(),
    );
    expect(recording.code).toBe(1);
    expect(recording.err).toMatch(/✗ Ensure app client {2}[\d.]+ s {2}AccessDenied\n/);
    expect(recording.out).toContain('AccessDenied: what was found, and what to do\n');
    expect(recording.out).toContain(
      `\nlog of "Ensure app client": /aws/lambda/f, https://${region}.console.aws.amazon.com/cloudwatch/home` +
        `?region=${region}#logsV2:log-groups/log-group/$252Faws$252Flambda$252Ff\n`,
    );
    expect(recording.out).toContain(`\`kubeflow-eks retry ${arnOf('one')} --profile work\`.\n`);
  });

  test('a deployment that another execution holds ends with 3', async () => {
    workflows.tasks = failing('DeploymentLocked');
    const recording = await cli(['start', workflows.file, '--watch', '--name', 'one'], here());
    expect(recording.code).toBe(3);
    expect(recording.out).toContain('Wait until the execution that the cause names has ended');
  });

  test('a name that was used is refused with what to do', async () => {
    startConsole('one', {});
    const recording = await cli(['start', workflows.file, '--name', 'one'], here());
    expect(recording).toMatchObject({ code: 2, out: '' });
    expect(recording.err).toMatch(/^that name cannot be used: .*one'\nchoose another --name/);
  });

  test('credentials of another account are refused before anything is started', async () => {
    writeFileSync(
      join(workflows.folder, 'other.yaml'),
      JSON.stringify({
        ...configuration,
        account_id: '999988887777',
        kms_key_arn: configuration.kms_key_arn.replace(accountId, '999988887777'),
      }),
    );
    const recording = await cli(['start', join(workflows.folder, 'other.yaml')], here());
    expect(recording.code).toBe(5);
    expect(recording.err).toContain(
      'the credentials are of account 111122223333, what is asked for is in 999988887777',
    );
  });

  test("a region other than the configuration's is refused before anything is started", async () => {
    const recording = await cli(['start', workflows.file, '--region', 'eu-west-1'], here());
    expect(recording).toMatchObject({ code: 2, out: '' });
    expect(recording.err).toContain('--region says eu-west-1, what is asked for is in eu-central-1');
    expect(workflows.service.executions.all()).toEqual([]);
  });

  test('an account without the stack is told to deploy it', async () => {
    const elsewhere = join(workflows.folder, 'elsewhere.yaml');
    writeFileSync(
      elsewhere,
      JSON.stringify({
        ...configuration,
        region: 'eu-west-1',
        kms_key_arn: configuration.kms_key_arn.replace(region, 'eu-west-1'),
      }),
    );
    const recording = await cli(['start', elsewhere], here());
    expect(recording.code).toBe(4);
    expect(recording.err).toMatch(/^the stack is not deployed there: .*\ndeploy it \(npx cdk deploy\)/);
  });
});
