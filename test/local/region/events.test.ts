import { EventBus } from '../../../local/region/events/bus';
import { matches } from '../../../local/region/events/pattern';

const event = {
  source: 'aws.states',
  'detail-type': 'Step Functions Execution Status Change',
  detail: { status: 'FAILED', stateMachineArn: 'arn:sm:1' },
};

describe('an event pattern', () => {
  test.each<[string, Parameters<typeof matches>[0], boolean]>([
    [
      'one of the listed values',
      { source: ['aws.states', 'x'], detail: { status: ['FAILED', 'ABORTED'] } },
      true,
    ],
    ['none of the listed values', { detail: { status: ['SUCCEEDED'] } }, false],
    ['a field that the event lacks', { detail: { colour: ['blue'] } }, false],
    ['a prefix', { detail: { stateMachineArn: [{ prefix: 'arn:sm' }] } }, true],
    ['anything but', { detail: { status: [{ 'anything-but': ['FAILED'] }] } }, false],
    ['a field that must not exist', { detail: { output: [{ exists: false }] } }, true],
  ])('with %s', (_, pattern, expected) => {
    expect(matches(pattern, event)).toBe(expected);
  });

  test('with an operator that the region does not know is an error, not a silence', () => {
    expect(() => matches({ source: [{ wildcard: 'a*' }] }, event)).toThrow('wildcard');
  });
});

describe('the event bus', () => {
  function busWith(
    rule: Partial<{
      input: string;
      inputTransformer: { inputPathsMap: Record<string, string>; inputTemplate: string };
    }>,
  ) {
    const delivered: [string, unknown][] = [];
    const failures: unknown[] = [];
    const bus = new EventBus({
      accountId: '111122223333',
      region: 'eu-west-1',
      rules: [
        {
          name: 'failed',
          arn: 'arn:rule',
          eventPattern: { source: ['aws.states'] },
          targets: [{ id: 't', arn: 'arn:target', ...rule }],
        },
        {
          name: 'nightly',
          arn: 'arn:schedule',
          schedule: 'rate(1 day)',
          targets: [{ id: 't', arn: 'arn:nightly' }],
        },
      ],
      deliver: (arn, input) => {
        delivered.push([arn, input]);
        return arn === 'arn:broken' ? Promise.reject(new Error('down')) : Promise.resolve();
      },
      onFailure: (_, error) => failures.push(error),
    });
    return { bus, delivered, failures };
  }

  test('delivers an event to the rules that match, and not to schedules', async () => {
    const { bus, delivered } = busWith({});
    bus.put(event);
    bus.put({ ...event, source: 'elsewhere' });
    await bus.settled();
    expect(delivered).toHaveLength(1);
    expect(delivered[0]?.[1]).toMatchObject({ ...event, account: '111122223333' });
    expect(bus.events).toHaveLength(2);
  });

  test('gives a target its constant input', async () => {
    const { bus, delivered } = busWith({ input: '{"deployment":"acme"}' });
    bus.put(event);
    await bus.settled();
    expect(delivered).toEqual([['arn:target', { deployment: 'acme' }]]);
  });

  test('fills an input template, text within quotes as it is and all else as JSON', async () => {
    const { bus, delivered } = busWith({
      inputTransformer: {
        inputPathsMap: { status: '$.detail.status', detail: '$.detail' },
        inputTemplate: '{"text": "it is <status>", "bare": <status>, "all": <detail>}',
      },
    });
    bus.put(event);
    await bus.settled();
    expect(delivered[0]?.[1]).toEqual({ text: 'it is FAILED', bare: 'FAILED', all: event.detail });
  });

  test.each([
    ['a list', ['one', 'two'], 'found: [one,two].'],
    ['an object', { a: ['b'] }, 'found: {a:[b]}.'],
    ['a number', 3, 'found: 3.'],
    ['nothing', undefined, 'found: .'],
  ])('puts %s into a text without its quotes', async (_, warnings, text) => {
    const { bus, delivered } = busWith({
      inputTransformer: {
        inputPathsMap: { warnings: '$.detail.warnings' },
        inputTemplate: '"found: <warnings>."',
      },
    });
    bus.put({ ...event, detail: { warnings } });
    await bus.settled();
    expect(delivered).toEqual([['arn:target', text]]);
  });

  test.each([
    ['a text', 'the certificate "ADFS" expires'],
    ['a text of a list', ['the certificate "ADFS" expires']],
    ['a text of two lines', 'it expires\nsoon'],
  ])(
    'delivers no text into which %s with a character of JSON is put: none is escaped',
    async (_, warnings) => {
      const { bus, delivered, failures } = busWith({
        inputTransformer: {
          inputPathsMap: { warnings: '$.detail.warnings' },
          inputTemplate: '"found: <warnings>."',
        },
      });
      bus.put({ ...event, detail: { warnings } });
      await bus.settled();
      expect(delivered).toEqual([]);
      expect(failures).toHaveLength(1);
    },
  );

  test('takes an event also where its template cannot be filled, and says that the delivery failed', async () => {
    const { bus, delivered, failures } = busWith({
      inputTransformer: { inputPathsMap: {}, inputTemplate: 'no JSON' },
    });
    expect(bus.put(event)).not.toBe('');
    await bus.settled();
    expect(delivered).toEqual([]);
    expect(failures).toHaveLength(1);
  });

  test('gives the targets of a schedule that is due a scheduled event, and is not on the bus', async () => {
    const { bus, delivered } = busWith({});
    bus.fire('nightly', new Date('2026-11-30T01:02:03.456Z'));
    await bus.settled();
    expect(delivered).toEqual([
      [
        'arn:nightly',
        {
          version: '0',
          source: 'aws.events',
          'detail-type': 'Scheduled Event',
          time: '2026-11-30T01:02:03Z',
          account: '111122223333',
          region: 'eu-west-1',
          resources: ['arn:schedule'],
          detail: {},
          id: expect.any(String) as string,
        },
      ],
    ]);
    expect(bus.events).toEqual([]);
  });

  test.each(['failed', 'absent'])('the rule %s has no schedule that could be due', (name) => {
    expect(() => {
      busWith({}).bus.fire(name);
    }).toThrow(`no rule ${name} has a schedule`);
  });
});
