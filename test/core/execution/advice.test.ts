import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorAdvice } from '../../../core/error-advice';
import { defined } from '../../../core/defined';
import { adviceFor, commandAgain, continuationOf, explainError } from '../../../core/execution/advice';
import type { Workflow } from '../../../core/naming';
import { buildQueue, lambdaService, transient } from '../../../workflows/retry-policies';

const arn = (workflow: Workflow | 'other') =>
  `arn:aws:states:eu-central-1:123456789012:execution:${workflow === 'other' ? workflow : `kubeflow-eks-${workflow}`}:e1`;
const byName = '{"deployment":"acme"}';
const byConfiguration = '{"eks_name":"acme","region":"eu-central-1"}';
const failed = { executionArn: arn('provision'), status: 'FAILED', input: byName } as const;
const names = Object.keys(errorAdvice);
/** What the workflows' own calls of services may end with, beside the catalogue. */
const ofServices = [
  ...[...lambdaService.errors, ...transient.errors, ...buildQueue.errors].filter(
    (name) => !(name in errorAdvice),
  ),
  'CodeBuild.AccessDeniedException',
  'EventBridge.FailedEntry',
];
const others = [
  'InjectedFault',
  'States.TaskFailed',
  'States.Timeout',
  'Lambda.ResourceConflictException',
  'toString',
];

test.each([...names, ...others])('after %s it says what to do, and how it goes on', (error) => {
  const advice = adviceFor({ ...failed, error });
  expect(advice).toMatch(/^[A-Z].*\. Then (?:go on at|start a new) .*`kubeflow-eks [^`]+`.*\.$/);
  expect(explainError({ ...failed, error }).meaning).toMatch(/^[A-Z].*\.$/);
});

test.each(ofServices)('%s, which a workflow can end with, has an entry of its own', (error) => {
  const unknown = explainError({ ...failed, error: 'Other.Exception' });
  expect(explainError({ ...failed, error })).not.toEqual(unknown);
  expect(adviceFor({ ...failed, error })).toContain('kubeflow-eks retry');
});

test.each(
  [...names, ...others, 'Execution.Aborted'].flatMap((error) => [
    ['resync', error] as const,
    ['plan', error] as const,
  ]),
)('an execution of %s that ended with %s is never retried, since it keeps no progress', (workflow, error) => {
  for (const status of ['FAILED', 'TIMED_OUT', 'ABORTED'] as const) {
    const execution = { ...failed, executionArn: arn(workflow), status, error };
    expect(continuationOf(execution)).toBe('start');
    expect(adviceFor(execution)).not.toMatch(/\bretry\b|redrive/);
    expect(adviceFor(execution)).toContain(`\`kubeflow-eks ${workflow} `);
  }
});

test.each(names.flatMap((error) => [['provision', error] as const, ['destroy', error] as const]))(
  'a %s that ended with %s before it had the lock is started again',
  (workflow, error) => {
    const advice = adviceFor({ ...failed, executionArn: arn(workflow), error, hadLock: false });
    expect(advice).not.toMatch(/\bretry\b|redrive-execution/);
    expect(advice).toContain(
      workflow === 'destroy' ? '`kubeflow-eks destroy acme`' : '`kubeflow-eks start CONFIG`',
    );
  },
);

test.each([
  'InvalidConfiguration',
  'ExecutionOutdated',
  'InvalidTaskInput',
  'CertificateFailed',
  'SecretMissing',
  'LockLost',
  'DeploymentLocked',
])('after %s, which a retry cannot heal, none is named', (error) => {
  expect(adviceFor({ ...failed, error })).not.toContain('kubeflow-eks retry');
});

