import { createIntegrations, type StatusChangeEvent } from '../src';
import { createService, ended, integration, machine, start, task, types, type Tasks } from '../src/testing';

/** A service whose executions start each other, and whose other tasks are the test's. */
function nesting(tasks: Tasks = {}, events: StatusChangeEvent[] = []) {
  return createService(
    {},
    {
      onStatusChange: (event) => events.push(event),
      integrations: (service) => {
        const real = createIntegrations({ region: 'eu-central-1' }, service);
        const others = integration(tasks);
        return { call: (request) => (request.service === 'states' ? real : others).call(request) };
      },
    },
  );
}

function create(service: ReturnType<typeof nesting>, name: string, definition: unknown): string {
  const roleArn = 'arn:aws:iam::111122223333:role/states';
  return service.createStateMachine({ name, definition: JSON.stringify(definition), roleArn }).arn;
}

const nested = (pattern: string, StateMachineArn: string, more: object = {}) => ({
  Type: 'Task',
  Resource: `arn:aws:states:::states:startExecution${pattern}`,
  Arguments: { StateMachineArn, Input: { from: 'parent' } },
  End: true,
  ...more,
});

describe('nested executions', () => {
  const child = machine({ Wait: { Type: 'Wait', Seconds: 60, Next: 'Work' }, Work: task() });

  test('.sync:2 waits and gives the output as JSON, .sync as text', async () => {
    const service = nesting({ Work: () => ({ n: 1 }) });
    const arn = create(service, 'child', child);
    const { output, record, events } = await ended(
      service,
      start(service, machine({ Child: nested('.sync:2', arn) })),
    );
    expect(output).toMatchObject({
      Status: 'SUCCEEDED',
      Input: { from: 'parent' },
      Output: { n: 1 },
      StateMachineArn: arn,
    });
    expect((record.stopDate ?? 0) - record.startDate).toBe(60_000);
    expect(types(events).slice(2, 6)).toEqual([
      'TaskScheduled',
      'TaskStarted',
      'TaskSubmitted',
      'TaskSucceeded',
    ]);

    const text = await ended(service, start(service, machine({ Child: nested('.sync', arn) })));
    expect(text.output).toMatchObject({ Output: '{"n":1}' });
  });

  test('without a pattern only starts', async () => {
    const service = nesting({ Work: () => 1 });
    const arn = create(service, 'child', child);
    const { output, record } = await ended(service, start(service, machine({ Child: nested('', arn) })));
    expect(output).toMatchObject({ ExecutionArn: expect.stringContaining(':execution:child:') as unknown });
    expect(record.stopDate).toBe(record.startDate);
  });

  test("a child that fails fails the task with the child's description as cause", async () => {
    const service = nesting();
    const arn = create(
      service,
      'child',
      machine({ Boom: { Type: 'Fail', Error: 'Mine', Cause: 'because' } }),
    );
    const { record } = await ended(service, start(service, machine({ Child: nested('.sync:2', arn) })));
    expect(record.failure?.error).toBe('States.TaskFailed');
    expect(JSON.parse(record.failure?.cause ?? '')).toMatchObject({
      Status: 'FAILED',
      Error: 'Mine',
      Cause: 'because',
    });
  });

  test('stopping the parent stops the child', async () => {
    const service = nesting({ Work: (request) => request.clock.sleep(Number.POSITIVE_INFINITY) });
    const arn = create(service, 'child', child);
    const parent = start(service, machine({ Child: nested('.sync:2', arn) }));
    await new Promise(setImmediate);
    service.stopExecution(parent);
    const children = service.executions.all().filter((record) => record.stateMachineName === 'child');
    expect(children).toMatchObject([
      {
        status: 'ABORTED',
        // As measured on AWS by the authors of floci: https://github.com/floci-io/floci/pull/3167.
        failure: {
          cause: `The Task state in AWS Step Functions execution [${parent}] which was managing this resource was aborted`,
        },
      },
    ]);
  });

  test('a machine that does not exist is an error of Step Functions', async () => {
    const service = nesting();
    const missing = 'arn:aws:states:eu-central-1:111122223333:stateMachine:missing';
    const { record } = await ended(service, start(service, machine({ Child: nested('.sync:2', missing) })));
    expect(record.failure?.error).toBe('StepFunctions.StateMachineDoesNotExistException');
  });
});

