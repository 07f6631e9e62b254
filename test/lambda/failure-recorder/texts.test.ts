import { errorCatalogue } from '../../../core/errors';
import { adviceFor } from '../../../lambda/failure-recorder/advice';
import { readableCause } from '../../../core/execution/cause';
import { deploymentOf } from '../../../core/execution/deployment-of';

const failed = {
  deployment: 'acme',
  executionArn: 'arn:aws:states:eu-central-1:123456789012:execution:kubeflow-eks-provision:e1',
  region: 'eu-central-1',
  status: 'FAILED',
} as const;

describe('advice', () => {
  test.each([...Object.keys(errorCatalogue), 'States.TaskFailed', 'Lambda.ResourceConflictException'])(
    'after %s there is a command or a wait',
    (error) => {
      expect(adviceFor({ ...failed, error })).toMatch(
        /`kubeflow-eks (?:retry acme|start FILE|resync NAME)`|Wait until it has ended/,
      );
    },
  );

  test('without a known deployment the command names the execution', () => {
    const advice = adviceFor({ ...failed, deployment: '-', error: 'AwsTransient' });
    expect(advice).not.toContain('kubeflow-eks retry');
    expect(advice).toContain(`--execution-arn ${failed.executionArn}`);
  });

  test.each(['InvalidConfiguration', 'ResyncIncomplete'])(
    'a retry is never advised after %s, which it cannot heal',
    (error) => {
      expect(adviceFor({ ...failed, error })).not.toContain('kubeflow-eks retry');
    },
  );
});

describe('a readable cause', () => {
  test("is a function's message without its stack", () => {
    const cause = JSON.stringify({
      errorType: 'VpcMissing',
      errorMessage: 'there is no VPC',
      trace: ['secret path'],
    });
    expect(readableCause(cause)).toBe('there is no VPC');
  });

  test("is a build's failed phase and the place of its log, without its environment", () => {
    const cause = JSON.stringify({
      Build: {
        Arn: 'arn:aws:codebuild:eu-central-1:123456789012:build/kubeflow-eks-cluster:1',
        BuildStatus: 'FAILED',
        Environment: { EnvironmentVariables: [{ Name: 'CONFIGURATION', Value: 'private' }] },
        Logs: { DeepLink: 'https://console.example.com/log' },
        Phases: [
          { PhaseType: 'INSTALL', PhaseStatus: 'SUCCEEDED' },
          {
            PhaseType: 'BUILD',
            PhaseStatus: 'FAILED',
            Contexts: [{ StatusCode: 'COMMAND_EXECUTION_ERROR', Message: 'exit status 1' }],
          },
          { PhaseType: 'COMPLETED' },
        ],
      },
    });
    expect(readableCause(cause)).toBe(
      'the build arn:aws:codebuild:eu-central-1:123456789012:build/kubeflow-eks-cluster:1 is FAILED in its phase BUILD (COMMAND_EXECUTION_ERROR: exit status 1) — log: https://console.example.com/log',
    );
  });

  test('is first what the build itself says of its failure', () => {
    const cause = JSON.stringify({
      Build: {
        Arn: 'arn:aws:codebuild:eu-central-1:123456789012:build/kubeflow-eks-kubeflow:1',
        BuildStatus: 'FAILED',
        ExportedEnvironmentVariables: [
          { Name: 'PLAN', Value: '' },
          { Name: 'FAILURE', Value: 'ComponentNotReady: Katib is not ready in time' },
        ],
      },
    });
    expect(readableCause(cause)).toBe(
      'ComponentNotReady: Katib is not ready in time\n— the build arn:aws:codebuild:eu-central-1:123456789012:build/kubeflow-eks-kubeflow:1 is FAILED',
    );
  });

  test('is at most 4,000 characters, and says when there is none', () => {
    expect(readableCause('x'.repeat(5_000))).toHaveLength(4_000);
    expect(readableCause(undefined)).toBe('no cause was given');
    expect(readableCause('plain')).toBe('plain');
  });
});

describe('the deployment of an input', () => {
  test.each([
    ['{"eks_name":"acme"}', 'acme'],
    ['{"deployment":"acme"}', 'acme'],
    ['{"deployment":{"name":"acme"}}', 'acme'],
    ['{"eks_name":"../x"}', undefined],
    ['{"eks_name":7}', undefined],
    ['not json', undefined],
    ['null', undefined],
    [undefined, undefined],
  ])('%s is %s', (input, name) => {
    expect(deploymentOf(input)).toBe(name);
  });
});
