import {
  CreateStateMachineCommand,
  DeleteStateMachineCommand,
  DescribeExecutionCommand,
  DescribeStateMachineCommand,
  DescribeStateMachineForExecutionCommand,
  ListExecutionsCommand,
  ListStateMachinesCommand,
  ListTagsForResourceCommand,
  paginateGetExecutionHistory,
  paginateListExecutions,
  RedriveExecutionCommand,
  SFNClient,
  SendTaskFailureCommand,
  SendTaskHeartbeatCommand,
  SendTaskSuccessCommand,
  StartExecutionCommand,
  StopExecutionCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateStateMachineCommand,
  ValidateStateMachineDefinitionCommand,
  type HistoryEvent,
} from '@aws-sdk/client-sfn';
import {
  createApiHandler,
  serveStepFunctions,
  TaskError,
  type StepFunctions,
  type StepFunctionsServer,
} from '../src';
import { historyEvent } from '../src/api/shapes';
import { createService, machine, testRole, task } from '../src/testing';
import { defined } from '../src/defined';

let service: StepFunctions;
let server: StepFunctionsServer;
let client: SFNClient;
let broken = true;
const tokens: string[] = [];

beforeAll(async () => {
  service = createService({
    Work: () => {
      if (broken) throw new TaskError('Broken', 'not yet');
      return { done: true };
    },
    Ask: (request) => {
      tokens.push((request.arguments as { token: string }).token);
      return {};
    },
  });
  server = await serveStepFunctions(service);
  client = new SFNClient({
    endpoint: server.endpoint,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'local' },
  });
});

afterAll(async () => {
  client.destroy();
  await server.close();
  service.close();
});

async function create(name: string, definition: unknown): Promise<string> {
  const { stateMachineArn } = await client.send(
    new CreateStateMachineCommand({ name, roleArn: testRole, definition: JSON.stringify(definition) }),
  );
  return stateMachineArn ?? '';
}

async function runToEnd(stateMachineArn: string, name?: string): Promise<string> {
  const { executionArn = '' } = await client.send(
    new StartExecutionCommand({
      stateMachineArn,
      ...defined({ name }),
      input: '{"a": 1}',
    }),
  );
  await service.whenEnded(executionArn);
  return executionArn;
}

async function history(
  executionArn: string,
  pageSize: number,
  reverseOrder = false,
): Promise<HistoryEvent[]> {
  const events: HistoryEvent[] = [];
  const pages = paginateGetExecutionHistory({ client, pageSize }, { executionArn, reverseOrder });
  for await (const page of pages) {
    expect(page.events?.length ?? 0).toBeLessThanOrEqual(pageSize);
    events.push(...(page.events ?? []));
  }
  return events;
}

test('an execution is started, described, read in pages, stopped and redriven', async () => {
  const arn = await create(
    'life',
    machine({ Wait: { Type: 'Wait', Seconds: 5, Next: 'Work' }, Work: task() }),
  );
  const executionArn = await runToEnd(arn, 'one');
  const failed = await client.send(new DescribeExecutionCommand({ executionArn }));
  expect(failed).toMatchObject({
    executionArn: 'arn:aws:states:eu-central-1:111122223333:execution:life:one',
    stateMachineArn: arn,
    name: 'one',
    status: 'FAILED',
    input: '{"a": 1}',
    error: 'Broken',
    cause: 'not yet',
    redriveCount: 0,
    redriveStatus: 'REDRIVABLE',
  });
  expect(failed.startDate).toBeInstanceOf(Date);
  expect((failed.stopDate?.getTime() ?? 0) - (failed.startDate?.getTime() ?? 0)).toBe(5000);

  broken = false;
  const { redriveDate } = await client.send(new RedriveExecutionCommand({ executionArn }));
  expect(redriveDate).toBeInstanceOf(Date);
  await service.whenEnded(executionArn);
  broken = true;
  const succeeded = await client.send(new DescribeExecutionCommand({ executionArn }));
  expect(succeeded).toMatchObject({
    status: 'SUCCEEDED',
    output: '{"done":true}',
    redriveCount: 1,
    redriveStatus: 'NOT_REDRIVABLE',
    redriveStatusReason: 'Execution is SUCCEEDED and cannot be redriven',
  });

  const forwards = await history(executionArn, 3);
  expect(forwards.map((event) => event.id)).toEqual(forwards.map((_, index) => index + 1));
  expect((await history(executionArn, 4, true)).map((event) => event.id)).toEqual(
    forwards.map((event) => event.id).reverse(),
  );
  expect(forwards.find((event) => event.type === 'TaskFailed')?.taskFailedEventDetails).toEqual({
    resource: 'invoke',
    resourceType: 'lambda',
    error: 'Broken',
    cause: 'not yet',
  });
  expect(forwards.find((event) => event.type === 'ExecutionRedriven')?.executionRedrivenEventDetails).toEqual(
    {
      redriveCount: 1,
    },
  );
  expect(forwards[1]?.stateEnteredEventDetails).toEqual({
    name: 'Wait',
    input: '{"a":1}',
    inputDetails: { truncated: false },
  });
});