describe('distributed Map', () => {
  const distributed = (fields: object, states: Record<string, unknown>) => ({
    Each: {
      Type: 'Map',
      Label: 'Each',
      ItemProcessor: {
        ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
        StartAt: Object.keys(states)[0],
        States: states,
      },
      End: true,
      ...fields,
    },
  });

  test('runs child workflows, and the parent shows the Map Run only', async () => {
    const service = nesting({ Work: (request) => ({ got: request.arguments }) });
    const arn = start(
      service,
      machine(
        distributed(
          { MaxConcurrency: 2, ItemSelector: { v: '{% $states.context.Map.Item.Value %}' } },
          { Work: task({ Arguments: '{% $states.input.v %}', End: true }) },
        ),
      ),
      ['a', 'b', 'c'],
    );
    const { output, events } = await ended(service, arn);
    expect(output).toEqual([{ got: 'a' }, { got: 'b' }, { got: 'c' }]);
    expect(events.map(({ type, previousEventId }) => [type, previousEventId])).toEqual([
      ['ExecutionStarted', 0],
      ['MapStateEntered', 0],
      ['MapStateStarted', 2],
      ['MapRunStarted', 3],
      ['MapRunSucceeded', 4],
      ['MapStateSucceeded', 5],
      ['MapStateExited', 4],
      ['ExecutionSucceeded', 7],
    ]);
    const children = service.executions.all().filter((record) => record.mapRunArn !== undefined);
    expect(children).toHaveLength(3);
    expect(children[0]?.arn).toMatch(/:execution:machine-\d+\/Each:[0-9a-f-]{36}$/);
  });

  test('items may be batched', async () => {
    const service = nesting({ Work: (request) => request.arguments });
    const arn = start(
      service,
      machine(
        distributed(
          { Items: [1, 2, 3], ItemBatcher: { MaxItemsPerBatch: 2, BatchInput: { a: 1 } } },
          { Work: task({ Arguments: '{% $states.input %}', End: true }) },
        ),
      ),
    );
    expect((await ended(service, arn)).output).toEqual([
      { BatchInput: { a: 1 }, Items: [1, 2] },
      { BatchInput: { a: 1 }, Items: [3] },
    ]);
  });

  const odd = (broken: () => boolean, calls: unknown[]) => ({
    Work: (request: { arguments: unknown }) => {
      calls.push(request.arguments);
      if (broken() && Number(request.arguments) % 2 === 1) throw new Error('odd');
      return request.arguments;
    },
  });
  const work = { Work: task({ Arguments: '{% $states.input %}', End: true }) };

  test('fails above the tolerated failures, and a redrive runs the failed children only', async () => {
    let broken = true;
    const calls: unknown[] = [];
    const service = nesting(odd(() => broken, calls));
    const arn = start(service, machine(distributed({ Items: [2, 4, 5], MaxConcurrency: 1 }, work)));
    const failed = await ended(service, arn);
    expect(failed.record.failure).toEqual({
      error: 'States.ExceedToleratedFailureThreshold',
      cause: 'The specified tolerated failure threshold was exceeded',
    });
    expect(types(failed.events).slice(-3)).toEqual(['MapRunFailed', 'MapStateFailed', 'ExecutionFailed']);
    broken = false;
    service.redriveExecution(arn);
    const redriven = await ended(service, arn);
    expect(redriven.output).toEqual([2, 4, 5]);
    expect(calls).toEqual([2, 4, 5, 5]);
    expect(types(redriven.events)).toContain('MapRunRedriven');
    const child = service.executions.all().find((record) => record.mapRunArn !== undefined);
    expect(() => service.redriveExecution(child?.arn ?? '')).toThrow('redriving its parent');
  });

  test('tolerates failures up to the percentage', async () => {
    const service = nesting(odd(() => true, []));
    const arn = start(
      service,
      machine(distributed({ Items: [2, 4, 5], ToleratedFailurePercentage: 34 }, work)),
    );
    expect((await ended(service, arn)).output).toEqual([2, 4]);
  });

  test('child workflows do not see the variables of the parent', async () => {
    const service = nesting();
    const arn = start(
      service,
      machine({
        Set: { Type: 'Pass', Assign: { x: 1 }, Next: 'Each' },
        ...distributed({ Items: [1] }, { Look: { Type: 'Pass', Output: '{% $exists($x) %}', End: true } }),
      }),
    );
    expect((await ended(service, arn)).output).toEqual([false]);
  });
});

test('every change of status is an event of EventBridge', async () => {
  const events: StatusChangeEvent[] = [];
  const service = nesting({}, events);
  const arn = start(service, machine({ Boom: { Type: 'Fail', Error: 'Mine', Cause: 'because' } }), { a: 1 });
  await ended(service, arn);
  service.redriveExecution(arn);
  await ended(service, arn);
  expect(events.map((event) => event.detail.status)).toEqual(['RUNNING', 'FAILED', 'RUNNING', 'FAILED']);
  expect(events[1]).toMatchObject({
    source: 'aws.states',
    'detail-type': 'Step Functions Execution Status Change',
    account: '111122223333',
    region: 'eu-central-1',
    resources: [arn],
    detail: {
      executionArn: arn,
      name: 'run',
      input: '{"a":1}',
      output: null,
      error: 'Mine',
      cause: 'because',
      redriveCount: 0,
      redriveStatus: 'REDRIVABLE',
    },
  });
  expect(events[3]?.detail['redriveCount']).toBe(1);
});

test('a fault that is injected before a task is the outcome of that attempt', async () => {
  const service = createService(
    { Work: () => 'fine' },
    {
      beforeTask: ({ stateName, attempt }) =>
        stateName === 'Work' && attempt < 3 ? new Error(`fault ${attempt}`) : undefined,
    },
  );
  const { output, events } = await ended(
    service,
    start(service, machine({ Work: task({ Retry: [{ ErrorEquals: ['States.ALL'] }], End: true }) })),
  );
  expect(output).toBe('fine');
  expect(
    events.filter((event) => event.type === 'TaskFailed').map((event) => event.details?.['cause']),
  ).toEqual(['Error: fault 1', 'Error: fault 2']);
});
