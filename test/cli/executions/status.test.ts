import { writeLock } from '../../../adapters/aws/registry-lock';
import { registryKey, writeItem } from '../../../adapters/aws/registry';
import { writeRun } from '../../../adapters/aws/registry-runs';
import { stackNames } from '../../../core/naming';
import { cli, documentOf } from '../recording-host';
import { arnOf, deployment, failing, here, never, region, useWorkflows } from './use-workflows';

const workflows = useWorkflows();
const { moto, noteLatest, putRegistration, startConsole } = workflows;

describe('status', () => {
  test('finds an execution that was started from the console through the registry', async () => {
    const arn = startConsole('0f9a1c2e-by-hand');
    await workflows.service.whenEnded(arn);
    await noteLatest(arn);
    const recording = await cli(['status', deployment, '--json'], here());
    expect(documentOf(recording)).toMatchObject({
      executionArn: arn,
      status: 'SUCCEEDED',
      outputs: { url: 'https://kubeflow.ml.acme.example' },
      steps: [
        { name: 'Validate configuration', status: 'SUCCEEDED', attempts: 1 },
        { name: 'Ensure app client', status: 'SUCCEEDED', attempts: 1 },
      ],
    });
  });

  test('shows the one that has only just begun, not the one that the registry knows', async () => {
    const old = startConsole('acme-20260101-000000');
    await workflows.service.whenEnded(old);
    await noteLatest(old);
    workflows.tasks = never;
    const fresh = startConsole('acme-20260102-000000');
    expect(documentOf(await cli(['status', deployment, '--json'], here()))).toMatchObject({
      executionArn: fresh,
      status: 'RUNNING',
      next: [`watch it: kubeflow-eks watch ${fresh}`],
    });
  });

  test('of an older release, whose registry has no word of the latest run, is of the last that succeeded', async () => {
    for (const [name, status] of [
      ['done', 'SUCCEEDED'],
      ['refused', 'FAILED'],
    ] as const) {
      const arn = startConsole(name);
      await workflows.service.whenEnded(arn);
      const run = { executionArn: arn, stateMachine: 'kubeflow-eks-provision', status };
      await writeRun(moto.lookingClients, stackNames.table, deployment, run, new Date());
    }
    const recording = await cli(['status', deployment, '--json'], here());
    expect(documentOf(recording)).toMatchObject({ executionArn: arnOf('done') });
  });

  test('where every run was refused says so, and where to read why', async () => {
    const run = { executionArn: arnOf('refused'), stateMachine: 'kubeflow-eks-provision' };
    await writeRun(
      moto.lookingClients,
      stackNames.table,
      deployment,
      { ...run, status: 'FAILED' },
      new Date(),
    );
    const recording = await cli(['status', deployment], here());
    expect(recording).toMatchObject({ code: 4, out: '' });
    expect(recording.err).toContain(
      `refused before it did anything: kubeflow-eks status ${arnOf('refused')}`,
    );
  });

  test('does not take the deployment acme-2 for acme', async () => {
    startConsole('acme-2-20260102-000000');
    const recording = await cli(['status', deployment], here());
    expect(recording).toMatchObject({ code: 4, out: '' });
    expect(recording.err).toContain(
      'no execution of "acme" is known in eu-central-1 of account 111122223333',
    );
  });

  test('takes the region from an ARN', async () => {
    const arn = startConsole('one');
    await workflows.service.whenEnded(arn);
    const recording = await cli(['status', arn], { env: {} });
    expect(recording.code).toBe(0);
    expect(recording.out).toMatch(/^✓ Validate configuration/);
  });

  const recordFailureOf = (executionArn: string, stoppedAt: Date, name = deployment) =>
    writeRun(
      moto.lookingClients,
      stackNames.table,
      name,
      {
        executionArn,
        stateMachine: 'kubeflow-eks-provision',
        status: 'FAILED',
        failure: {
          state: 'Ensure app client',
          error: 'SecretMissing',
          cause: 'none',
          advice: 'Do what the recorder says.',
          stoppedAt: stoppedAt.toISOString(),
        },
      },
      new Date('2026-01-02T03:04:05Z'),
    );

  test('says of a failure what the recorder advises, once it has recorded this very end', async () => {
    workflows.tasks = failing('SecretMissing');
    const arn = startConsole('one');
    await workflows.service.whenEnded(arn);
    const stopDate = workflows.service.describeExecution(arn).record.stopDate ?? 0;

    await recordFailureOf(arn, new Date(stopDate - 60_000));
    expect((await cli(['status', arn], here())).out).toContain('what to do: Restore a Secret');
    await recordFailureOf(arn, new Date(stopDate));
    const recording = await cli(['status', arn], here());
    expect(recording.out).toContain('what to do: Do what the recorder says.');
    expect(recording.out).not.toContain('Restore a Secret');
    expect(documentOf(await cli(['status', arn, '--json'], here()))).toMatchObject({
      status: 'FAILED',
      error: { name: 'SecretMissing', advice: 'Do what the recorder says.' },
    });
    // The recorder knows of no options of the command line: what it names would lead elsewhere.
    const elsewhere = await cli(['status', arn, '--profile', 'other'], here({ env: { AWS_REGION: region } }));
    expect(elsewhere.out).toContain(`kubeflow-eks start CONFIG --profile other`);
  });

  test('without a name it lists every deployment with its latest run', async () => {
    await putRegistration('beta');
    await putRegistration('quiet');
    const run = { stateMachine: 'kubeflow-eks-provision', status: 'SUCCEEDED' as const };
    for (const [name, at] of [
      ['old', '2026-01-01T00:00:00Z'],
      ['new', '2026-01-02T00:00:00Z'],
    ] as const) {
      await writeRun(
        moto.lookingClients,
        stackNames.table,
        'beta',
        { ...run, executionArn: arnOf(name) },
        new Date(at),
      );
    }
    const resync = {
      executionArn: arnOf('hourly', 'resync'),
      status: 'failed',
      reason: 'access: ClusterUnreachable',
      warnings: ['a certificate ends soon'],
      recordedAt: '2026-01-02T02:04:05Z',
    };
    await writeItem(moto.lookingClients, stackNames.table, registryKey.resync('beta'), resync);
    const drift = {
      executionArn: arnOf('drift-beta-20260102-010405', 'plan'),
      startedAt: '2026-01-02T01:04:05Z',
      comparedAt: '2026-01-01T01:04:05Z',
      since: '2026-01-01T01:04:05Z',
      changes: 3,
      digest: 'of three',
      failures: 1,
      reason: 'DirectoryUnreachable',
    };
    await writeItem(moto.lookingClients, stackNames.table, registryKey.drift('beta'), drift);
    const none = { ...drift, comparedAt: '2026-01-02T01:04:05Z', changes: 0, digest: '', failures: 0 };
    await writeItem(moto.lookingClients, stackNames.table, registryKey.drift('quiet'), none);
    await noteLatest(arnOf('one'), 'acme');
    // Refused: it is no deployment.
    await recordFailureOf(arnOf('two'), new Date('2026-01-02T03:04:05Z'), 'acmee');
    await recordFailureOf(arnOf('one'), new Date('2026-01-02T03:04:05Z'), 'acme');
    await recordFailureOf(arnOf('nameless'), new Date('2026-01-02T03:04:05Z'), '-');
    const now = () => Date.parse('2026-01-02T04:04:05Z');

    const recording = await cli(['status', '--region', region], { now });
    expect(recording.code).toBe(0);
    expect(recording.out.split('\n').map((line) => line.replaceAll(/  +/g, ' | ').trim())).toEqual([
      'deployment | latest run | failed | last resync | drift',
      'acme | not registered | provision failed | 1 h 00 min ago | Ensure app client: SecretMissing',
      'beta | registered | provision succeeded | 4 h 04 min ago | failed 2 h 00 min ago, 1 to look at | 3 differences 27 h 00 min ago, before the latest run, not compared since (DirectoryUnreachable)',
      'quiet | registered | no run in 90 days | none 3 h 00 min ago',
      `why, and what to do: kubeflow-eks status acme --region ${region}`,
      `the resync of beta failed (access: ClusterUnreachable): kubeflow-eks status ${arnOf('hourly', 'resync')} --region ${region}`,
      `what differs: kubeflow-eks plan beta --region ${region}`,
      '',
    ]);
    expect(documentOf(await cli(['status', '--json'], here()))).toMatchObject({
      deployments: [
        {
          name: 'acme',
          registered: false,
          latest: { error: { state: 'Ensure app client', name: 'SecretMissing' } },
        },
        {
          name: 'beta',
          registered: true,
          latest: { executionArn: arnOf('new') },
          resync,
          drift: { changes: 3, since: drift.since, failures: 1, reason: drift.reason },
        },
        { name: 'quiet', registered: true, drift: { changes: 0, comparedAt: none.comparedAt } },
      ],
    });
  });

  test('by a name tells what the looks for drift know of it, by an ARN nothing', async () => {
    const arn = startConsole('acme-20260102-000000');
    await workflows.service.whenEnded(arn);
    await noteLatest(arn);
    expect((await cli(['status', deployment], here())).out).not.toContain('drift');
    const ended = workflows.service.describeExecution(arn).record.stopDate ?? 0;
    const at = (minutes: number) => new Date(ended + minutes * 60_000).toISOString();
    const drift = {
      executionArn: arnOf('drift-acme-20260102-010405', 'plan'),
      startedAt: at(5),
      comparedAt: at(5),
      since: at(5),
      changes: 3,
      digest: 'of three',
      failures: 0,
    };
    const note = (known: object) =>
      writeItem(moto.lookingClients, stackNames.table, registryKey.drift(deployment), known);
    await note(drift);
    const now = () => ended + 65 * 60_000;
    const recording = await cli(['status', deployment, '--region', region], here({ now }));
    expect(recording.out).toContain(
      `\ndrift: 3 differences 1 h 00 min ago\nwhat differs: kubeflow-eks plan acme --region ${region}\n`,
    );
    expect(documentOf(await cli(['status', deployment, '--json'], here()))).toMatchObject({
      status: 'SUCCEEDED',
      drift: { executionArn: drift.executionArn, changes: 3, since: drift.since, failures: 0 },
    });
    await note({ ...drift, comparedAt: at(-60), failures: 2, reason: 'DirectoryUnreachable' });
    expect((await cli(['status', deployment], here({ now }))).out).toContain(
      '\ndrift: 3 differences 2 h 05 min ago, before the latest run, not compared since (DirectoryUnreachable)\n' +
        `what differs: kubeflow-eks plan acme\nthe last look: kubeflow-eks status ${drift.executionArn}\n`,
    );
    // Named by its ARN, an execution is looked at for itself.
    expect((await cli(['status', arn], here())).out).not.toContain('drift');
  });

  test('without a name takes the holder of the lock for the latest run, as by a name, in an old registry', async () => {
    const held = arnOf('held');
    for (const [executionArn, status] of [
      [held, 'FAILED'],
      [arnOf('earlier'), 'SUCCEEDED'],
    ] as const) {
      const run = { executionArn, stateMachine: 'kubeflow-eks-provision', status };
      await writeRun(moto.lookingClients, stackNames.table, deployment, run, new Date());
    }
    const lock = { executionArn: held, stateMachine: 'kubeflow-eks-provision', acquiredAt: '2026-01-02' };
    await writeLock(moto.lookingClients, stackNames.table, deployment, lock, undefined);
    expect(documentOf(await cli(['status', '--json'], here()))).toMatchObject({
      deployments: [{ name: deployment, latest: { executionArn: held } }],
    });
  });

  test('without a name and a deployment it says how to begin', async () => {
    expect(await cli(['status'], here())).toMatchObject({
      code: 0,
      out: 'no deployment is known; start one: kubeflow-eks start CONFIG\n',
    });
  });

  test('an unknown execution is not found', async () => {
    const recording = await cli(['status', arnOf('nobody')], here());
    expect(recording.code).toBe(4);
    expect(recording.err).toContain(`Step Functions does not know the execution ${arnOf('nobody')}`);
  });
});