test.each([
  ['provision', 'VpcMissing', '`kubeflow-eks start CONFIG`'],
  ['other', 'VpcMissing', '`kubeflow-eks start CONFIG`'],
  ['destroy', 'InvalidTaskInput', '`kubeflow-eks destroy acme`'],
  ['resync', 'ResyncIncomplete', '`kubeflow-eks resync acme` (the next scheduled resync does it, too)'],
  ['plan', 'AwsTransient', '`kubeflow-eks plan acme`'],
  ['destroy', 'AwsTransient', `\`kubeflow-eks retry ${arn('destroy')}\``],
] as const)('%s after %s goes on with %s', (workflow, error, command) => {
  expect(adviceFor({ ...failed, executionArn: arn(workflow), error })).toContain(`: ${command}.`);
});

test.each([
  ['plan', byName, 'plan acme'],
  ['plan', byConfiguration, 'plan CONFIG'],
  ['plan', undefined, 'plan CONFIG'],
  ['destroy', byName, 'destroy acme'],
  // Of a deployment that was never registered the name alone says nothing.
  ['destroy', byConfiguration, 'destroy CONFIG'],
  ['resync', byName, 'resync acme'],
  ['resync', '{}', 'resync'],
  ['provision', byConfiguration, 'start CONFIG'],
  ['provision', 'no JSON', 'start CONFIG'],
] as const)('a %s of %s is started again with %s', (workflow, input, command) => {
  expect(commandAgain({ executionArn: arn(workflow), ...defined({ input }) })).toBe(command);
});

test.each([
  ['provision', true],
  ['destroy', false],
  ['plan', false],
] as const)('that a new %s keeps what is there is said: %s', (workflow, said) => {
  const advice = adviceFor({ ...failed, executionArn: arn(workflow), error: 'InvalidTaskInput' });
  expect(advice.includes('which keeps what is there')).toBe(said);
});

test('a resync of all deployments is started again for all', () => {
  expect(adviceFor({ ...failed, input: '{}', executionArn: arn('resync'), error: 'AwsTransient' })).toContain(
    '`kubeflow-eks resync`',
  );
});

test('commands have the flags that the command line was told', () => {
  const either = adviceFor({ ...failed, error: 'ClusterFailed' }, { flags: ' --local' });
  expect(either).toContain(`\`kubeflow-eks retry ${failed.executionArn} --local\``);
  expect(either).toContain('`kubeflow-eks start CONFIG --local`');
});

test('what was stopped or was too slow goes on where it was', () => {
  expect(adviceFor({ ...failed, status: 'ABORTED', error: 'Execution.Aborted' })).toContain(
    'kubeflow-eks retry',
  );
  expect(adviceFor({ ...failed, status: 'TIMED_OUT', error: 'States.Timeout' })).toContain(
    'kubeflow-eks retry',
  );
});

test('a build that says what its failure is gets the advice for that', () => {
  const build = { ...failed, error: 'States.TaskFailed' };
  const cause = 'InstallerRefused: kfctl cannot work on 1.35\n— the build arn:aws:codebuild:… is FAILED';
  expect(explainError({ ...build, cause })).toBe(errorAdvice.InstallerRefused);
  expect(adviceFor({ ...build, cause })).toContain('`kubeflow.installer: kustomize`');
  expect(explainError({ ...build, cause: 'Nonsense: no name of ours' }).meaning).toContain('CodeBuild');
});

describe('docs/operate/errors.md', () => {
  const page = readFileSync(join(__dirname, '../../../docs/operate/errors.md'), 'utf8');
  const goesOn = {
    retry: 'Then retry.',
    start: 'Then start a new execution.',
    either: 'Then retry; after a change of the configuration, start a new execution.',
  };

  test.each(Object.entries(errorAdvice))('says of %s what the mail says', (name, advice) => {
    const entry =
      new RegExp(`^### ${name}\\n(.*?)(?=^##)`, 'ms').exec(page)?.[1]?.replaceAll(/\s+/g, ' ') ?? '';
    expect(entry).toContain(`**Description.** ${advice.meaning}`);
    expect(entry).toContain(`**Resolution.** ${advice.remedy} ${goesOn[advice.continuation]}`);
  });
});
