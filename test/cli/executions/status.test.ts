import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeLock } from '../../adapters/aws/registry-lock';
import { registryKey, writeItem } from '../../adapters/aws/registry';
import { writeLatestRun, writeRun } from '../../adapters/aws/registry-runs';
import { parseConfiguration } from '../../core/configuration';
import { lockStates, stackNames, stateMachineName, type Workflow } from '../../core/naming';
import { createApiHandler, createRealClock, TaskError, type StepFunctions } from 'step-functions-local';
import { jsonApi } from '../../local/region/services/json-api';
import { createService, machine, testRole, task, type Tasks } from 'step-functions-local/testing';
import { minimalConfiguration } from '../support/minimal-configuration';
import { useMoto } from '../support/moto';
import { makeRegistry } from '../support/registry';
import { cli, documentOf, type HostOptions } from './recording-host';

const configuration = minimalConfiguration;
const { region, account_id: accountId } = configuration;
const deployment: string = configuration.eks_name;
const arnOf = (name: string, workflow: Workflow = 'provision'): string =>
  `arn:aws:states:${region}:${accountId}:execution:${stateMachineName(workflow)}:${name}`;

const definition = machine({
  'Validate configuration': task({ Next: 'Ensure app client' }),
  'Ensure app client': task({
    Retry: [{ ErrorEquals: ['EndpointNotReady'], IntervalSeconds: 1, MaxAttempts: 3 }],
    Output: { url: 'https://kubeflow.ml.acme.example' },
    End: true,
  }),
});

/** One that ends with what its last state says. */
const telling = machine({
  'Ensure app client': task({ Output: '{% $states.result %}', End: true }),
});

/** The same with the states between which an execution has the lock. */
const underLock = machine({
  'Validate configuration': task({ Next: lockStates.acquire }),
  [lockStates.acquire]: task({ Next: 'Ensure app client' }),
  'Ensure app client': task({ Next: lockStates.release }),
  [lockStates.release]: task(),
});

