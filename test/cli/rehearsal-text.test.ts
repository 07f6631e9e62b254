import { rehearsalBody } from '../../cli/commands/rehearse';
import type { Host } from '../../cli/host';
import { paintFor } from '../../cli/render/paint';
import { rehearsalText } from '../../cli/render/rehearsal';
import { rehearsalProgress } from '../../cli/render/rehearsal-progress';
import type { RehearsalResult } from '../../local/rehearsal/result';
import { faultsOf } from './contract';

const plain = paintFor({ isTerminal: false, env: {} });
const now = Date.parse('2026-03-01T10:10:00Z');
const context = { path: 'acme.yaml', elapsedMs: 65_000, now };

const succeeded: RehearsalResult = {
  status: 'SUCCEEDED',
  deployment: 'acme',
  executionArn: 'arn:aws:states:eu-central-1:111122223333:execution:kubeflow-eks-provision:1',
  steps: [
    {
      name: 'Await ingress',
      status: 'SUCCEEDED',
      attempts: 3,
      startedAt: '2026-03-01T10:00:00Z',
      endedAt: '2026-03-01T10:03:05Z',
    },
  ],
  outputs: { url: 'https://kubeflow.ml.acme.example', subnets: ['subnet-1'] },
  logins: [
    {
      user: 'alice@acme.example',
      groups: ['team-a'],
      outcome: 'allowed',
      durationMs: 120,
      requests: { read: 3, write: 2 },
      grants: [{ namespace: 'team-a', role: 'edit' }],
    },
  ],
  room: {
    groups: [
      {
        group: 'acme-nodegroup',
        type: 't3.medium',
        nodes: 2,
        allocatable: { cpuMillis: 3860, memoryMiB: 6000, gpus: 0, pods: 34 },
        requested: { cpuMillis: 1250, memoryMiB: 3072, gpus: 0, pods: 34 },
      },
    ],
    waiting: [{ pod: 'kubeflow/mysql-0', why: '0/2 nodes are available: 2 Too many pods.' }],
  },
  access: [
    { user: 'alice@acme.example', namespace: 'team-a', verb: 'create', resource: 'pods', allowed: true },
    {
      user: 'alice@acme.example',
      namespace: 'kube-system',
      verb: 'create',
      resource: 'pods',
      allowed: false,
    },
  ],
  mappings: [],
  refusals: [],
};

/** Words of a table's row, whatever its spacing. */
const rows = (text: string): string[] => text.split('\n').map((line) => line.trim().replaceAll(/\s+/g, ' '));

describe('the text of a rehearsal', () => {
  test('has the steps, the outputs, the logins, the answers and what to do next', () => {
    const text = rows(rehearsalText(succeeded, context, plain));
    expect(text).toContain('✓ Await ingress 3 min 05 s, 3 attempts');
    expect(text).toContain('url https://kubeflow.ml.acme.example');
    expect(text).toContain('acme-nodegroup 2 × t3.medium 1.3 of 3.9 3.0 of 5.9 34 of 34 0 of 0');
    expect(text).toContain('kubeflow/mysql-0 has no room: 0/2 nodes are available: 2 Too many pods.');
    expect(text).toContain('alice@acme.example allowed 120 3 2 team-a (edit)');
    expect(text).toContain('alice@acme.example team-a yes');
    expect(text).toContain('alice@acme.example kube-system no');
    expect(text).toContain('succeeded in 1 min 05 s: acme');
    expect(text).toContain('calls that IAM refused: 0');
    expect(text).toContain(
      'then deploy the stack (npx cdk deploy) and provision: kubeflow-eks start acme.yaml --watch',
    );
    expect(text.at(-2)).toBe('kubeflow-eks local open acme --as alice@acme.example');
  });

  test('names the calls that the roles were refused', () => {
    const refusals = [
      { role: 'kubeflow-eks-tag-subnets-eu-central-1', action: 'ec2:CreateTags', resource: 'arn:aws:ec2:…' },
    ];
    const text = rows(rehearsalText({ ...succeeded, refusals }, context, plain));
    expect(text).toContain('kubeflow-eks-tag-subnets-eu-central-1 ec2:CreateTags arn:aws:ec2:…');
    expect(text).toContain('calls that IAM refused: 1');
  });

  test('of a failure names the reason, and leaves out what never came about', () => {
    const text = rehearsalText(
      {
        ...succeeded,
        status: 'FAILED',
        outputs: {},
        logins: [],
        access: [],
        error: 'KmsKeyUnusable',
        cause: JSON.stringify({ errorMessage: 'the key is disabled; enable it' }),
      },
      context,
      plain,
    );
    expect(text).toContain(
      'KmsKeyUnusable: the key is disabled; enable it\nnext: mend what the failed step says',
    );
    expect(text).not.toContain('logins');
    expect(text).not.toContain('outputs');
    expect(text).toContain('--keep-logs FOLDER keeps the logs');
  });

  test('of a failure whose logs are kept says where they are, and does not advise to keep them', () => {
    const failed = {
      ...succeeded,
      status: 'FAILED',
      error: 'KmsKeyUnusable',
      logFile: 'kept/logs/functions/f.log',
    };
    const text = rehearsalText(failed, { ...context, keptLogs: 'kept' }, plain);
    expect(text).toContain('\nlog of the failed step: kept/logs/functions/f.log\nnext: ');
    expect(text).toContain(
      '--retry rehearses the redrive; the logs of all steps and builds are in kept/logs\n',
    );
    expect(text).not.toContain('--keep-logs');
    expect(
      faultsOf('Rehearsal', { apiVersion: 'kubeflow-eks/v1', kind: 'Rehearsal', ...rehearsalBody(failed) }),
    ).toEqual([]);
  });

  test('indents the steps of parallel branches, as `start --watch` does', () => {
    const steps = succeeded.steps.map((step) => ({ ...step, parent: 'Build foundations' }));
    expect(rehearsalText({ ...succeeded, steps }, context, plain)).toContain('\n    ✓ Await ingress  3 min');
  });

  test('under faults says what was met, what recovered it, and how to meet it again', () => {
    const chaos = {
      seed: 42,
      redrives: 1,
      met: [
        {
          kind: 'answer lost',
          call: 'cognito-idp CreateUserPool',
          step: 'Ensure user pool',
          recovery: 'the step was retried',
        },
        { kind: 'build killed', call: 'BUILD of kubeflow-eks-kubeflow' },
      ],
    } satisfies RehearsalResult['chaos'];
    const text = rows(rehearsalText({ ...succeeded, chaos }, context, plain));
    expect(text).toContain('answer lost cognito-idp CreateUserPool Ensure user pool the step was retried');
    expect(text).toContain('build killed BUILD of kubeflow-eks-kubeflow no');
    expect(text).toContain('faults met: 2, redrives: 1; --chaos 42 draws them again');
    const body = rehearsalBody({ ...succeeded, chaos });
    expect(faultsOf('Rehearsal', { apiVersion: 'kubeflow-eks/v1', kind: 'Rehearsal', ...body })).toEqual([]);
  });

  test('counts sample users who could not log in', () => {
    const refused = {
      ...succeeded,
      logins: succeeded.logins.map((login) => ({ ...login, outcome: 'refused: x' })),
    };
    expect(rehearsalText(refused, context, plain)).toContain('1 of 1 sample users could not log in');
  });
});