test('a history without execution data has no payloads', async () => {
  const arn = await create('quiet', machine({ Pass: { Type: 'Pass', Assign: { secret: 1 }, End: true } }));
  const executionArn = await runToEnd(arn);
  const pages = paginateGetExecutionHistory({ client }, { executionArn, includeExecutionData: false });
  for await (const page of pages) {
    const text = JSON.stringify(page.events);
    expect(text).not.toContain('secret');
    expect(text).not.toContain('\\"a\\"');
    expect(text).toContain('"name":"Pass"');
  }
});

// As measured on AWS by the authors of floci: its page on Step Functions, "Execution history events".
test('the parameters of a task are no execution data', () => {
  const event = {
    id: 3,
    previousEventId: 2,
    type: 'TaskScheduled',
    timestamp: 0,
    details: { resource: 'invoke', parameters: '{"a":1}' },
  };
  expect(historyEvent(event, false)).toMatchObject({ taskScheduledEventDetails: event.details });
});

test('StopExecution aborts with error and cause', async () => {
  const arn = await create(
    'stopped',
    machine({
      Ask: {
        ...task(),
        Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
        Arguments: { token: '{% $states.context.Task.Token %}' },
      },
    }),
  );
  const { executionArn = '' } = await client.send(new StartExecutionCommand({ stateMachineArn: arn }));
  const { stopDate } = await client.send(
    new StopExecutionCommand({ executionArn, error: 'Enough', cause: 'by hand' }),
  );
  expect(stopDate).toBeInstanceOf(Date);
  expect(await client.send(new DescribeExecutionCommand({ executionArn }))).toMatchObject({
    status: 'ABORTED',
    error: 'Enough',
    cause: 'by hand',
    input: '{}',
  });
});

test('starting by name is idempotent while the execution runs with the same input', async () => {
  const arn = await create(
    'names',
    machine({
      Ask: {
        ...task(),
        Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
        Arguments: { token: '{% $states.context.Task.Token %}' },
      },
    }),
  );
  const request = { stateMachineArn: arn, name: 'mine', input: '{"a":1}' };
  const first = await client.send(new StartExecutionCommand(request));
  const again = await client.send(new StartExecutionCommand(request));
  expect(again.executionArn).toBe(first.executionArn);
  expect(again.startDate).toEqual(first.startDate);
  await expect(
    client.send(new StartExecutionCommand({ ...request, input: '{"a":2}' })),
  ).rejects.toMatchObject({
    name: 'ExecutionAlreadyExists',
  });
  await client.send(new StopExecutionCommand({ executionArn: first.executionArn }));
  await expect(client.send(new StartExecutionCommand(request))).rejects.toMatchObject({
    name: 'ExecutionAlreadyExists',
  });
});

