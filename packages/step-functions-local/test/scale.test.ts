import { createService, machine, testRole, task, type States } from '../src/testing';

/** Thirty states: ten tasks, ten waits of a minute, ten passes. */
const thirty: States = Object.fromEntries(
  Array.from({ length: 30 }, (_, index) => {
    const next = index === 29 ? { End: true } : { Next: `state ${index + 1}` };
    const kinds = [
      task({ Output: '{% $states.result %}', ...next }),
      { Type: 'Wait', Seconds: 60, ...next },
      { Type: 'Pass', Output: '{% $states.input + 1 %}', ...next },
    ];
    return [`state ${index}`, kinds[index % 3]];
  }),
);

test('a thousand executions at once pass through their waits, each with its own state', async () => {
  let events = 0;
  const tasks = Object.fromEntries(Object.keys(thirty).map((name) => [name, () => 1]));
  const service = createService(tasks, { retainedExecutions: 100, onHistoryEvent: () => events++ });
  const { arn } = service.createStateMachine({
    name: 'thirty',
    definition: JSON.stringify(machine(thirty)),
    roleArn: testRole,
  });
  const started = Array.from({ length: 1000 }, () => service.startExecution({ stateMachineArn: arn }));
  const ended = await Promise.all(started.map((record) => service.whenEnded(record.arn)));
  expect(ended.filter((record) => record.status === 'SUCCEEDED' && record.output === '2')).toHaveLength(1000);
  expect(ended.every((record) => (record.stopDate ?? 0) - record.startDate === 600_000)).toBe(true);
  // ExecutionStarted and ExecutionSucceeded; five events of a task, two of every other state.
  expect(events).toBe(1000 * (2 + 10 * 5 + 20 * 2));
  expect(service.executions.all()).toHaveLength(100);
});