describe('the progress of a rehearsal', () => {
  const step = { name: 'Await ingress', attempts: 1, startedAt: '2026-03-01T10:00:00Z' };

  function progressOf(isTerminal: boolean): { err: string[]; drawn: string[] } {
    const shown = { err: [] as string[], drawn: [] as string[] };
    const progress = rehearsalProgress({
      isTerminal,
      paint: { out: plain, err: plain },
      now: () => now,
      err: (text: string) => shown.err.push(text),
      redraw: (text: string) => Promise.resolve(shown.drawn.push(text)),
      settle: () => undefined,
    } as unknown as Host);
    progress.phase('provisioning');
    progress.step({ ...step, status: 'RUNNING' });
    progress.line('kubeflow: applying');
    progress.step({ ...step, status: 'RUNNING', error: 'IngressHasNoAddress' });
    progress.step({ ...step, status: 'RUNNING', attempts: 2, error: 'IngressHasNoAddress' });
    progress.step({ ...step, status: 'SUCCEEDED', attempts: 3, endedAt: '2026-03-01T10:00:30Z' });
    progress.done();
    return shown;
  }

  test('elsewhere than on a terminal is lines: a step when it waits for the first time, and when it ends', () => {
    expect(progressOf(false)).toEqual({
      drawn: [],
      err: [
        'provisioning\n',
        '  kubeflow: applying\n',
        '  ▸ Await ingress  10 min 00 s  waiting: IngressHasNoAddress\n',
        '  ✓ Await ingress  30 s, 3 attempts\n',
      ],
    });
  });

  test('on a terminal is one picture that is drawn again', () => {
    const { err, drawn } = progressOf(true);
    expect(err).toEqual([]);
    expect(drawn.at(-1)).toBe(
      'provisioning  0.0 s\n  ✓ Await ingress  30 s, 3 attempts\n  kubeflow: applying',
    );
  });
});

test.each([
  ['a rehearsal that succeeded', succeeded],
  [
    'one that failed, with a cause as a function gives it',
    {
      ...succeeded,
      status: 'FAILED',
      error: 'VpcMissing',
      cause: JSON.stringify({ errorMessage: 'no such VPC', trace: ['at /var/task/index.js'] }),
    },
  ],
])('the document of %s keeps the contract', (_what, result) => {
  const document = { apiVersion: 'kubeflow-eks/v1', kind: 'Rehearsal', ...rehearsalBody(result) };
  expect(faultsOf('Rehearsal', document)).toEqual([]);
  expect(document.error?.message).toBe('error' in result ? 'no such VPC' : undefined);
});