test('executions are listed newest first, in pages, by status and by redrive', async () => {
  const arn = await create(
    'listed',
    machine({ Wait: { Type: 'Wait', Seconds: 1, Next: 'Work' }, Work: task() }),
  );
  const failed: string[] = [];
  for (let index = 0; index < 5; index++) failed.unshift(await runToEnd(arn, `f${index}`));
  broken = false;
  const succeeded = await runToEnd(arn, 's');
  await client.send(new RedriveExecutionCommand({ executionArn: failed[0] }));
  await service.whenEnded(failed[0] ?? '');
  broken = true;
  const listed: string[] = [];
  for await (const page of paginateListExecutions({ client, pageSize: 2 }, { stateMachineArn: arn })) {
    listed.push(...(page.executions ?? []).map((execution) => execution.executionArn ?? ''));
  }
  expect(listed).toEqual([succeeded, ...failed]);
  const names = async (filter: object): Promise<unknown[]> =>
    (
      (await client.send(new ListExecutionsCommand({ stateMachineArn: arn, ...filter }))).executions ?? []
    ).map(({ name }) => name);
  expect(await names({ statusFilter: 'FAILED' })).toEqual(['f3', 'f2', 'f1', 'f0']);
  expect(await names({ redriveFilter: 'REDRIVEN' })).toEqual(['f4']);
  expect(await names({ statusFilter: 'SUCCEEDED', redriveFilter: 'NOT_REDRIVEN' })).toEqual(['s']);
});

test('a task token is answered, failed or kept alive from outside', async () => {
  const arn = await create(
    'callback',
    machine({
      Ask: {
        Type: 'Task',
        Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
        Arguments: { token: '{% $states.context.Task.Token %}' },
        Catch: [{ ErrorEquals: ['Refused'], Output: '{% $states.errorOutput %}', Next: 'Refused' }],
        End: true,
      },
      Refused: { Type: 'Succeed' },
    }),
  );
  tokens.length = 0;
  const { executionArn = '' } = await client.send(new StartExecutionCommand({ stateMachineArn: arn }));
  const other = await client.send(new StartExecutionCommand({ stateMachineArn: arn }));
  await client.send(new SendTaskHeartbeatCommand({ taskToken: tokens[0] }));
  await client.send(new SendTaskSuccessCommand({ taskToken: tokens[0], output: '{"answer":42}' }));
  await client.send(new SendTaskFailureCommand({ taskToken: tokens[1], error: 'Refused', cause: 'no' }));
  expect((await service.whenEnded(executionArn)).output).toBe('{"answer":42}');
  expect((await service.whenEnded(other.executionArn ?? '')).output).toBe('{"Error":"Refused","Cause":"no"}');
  expect((await history(executionArn, 100)).map((event) => event.type)).toEqual([
    'ExecutionStarted',
    'TaskStateEntered',
    'TaskScheduled',
    'TaskStarted',
    'TaskSubmitted',
    'TaskSucceeded',
    'TaskStateExited',
    'ExecutionSucceeded',
  ]);
  await expect(
    client.send(new SendTaskSuccessCommand({ taskToken: tokens[0], output: '{}' })),
  ).rejects.toMatchObject({
    name: 'TaskTimedOut',
    message: "Task Timed Out: 'Provided task does not exist anymore'",
  });
  await expect(
    client.send(new SendTaskSuccessCommand({ taskToken: 'nonsense', output: '{}' })),
  ).rejects.toMatchObject({ name: 'InvalidToken' });
});

