import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApiHandler, createRealClock, TaskError, type StepFunctions } from 'step-functions-local';
import { createService, machine, task, testRole, type Tasks } from 'step-functions-local/testing';
import { registryKey, writeItem } from '../../../adapters/aws/registry';
import { writeLatestRun } from '../../../adapters/aws/registry-runs';
import { lockStates, stackNames, stateMachineName, type Workflow } from '../../../core/naming';
import { jsonApi } from '../../../local/region/services/json-api';
import { minimalConfiguration } from '../../support/minimal-configuration';
import { useMoto, type MotoInTest } from '../../support/moto';
import { makeRegistry } from '../../support/registry';
import type { HostOptions } from '../recording-host';

export const configuration = minimalConfiguration;
export const { region, account_id: accountId } = configuration;
export const deployment: string = configuration.eks_name;
export const arnOf = (name: string, workflow: Workflow = 'provision'): string =>
  `arn:aws:states:${region}:${accountId}:execution:${stateMachineName(workflow)}:${name}`;
export const machineOf = (workflow: Workflow): string =>
  `arn:aws:states:${region}:${accountId}:stateMachine:${stateMachineName(workflow)}`;
export const here = (options: HostOptions = {}): HostOptions => ({ env: { AWS_REGION: region }, ...options });
export const refuse = (error: string) => (): never => {
  throw new TaskError(error, JSON.stringify({ errorMessage: 'what was found, and what to do' }));
};
export const failing = (error: string): Tasks => ({ 'Ensure app client': refuse(error) });
export const never: Tasks = { 'Ensure app client': () => new Promise(() => undefined) };

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
export const underLock = machine({
  'Validate configuration': task({ Next: lockStates.acquire }),
  [lockStates.acquire]: task({ Next: 'Ensure app client' }),
  'Ensure app client': task({ Next: lockStates.release }),
  [lockStates.release]: task(),
});

/** Moto and an interpreter with workflows of two steps. */
export interface Workflows {
  readonly moto: MotoInTest;
  readonly service: StepFunctions;
  /** What the states answer, by name; `{}` for one that is not here. */
  tasks: Tasks;
  /** Whether credentials expire once the definition was read, which only who watches does. */
  expires: boolean;
  /** How often histories were read. */
  readonly historiesRead: number;
  readonly folder: string;
  /** A configuration. */
  readonly file: string;
  /** Starts a provisioning as somebody in the console does. */
  startConsole: (name: string, input?: unknown) => string;
  putRegistration: (name: string) => Promise<void>;
  /** As the step that takes the lock does. */
  noteLatest: (executionArn: string, name?: string) => Promise<void>;
}

/** Has the commands run against them, by the SDK's own clients and credential chain; anew for each test. */
export function useWorkflows(): Workflows {
  let folder = '';
  let file = '';
  let service: StepFunctions;
  let hasExpired = false;
  let historiesRead = 0;
  const states = ['Validate configuration', lockStates.acquire, 'Ensure app client', lockStates.release];
  const moto = useMoto({
    region,
    accountId,
    services: () => {
      const delegates = states.map((name): [string, NonNullable<Tasks[string]>] => [
        name,
        (request) => workflows.tasks[name]?.(request) ?? {},
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
            hasExpired = workflows.expires && operation === 'DescribeStateMachineForExecution';
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
    workflows.tasks = {};
    workflows.expires = false;
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

  const workflows: Workflows = {
    moto,
    tasks: {},
    expires: false,
    get service() {
      return service;
    },
    get historiesRead() {
      return historiesRead;
    },
    get folder() {
      return folder;
    },
    get file() {
      return file;
    },
    startConsole: (name, input = configuration) =>
      service.startExecution({
        stateMachineArn: machineOf('provision'),
        name,
        input: JSON.stringify(input),
      }).arn,
    putRegistration: (name) =>
      writeItem(moto.lookingClients, stackNames.table, registryKey.registration(name), {
        deployment: { name },
      }),
    noteLatest: (executionArn, name = deployment) =>
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
      ),
  };
  return workflows;
}
