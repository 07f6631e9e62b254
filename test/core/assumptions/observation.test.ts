import {
  assumptionLines,
  mergeObservations,
  observationsOf,
  refutedOnAws,
  type Observation,
} from '../../../core/assumptions/observation';
import { observationsIn } from '../../../core/assumptions/read-history';
import type { ExecutionEvent } from '../../../core/execution/execution-event';

const verified: Observation = { id: 'cluster-key', verdict: 'verified' };
const refuted: Observation = { id: 'cluster-tags', verdict: 'refuted', value: 'no mark of a region' };
const notSeen: Observation = { id: 'name-servers', verdict: 'not-observed', value: 'ETIMEOUT' };

let id = 0;
const succeeded = (output: unknown): ExecutionEvent => ({
  id: (id += 1),
  previousEventId: id - 1,
  timestamp: 0,
  type: 'TaskSucceeded',
  output: typeof output === 'string' ? output : JSON.stringify(output),
});
const build = (variables: Record<string, string>): ExecutionEvent =>
  succeeded({
    Build: {
      ExportedEnvironmentVariables: Object.entries(variables).map(([Name, Value]) => ({ Name, Value })),
    },
  });

test('the history of an execution says what its steps have seen, in the order of the table', () => {
  const events = [
    succeeded({ Payload: { holder: 'arn', assumptions: [notSeen] } }),
    succeeded({ Payload: { changes: [], assumptions: [refuted, verified] } }),
    succeeded({ Payload: null }),
    succeeded('no JSON'),
    succeeded({ Entries: [] }),
    { id: 99, previousEventId: 98, timestamp: 0, type: 'TaskFailed', error: 'X' },
  ];
  expect(observationsIn(events)).toEqual([notSeen, refuted, verified]);
});

test('what a build exports is seen by its coming, and missed where it does not come', () => {
  const node = { id: 'build-proxy', verdict: 'verified', value: 'Node.js 22.21.0', elsewhere: '127.0.0.1' };
  expect(observationsIn([build({ FAILURE: '', ASSUMPTIONS: JSON.stringify([node]) })])).toEqual([
    { id: 'exported-variables', verdict: 'verified', elsewhere: '127.0.0.1' },
    node,
  ]);
  for (const variables of [{ FAILURE: '' }, { FAILURE: '', ASSUMPTIONS: '' }])
    expect(observationsIn([build(variables)])).toMatchObject([
      { id: 'exported-variables', verdict: 'refuted', value: expect.stringContaining('FAILURE') as string },
    ]);
});

test('one that is refuted anywhere does not hold, and a look that showed nothing takes nothing back', () => {
  const holds: Observation = { ...refuted, verdict: 'verified' };
  expect(mergeObservations([refuted, holds])).toEqual([refuted]);
  expect(mergeObservations([verified, { ...verified, verdict: 'not-observed' }])).toEqual([verified]);
  expect(mergeObservations([verified, { ...verified, value: 'later' }])).toEqual([
    { ...verified, value: 'later' },
  ]);
});

test('what another release has noted, and what is none, is passed over', () => {
  expect(
    observationsOf([verified, { id: 'of-tomorrow', verdict: 'verified' }, { id: 'cluster-key' }, 7]),
  ).toEqual([verified]);
  expect(observationsOf({ id: 'cluster-key' })).toEqual([]);
});

describe('where something else than AWS has answered', () => {
  const elsewhere = '127.0.0.1';

  test('nobody is told of an assumption that does not hold there', () => {
    expect(refutedOnAws([refuted, verified])).toEqual([refuted]);
    expect(refutedOnAws([{ ...refuted, elsewhere }])).toEqual([]);
  });

  test('the lines say that nothing is proven', () => {
    expect(assumptionLines([verified, refuted, notSeen])).toEqual([
      'assumptions about AWS: 1 verified, 1 refuted, 1 not observed',
      expect.stringMatching(/^- cluster-tags: refuted\. .*Seen: no mark of a region\.$/),
    ]);
    expect(assumptionLines([{ ...verified, elsewhere }])).toEqual([
      'assumptions about AWS, asked of 127.0.0.1, which is not AWS and proves nothing of it: 1 verified, 0 refuted, 0 not observed',
    ]);
    expect(assumptionLines([])).toEqual([]);
  });
});