test('machines are created idempotently, described, updated, tagged, listed and deleted', async () => {
  const definition = machine({ Done: { Type: 'Succeed' } });
  const arn = await create('managed', definition);
  expect(await create('managed', definition)).toBe(arn);
  await expect(create('managed', machine({ Other: { Type: 'Succeed' } }))).rejects.toMatchObject({
    name: 'StateMachineAlreadyExists',
  });
  const executionArn = await runToEnd(arn);
  const updated = machine({ Updated: { Type: 'Succeed' } });
  await client.send(
    new UpdateStateMachineCommand({ stateMachineArn: arn, definition: JSON.stringify(updated) }),
  );
  expect(await client.send(new DescribeStateMachineCommand({ stateMachineArn: arn }))).toMatchObject({
    name: 'managed',
    status: 'ACTIVE',
    type: 'STANDARD',
    roleArn: testRole,
    definition: JSON.stringify(updated),
  });
  const started = await client.send(new DescribeStateMachineForExecutionCommand({ executionArn }));
  expect(started.definition).toBe(JSON.stringify(definition));

  await client.send(
    new TagResourceCommand({
      resourceArn: arn,
      tags: [
        { key: 'a', value: '1' },
        { key: 'b', value: '2' },
      ],
    }),
  );
  await client.send(new UntagResourceCommand({ resourceArn: arn, tagKeys: ['a'] }));
  expect((await client.send(new ListTagsForResourceCommand({ resourceArn: arn }))).tags).toEqual([
    { key: 'b', value: '2' },
  ]);
  const listed = await client.send(new ListStateMachinesCommand({}));
  expect(listed.stateMachines?.map(({ name }) => name)).toContain('managed');
  await client.send(new DeleteStateMachineCommand({ stateMachineArn: arn }));
  await expect(client.send(new DescribeStateMachineCommand({ stateMachineArn: arn }))).rejects.toMatchObject({
    name: 'StateMachineDoesNotExist',
  });
});

test('a definition is validated without being created', async () => {
  const bad = machine({ Pass: { Type: 'Pass', InputPath: '$.a', Next: 'Nope' } });
  const answer = await client.send(
    new ValidateStateMachineDefinitionCommand({ definition: JSON.stringify(bad) }),
  );
  expect(answer.result).toBe('FAIL');
  expect(answer.diagnostics?.map(({ code, location }) => [code, location])).toEqual([
    ['SCHEMA_VALIDATION_FAILED', '/States/Pass'],
    ['MISSING_TRANSITION_TARGET', '/States/Pass/Next'],
    ['MISSING_END_STATE', undefined],
  ]);
  await expect(create('bad', bad)).rejects.toMatchObject({
    name: 'InvalidDefinition',
    message: expect.stringContaining('MISSING_END_STATE: Workflow has no terminal state at null') as string,
  });
});

test.each([
  [
    'no execution',
    new DescribeExecutionCommand({ executionArn: 'arn:aws:states:eu-central-1:111122223333:execution:a:b' }),
    'ExecutionDoesNotExist',
  ],
  ['no ARN', new DescribeExecutionCommand({ executionArn: 'nonsense' }), 'InvalidArn'],
  [
    'no machine',
    new StartExecutionCommand({ stateMachineArn: 'arn:aws:states:eu-central-1:111122223333:stateMachine:x' }),
    'StateMachineDoesNotExist',
  ],
])('%s is an error by the name of AWS', async (_what, command, name) => {
  await expect(client.send(command as DescribeExecutionCommand)).rejects.toMatchObject({ name });
});

test.each([
  ['input that is no JSON', { input: '{' }, 'InvalidExecutionInput'],
  ['input that is too large', { input: JSON.stringify('x'.repeat(262_144)) }, 'ValidationException'],
  ['a name with a space', { name: 'a b' }, 'InvalidName'],
  ['a name that is too long', { name: 'x'.repeat(81) }, 'ValidationException'],
])('%s is refused', async (what, fields, name) => {
  const stateMachineArn = await create(
    `refusing-${what.replaceAll(' ', '-')}`,
    machine({ Done: { Type: 'Succeed' } }),
  );
  await expect(client.send(new StartExecutionCommand({ stateMachineArn, ...fields }))).rejects.toMatchObject({
    name,
  });
});

test('the handler answers without HTTP, also what it does not know', async () => {
  const handle = createApiHandler(service);
  expect(await handle('ListStateMachines', {})).toMatchObject({ status: 200 });
  expect(await handle('CreateActivity', { name: 'a' })).toMatchObject({
    status: 400,
    body: { __type: 'UnknownOperationException' },
  });
});
