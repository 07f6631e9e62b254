import { createVirtualClock } from '../src';
import { createService, ended, machine, run, start } from '../src/testing';

/** https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html */
test.each([
  ['2026-03-14T01:59:00.000Z', '2026-03-14T01:59:00Z'],
  ['2026-03-14T01:59:00.120Z', '2026-03-14T01:59:00.120Z'],
])('%s is shown as %s', async (time, shown) => {
  const clock = { ...createVirtualClock(), now: () => Date.parse(time) };
  const { output } = await run(
    {
      Show: {
        Type: 'Pass',
        Output: ['{% $states.context.Execution.StartTime %}', '{% $states.context.State.EnteredTime %}'],
        End: true,
      },
    },
    { clock },
  );
  expect(output).toEqual([shown, shown]);
});

test('an object as the items of a distributed Map gives its properties, by key', async () => {
  const each = (more: Record<string, unknown>) =>
    machine({
      Each: {
        Type: 'Map',
        Items: { a: 1, b: [2] },
        ItemProcessor: {
          ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
          StartAt: 'Inner',
          States: { Inner: { Type: 'Succeed' } },
        },
        End: true,
        ...more,
      },
    });
  const service = createService({});
  expect((await ended(service, start(service, each({})))).output).toEqual([
    { Key: 'a', Value: 1 },
    { Key: 'b', Value: [2] },
  ]);
  const selected = each({ ItemSelector: '{% $states.context.Map.Item %}' });
  expect((await ended(service, start(service, selected))).output).toEqual([
    { Index: 0, Key: 'a', Value: 1, Source: 'STATE_DATA' },
    { Index: 1, Key: 'b', Value: [2], Source: 'STATE_DATA' },
  ]);
});