/** Against moto and an interpreter with workflows of two steps, by the SDK's own clients and credential chain. */
describe('the commands on executions', () => {
  let folder = '';
  let file = '';
  let service: StepFunctions;
  let tasks: Tasks = {};
  /** Whether credentials expire once the definition was read, which only who watches does; and whether they have. */
  let expires = false;
  let hasExpired = false;
  /** How often histories were read. */
  let historiesRead = 0;
  const states = ['Validate configuration', lockStates.acquire, 'Ensure app client', lockStates.release];
  const moto = useMoto({
    region,
    accountId,
    services: () => {
      const delegates = states.map((name): [string, NonNullable<Tasks[string]>] => [
        name,
        (request) => tasks[name]?.(request) ?? {},
      ]);
      service = createService(Object.fromEntries(delegates), { accountId, region, clock: createRealClock() });
      const answer = createApiHandler(service);
      const expired = {
        status: 400,
        body: {
          __type: 'ExpiredTokenException',
          message: 'The security token included in the request is expired',
        },
      };
      return {
        states: [
          jsonApi((operation, body) => {
            if (operation === 'GetExecutionHistory') historiesRead += 1;
            if (hasExpired) return Promise.resolve(expired);
            hasExpired = expires && operation === 'DescribeStateMachineForExecution';
            return answer(operation, body);
          }),
        ],
      };
    },
  });
  const before = { ...process.env };

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'kubeflow-eks-cli-'));
    file = join(folder, 'acme.yaml');
    writeFileSync(file, JSON.stringify(configuration));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  beforeEach(async () => {
    tasks = {};
    expires = false;
    hasExpired = false;
    historiesRead = 0;
    await makeRegistry(moto.lookingClients);
    for (const workflow of ['provision', 'plan', 'resync', 'destroy'] as const) {
      service.createStateMachine({
        name: stateMachineName(workflow),
        definition: JSON.stringify(workflow === 'destroy' ? telling : definition),
        roleArn: testRole,
      });
    }
    Object.assign(process.env, {
      AWS_ENDPOINT_URL: moto.endpoint,
      AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'local',
    });
  });
  afterEach(() => {
    service.close();
    process.env = { ...before };
  });

  const here = (options: HostOptions = {}): HostOptions => ({ env: { AWS_REGION: region }, ...options });
  const machineOf = (workflow: Workflow): string =>
    `arn:aws:states:${region}:${accountId}:stateMachine:${stateMachineName(workflow)}`;
  const startConsole = (name: string, input: unknown = configuration): string =>
    service.startExecution({
      stateMachineArn: machineOf('provision'),
      name,
      input: JSON.stringify(input),
    }).arn;
  const refuse = (error: string) => (): never => {
    throw new TaskError(error, JSON.stringify({ errorMessage: 'what was found, and what to do' }));
  };
  const failing = (error: string): Tasks => ({ 'Ensure app client': refuse(error) });
  const never: Tasks = { 'Ensure app client': () => new Promise(() => undefined) };

  const putRegistration = (name: string) =>
    writeItem(moto.lookingClients, stackNames.table, registryKey.registration(name), {
      deployment: { name },
    });
  /** As the step that takes the lock does. */
  const noteLatest = (executionArn: string, name = deployment) =>
    writeLatestRun(
      moto.lookingClients,
      stackNames.table,
      name,
      {
        executionArn,
        stateMachine: executionArn.split(':')[6] ?? '',
        lockedAt: '2026-01-01T00:00:00.000Z',
      },
      new Date('2026-01-01T00:00:00Z'),
    );

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
      service.updateStateMachine(
        `arn:aws:states:${region}:${accountId}:stateMachine:${stateMachineName('plan')}`,
        { definition: JSON.stringify(machine({ 'Ensure app client': task({ Output: output, End: true }) })) },
      );
      return cli(['plan', file, '--name', 'one', ...words], here());
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
      const { record } = service.describeExecution(arnOf('one', 'plan'));
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
        const { record } = service.describeExecution(arnOf('two', 'plan'));
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
      tasks = failing('DirectoryUnreachable');
      const recording = await cli(['plan', file, '--name', 'one', '--json'], here());
      expect(recording.code).toBe(1);
      expect(recording.err).toContain('DirectoryUnreachable: what was found, and what to do');
      expect(documentOf(recording)).toMatchObject({
        error: { advice: expect.stringContaining('nothing was changed') as string },
      });
    });
  });

  describe('start', () => {
    test('starts with the document as input, under a name that tells what and when', async () => {
      const recording = await cli(
        ['start', file, '--json'],
        here({ now: () => Date.parse('2026-01-02T03:04:05.678Z') }),
      );
      expect(recording).toMatchObject({ code: 0, err: '' });
      expect(documentOf(recording)).toMatchObject({
        executionArn: arnOf('acme-20260102-030405'),
        console: expect.stringContaining('https://eu-central-1.console.aws.amazon.com/states/') as string,
      });
      const { record } = service.describeExecution(arnOf('acme-20260102-030405'));
      expect(JSON.parse(record.input)).toEqual(configuration);
    });

    test('with --watch shows each step as it changes, and ends with the outcome', async () => {
      const recording = await cli(['start', file, '--watch', '--name', 'one'], here());
      expect(recording.code).toBe(0);
      expect(recording.err).toMatch(/^started arn:.*:one\n/);
      expect(recording.err).toMatch(/✓ Validate configuration {2}[\d.]+ s\n/);
      expect(recording.err).toMatch(/✓ Ensure app client {2}[\d.]+ s\n/);
      expect(recording.out).toContain(
        `succeeded: ${arnOf('one')}\nKubeflow is at https://kubeflow.ml.acme.example\n`,
      );
    });

    test('on a terminal draws the steps in place', async () => {
      const recording = await cli(['start', file, '--watch', '--name', 'one'], here({ isTerminal: true }));
      expect(recording.drawn.at(-1)).toMatch(
        /^✓ Validate configuration {2}[\d.]+ s\n✓ Ensure app client {2}[\d.]+ s\nsucceeded for [\d.]+ s$/,
      );
    });

    test('a failure ends with 1, the reason and the next command', async () => {
      service.updateStateMachine(machineOf('provision'), { definition: JSON.stringify(underLock) });
      tasks = failing('AccessDenied');
      const recording = await cli(['start', file, '--watch', '--name', 'one', '--profile', 'work'], here());
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
      tasks = failing('DeploymentLocked');
      const recording = await cli(['start', file, '--watch', '--name', 'one'], here());
      expect(recording.code).toBe(3);
      expect(recording.out).toContain('Wait until the execution that the cause names has ended');
    });

    test('a name that was used is refused with what to do', async () => {
      startConsole('one', {});
      const recording = await cli(['start', file, '--name', 'one'], here());
      expect(recording).toMatchObject({ code: 2, out: '' });
      expect(recording.err).toMatch(/^that name cannot be used: .*one'\nchoose another --name/);
    });

    test('credentials of another account are refused before anything is started', async () => {
      writeFileSync(
        join(folder, 'other.yaml'),
        JSON.stringify({
          ...configuration,
          account_id: '999988887777',
          kms_key_arn: configuration.kms_key_arn.replace(accountId, '999988887777'),
        }),
      );
      const recording = await cli(['start', join(folder, 'other.yaml')], here());
      expect(recording.code).toBe(5);
      expect(recording.err).toContain(
        'the credentials are of account 111122223333, what is asked for is in 999988887777',
      );
    });

    test("a region other than the configuration's is refused before anything is started", async () => {
      const recording = await cli(['start', file, '--region', 'eu-west-1'], here());
      expect(recording).toMatchObject({ code: 2, out: '' });
      expect(recording.err).toContain('--region says eu-west-1, what is asked for is in eu-central-1');
      expect(service.executions.all()).toEqual([]);
    });

    test('an account without the stack is told to deploy it', async () => {
      const elsewhere = join(folder, 'elsewhere.yaml');
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

  describe('status', () => {
    test('finds an execution that was started from the console through the registry', async () => {
      const arn = startConsole('0f9a1c2e-by-hand');
      await service.whenEnded(arn);
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
      await service.whenEnded(old);
      await noteLatest(old);
      tasks = never;
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
        await service.whenEnded(arn);
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
      await service.whenEnded(arn);
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
      tasks = failing('SecretMissing');
      const arn = startConsole('one');
      await service.whenEnded(arn);
      const stopDate = service.describeExecution(arn).record.stopDate ?? 0;

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
      const elsewhere = await cli(
        ['status', arn, '--profile', 'other'],
        here({ env: { AWS_REGION: region } }),
      );
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
      await service.whenEnded(arn);
      await noteLatest(arn);
      expect((await cli(['status', deployment], here())).out).not.toContain('drift');
      const ended = service.describeExecution(arn).record.stopDate ?? 0;
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

  describe('watch', () => {
    test('of one that has ended reads its history once', async () => {
      const arn = startConsole('acme-20260102-000000');
      await service.whenEnded(arn);

      expect(await cli(['watch', arn], here())).toMatchObject({ code: 0 });
      expect(historiesRead).toBe(1);
    });

    test('interrupted, says that the execution goes on and how to watch it again', async () => {
      tasks = never;
      const arn = startConsole('acme-20260102-000000');
      const interrupt = new AbortController();
      setTimeout(() => {
        interrupt.abort();
      }, 300);
      const recording = await cli(['watch', deployment], here({ signal: interrupt.signal }));
      expect(recording.code).toBe(130);
      expect(recording.err).toContain(
        `no longer watching; the execution goes on\nwatch it again: kubeflow-eks watch ${arn}\n`,
      );
      expect(service.describeExecution(arn).record.status).toBe('RUNNING');
    });

    test('with credentials that expire ends the watching, and says that the execution goes on', async () => {
      tasks = never;
      const arn = startConsole('acme-20260102-000000');
      expires = true;
      const recording = await cli(['watch', deployment], here());
      expect(recording.code).toBe(5);
      expect(recording.err).toMatch(/▸ Ensure app client {2}.*, 1 of 2 steps done\n/);
      expect(recording.err).toContain(
        'no longer watching; the execution goes on: no usable AWS credentials: The security token included in the request is expired\n' +
          'log in (aws sso login), name a profile (--profile NAME), or use the local region (--local)\n' +
          `watch it again: kubeflow-eks watch ${arn}\n`,
      );
      expect(service.describeExecution(arn).record.status).toBe('RUNNING');
    });

    test('ends at Ctrl-C as a process, with the words that say how to go on', async () => {
      tasks = never;
      const arn = startConsole('acme-20260102-000000');
      const program = spawn(
        process.execPath,
        ['--import', 'tsx', join(__dirname, '../../cli/main.ts'), 'watch', arn],
        { cwd: join(__dirname, '../..'), env: process.env, stdio: ['ignore', 'ignore', 'pipe'] },
      );
      let err = '';
      program.stderr.setEncoding('utf8').on('data', (text: string) => {
        err += text;
        if (text.includes('Ensure app client')) program.kill('SIGINT');
      });
      const [code] = (await once(program, 'close')) as [number | null];
      expect(code).toBe(130);
      expect(err).toMatch(/the execution goes on\nwatch it again: kubeflow-eks watch arn:\S+\n$/);
    });

    test('a step that is polled says what it waits for', async () => {
      let polls = 0;
      tasks = {
        'Ensure app client': () => {
          polls += 1;
          if (polls === 1) throw new TaskError('EndpointNotReady', 'no answer yet');
          return {};
        },
      };
      // It may have ended before it is looked for.
      await noteLatest(startConsole('acme-20260102-000000'));
      const recording = await cli(['watch', deployment, '--json'], here());
      expect(recording).toMatchObject({ code: 0, err: '' });
      expect(documentOf(recording)).toMatchObject({ steps: [{}, { status: 'SUCCEEDED', attempts: 2 }] });
    });
  });

  describe('retry', () => {
    const underTheLock = (): void => {
      for (const workflow of ['provision', 'plan', 'destroy'] as const)
        service.updateStateMachine(machineOf(workflow), { definition: JSON.stringify(underLock) });
    };

    test('redrives the failed execution and follows it', async () => {
      underTheLock();
      tasks = failing('AccessDenied');
      const arn = startConsole('acme-20260102-000000');
      await service.whenEnded(arn);
      await holds(arn);
      tasks = {};
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
      tasks = failing('AccessDenied');
      const { arn } = service.startExecution({
        stateMachineArn: machineOf(workflow),
        name: 'earlier',
        input: JSON.stringify(input),
      });
      await service.whenEnded(arn);
      const recording = await cli(['retry', arn], here());
      expect(recording).toMatchObject({ code: 2, out: '' });
      expect(recording.err).toContain(`is not retried\nstart another: kubeflow-eks ${again}\n`);
    });

    test('of one that has succeeded says so', async () => {
      underTheLock();
      const arn = startConsole('acme-20260102-000000');
      await service.whenEnded(arn);
      await noteLatest(arn);
      const recording = await cli(['retry', deployment], here());
      expect(recording).toMatchObject({ code: 2, out: '' });
      expect(recording.err).toMatch(/is succeeded and cannot be redriven: .*\nstart a new execution instead/);
    });

    test('of a destroy that has done its work says so, and asks nothing', async () => {
      underTheLock();
      const { arn } = service.startExecution({
        stateMachineArn: machineOf('destroy'),
        name: 'done',
        input: JSON.stringify({ deployment }),
      });
      await service.whenEnded(arn);
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
        tasks = failing('AccessDenied');
        failed = startConsole('acme-20260101-000000');
        await service.whenEnded(failed);
      });
      const expectRefusal = async (words: string): Promise<void> => {
        const recording = await cli(['retry', failed], here());
        expect(recording).toMatchObject({ code: 3, out: '' });
        expect(recording.err).toContain(`another execution has taken over the deployment acme${words}`);
        expect(service.describeExecution(failed).record).toMatchObject({
          status: 'FAILED',
          redriveCount: 0,
        });
      };
      const expectRedrive = async (arn: string): Promise<void> => {
        tasks = {};
        expect(await cli(['retry', arn], here())).toMatchObject({ code: 0 });
        expect(service.describeExecution(arn).record).toMatchObject({ redriveCount: 1 });
      };

      test('goes on where it has the lock', async () => {
        await holds(failed);
        await expectRedrive(failed);
      });

      test('is refused while another execution has taken over the deployment', async () => {
        tasks = never;
        other = startConsole('by-hand');
        await holds(other);
        await expectRefusal(`: ${other}\nwatch that one: kubeflow-eks watch ${other}\n`);
      });

      test('is refused also when the one that took over has failed itself', async () => {
        other = startConsole('by-hand');
        await service.whenEnded(other);
        await holds(other);
        await expectRefusal(`: ${other}\nit has ended: retry that one (kubeflow-eks retry ${other})`);
      });

      test('is refused also when the one that took over has given the lock back', async () => {
        await expectRefusal(', and has ended\nstart a new execution: kubeflow-eks start CONFIG');
      });

      test('is refused where it was the lock that it did not get: it has done nothing', async () => {
        tasks = { [lockStates.acquire]: refuse('DeploymentLocked') };
        other = startConsole('locked-out');
        await service.whenEnded(other);
        await holds(failed);
        const recording = await cli(['retry', other], here());
        expect(recording).toMatchObject({ code: 2, out: '' });
        expect(recording.err).toContain(
          'nothing that could be gone on with\nstart it again: kubeflow-eks start',
        );
        expect(service.describeExecution(other).record).toMatchObject({ redriveCount: 0 });
      });

      test.each([
        ['its name', 'acme', 0, 1],
        ['another', 'acme-2', 2, 0],
        ['nothing', undefined, 2, 0],
      ])('and is a destroy, asks for the name: given %s', async (_what, answer, code, redriveCount) => {
        const { arn } = service.startExecution({
          stateMachineArn: machineOf('destroy'),
          name: 'away',
          input: JSON.stringify({ deployment }),
        });
        await service.whenEnded(arn);
        await holds(arn);
        tasks = {};
        const recording = await cli(['retry', deployment], here(answer === undefined ? {} : { answer }));
        expect(recording).toMatchObject({ code });
        expect(recording.err).toContain('This goes on deleting the cluster');
        expect(service.describeExecution(arn).record).toMatchObject({ redriveCount });
      });

      test('goes on where it had nothing left but to give the lock back', async () => {
        tasks = { [lockStates.release]: refuse('AwsTransient') };
        other = startConsole('all-but-done');
        await service.whenEnded(other);
        await expectRedrive(other);
      });
    });
  });

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
      expect(JSON.parse(service.describeExecution(executionArn).record.input)).toEqual(input);
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
      tasks = { 'Ensure app client': () => ({ deployment, left }) };
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
      expect(service.executions.all()).toEqual([]);
    });

    test('of a deployment that was never registered takes its configuration', async () => {
      const recording = await cli(['destroy', file, '--yes', '--no-watch', '--json'], here());
      const { executionArn } = documentOf(recording) as { executionArn: string };
      expect(JSON.parse(service.describeExecution(executionArn).record.input)).toEqual(configuration);
    });
  });
});
