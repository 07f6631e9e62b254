import { readableCause } from '../../../core/execution/cause';
import { deploymentOf } from '../../../core/execution/deployment-of';
import { readStatusEvent } from '../../../lambda/failure-recorder/status-event';

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

describe('the event of an execution that ended', () => {
  const detail = {
    executionArn: 'arn:aws:states:eu-central-1:123456789012:execution:kubeflow-eks-provision:e1',
    stateMachineArn: 'arn:aws:states:eu-central-1:123456789012:stateMachine:kubeflow-eks-provision',
    status: 'FAILED',
    stopDate: 1_700_000_000_000,
  };

  test('is read without what is left out of it', () => {
    expect(readStatusEvent({ region: 'eu-central-1', detail })).toEqual({ region: 'eu-central-1', detail });
  });

  test.each([
    [undefined, 'expected object'],
    [{ region: 'eu-central-1', detail: { ...detail, status: 'RUNNING' } }, 'detail.status: '],
    [{ region: 'eu-central-1', detail: { ...detail, stopDate: 'yesterday' } }, 'detail.stopDate: '],
  ])(
    'that is another one (%j) is refused with a name of the catalogue and what is wrong',
    (event, problem) => {
      expect(() => readStatusEvent(event)).toThrow(
        expect.objectContaining({
          name: 'InvalidTaskInput',
          message: expect.stringContaining(problem) as string,
        }) as Error,
      );
    },
  );
});
