import { CreateStateMachineCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { AwsClients } from '../../adapters/aws/clients';
import { jsonApi } from '../../local/region/services/json-api';
import { lateDescriptions } from '../../local/region/services/late-descriptions';
import type { ServiceHandler } from '../../local/region/gateway/gateway';
import {
  createApiHandler,
  createRealClock,
  createStepFunctions,
  TaskError,
  type StatusChangeEvent,
  type StepFunctions,
  type TaskRequest,
} from 'step-functions-local';
import { useMoto, type MotoInTest } from './moto';
import { makeRegistry } from './registry';

/** Step Functions behind a test's gateway, whose Task states do what the test says. */
export interface TestWorkflows {
  /** For `useMoto({ services })`, under `states`. */
  readonly handler: ServiceHandler;
  /** The events that EventBridge would get. */
  readonly events: readonly StatusChangeEvent[];
  /** The outcome of every attempt of the named states; others succeed with their answer. */
  failures: Record<string, { error: string; cause?: string }>;
  /** What the named states answer; others `{}`. */
  answers: Record<string, unknown>;
  /** DescribeExecution answers once more from before an end that comes from now on, as it may on AWS. */
  describeLate: boolean;
  close(): void;
}

/** Starts the service with nothing in it. Close it after the test. */
export function startWorkflows(region: string, accountId: string): TestWorkflows {
  const events: StatusChangeEvent[] = [];
  const workflows: TestWorkflows = {
    handler: (request, http) => handler(request, http),
    events,
    failures: {},
    answers: {},
    describeLate: false,
    close: () => {
      service.close();
    },
  };
  const service: StepFunctions = createStepFunctions({
    accountId,
    region,
    clock: createRealClock(),
    integrations: {
      call: ({ stateName }: TaskRequest) => {
        const failure = workflows.failures[stateName];
        return failure === undefined
          ? Promise.resolve(workflows.answers[stateName] ?? {})
          : Promise.reject(new TaskError(failure.error, failure.cause));
      },
    },
    onStatusChange: (event) => {
      if (workflows.describeLate) late.ended(event.detail.executionArn);
      events.push(event);
    },
  });
  const late = lateDescriptions(createApiHandler(service));
  const handler = jsonApi(late.handle);
  return workflows;
}

/** Makes a state machine and starts it. */
export async function startExecution(
  clients: AwsClients,
  stateMachine: string,
  definition: object,
  input: object = {},
): Promise<string> {
  const sfn = clients.get(SFNClient);
  const { stateMachineArn } = await sfn.send(
    new CreateStateMachineCommand({
      name: stateMachine,
      roleArn: 'arn:aws:iam::123456789012:role/workflow',
      definition: JSON.stringify({ QueryLanguage: 'JSONata', ...definition }),
    }),
  );
  const { executionArn } = await sfn.send(
    new StartExecutionCommand({ stateMachineArn, input: JSON.stringify(input) }),
  );
  return executionArn ?? '';
}

/** A definition whose execution is under way for as long as a test takes. */
export const waiting = { StartAt: 'Wait', States: { Wait: { Type: 'Wait', Seconds: 3600, End: true } } };

/** Moto with Step Functions and the registry, for tasks that look at executions. */
export function useWorkflows(functions: readonly string[]): MotoInTest {
  let workflows: TestWorkflows;
  const moto = useMoto({
    functions,
    services: () => {
      workflows = startWorkflows('eu-central-1', '123456789012');
      return { states: [workflows.handler] };
    },
  });
  beforeEach(() => makeRegistry(moto.lookingClients));
  afterEach(() => {
    workflows.close();
  });
  return moto;
}
