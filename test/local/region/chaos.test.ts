import { Chaos } from '../../../local/region';
import type { AwsRequest } from '../../../local/region/gateway/aws-request';

const functionName = 'kubeflow-eks-ensure-user-pool';

const request = (service: string, operation: string, mutating = true): AwsRequest => ({
  service,
  operation,
  mutating,
  accessKeyId: 'ASIA',
  region: 'eu-central-1',
});

/** Many different calls, the later ones again and again. */
const calls = Array.from({ length: 200 }, (_, index) =>
  request('cognito-idp', `Operation${(index % 80).toString()}`),
);

/** What of the calls was met, in the order of the calls that are given. */
function metBy(seed: number, order: readonly AwsRequest[]): string[] {
  const chaos = new Chaos(seed);
  chaos.faults.function(functionName, { workflow: { state: 'Ensure user pool' } });
  for (const each of order) {
    chaos.faults.kill(functionName, each);
    chaos.faults.request(each, functionName);
  }
  return chaos.met.map(({ kind, call }) => `${kind} ${call}`).sort();
}

test('a seed means the same faults in whatever order things happen, another seed others', () => {
  expect(metBy(7, calls)).toEqual(metBy(7, [...calls].reverse()));
  expect(metBy(7, calls).length).toBeGreaterThan(4);
  expect(metBy(7, calls)).not.toEqual(metBy(8, calls));
});

test('every fault of a call passes: no call is struck twice by the same one', () => {
  for (let seed = 0; seed < 50; seed += 1) {
    const met = metBy(seed, calls);
    expect(new Set(met).size).toBe(met.length);
  }
});

test('ids that are made up in each run do not decide what is met', () => {
  const ofZone = (id: string) =>
    Array.from({ length: 300 }, (_, seed) =>
      metBy(seed, [request('route53', `POST /2013-04-01/hostedzone/${id}/rrset`)]),
    );
  expect(ofZone('Z0123456789ABC')).toEqual(ofZone('ZFEDCBA987654'));
});

test('what recovered a fault is told: a repeated call, a retried step, a redriven execution', () => {
  const step = { workflow: { state: 'Ensure user pool' } };
  const seedWith = (kind: string, strike: (chaos: Chaos) => void): Chaos => {
    for (let seed = 0; ; seed += 1) {
      const chaos = new Chaos(seed);
      chaos.faults.function(functionName, step);
      strike(chaos);
      if (chaos.met.length === 1 && chaos.met[0]?.kind === kind) return chaos;
    }
  };
  const call = request('cognito-idp', 'CreateUserPool');

  const repeated = seedWith('throttled', ({ faults }) => {
    faults.request(call, functionName);
    faults.answer(functionName, step, { result: {} });
  });
  repeated.ended();
  expect(repeated.met[0]).toMatchObject({ step: 'Ensure user pool', recovery: 'the call was repeated' });

  const failing = { error: { errorType: 'AwsTransient', errorMessage: '' } };
  const retried = seedWith('throttled', ({ faults }) => {
    faults.request(call, functionName);
    faults.answer(functionName, step, failing);
  });
  expect(retried.met[0]?.recovery).toBeUndefined();
  retried.faults.function(functionName, step);
  expect(retried.met[0]?.recovery).toBe('the step was retried');

  const redriven = seedWith('build killed', ({ faults }) => {
    for (let line = 0; line < 20; line += 1) faults.machine('kubeflow-eks-cluster', 'BUILD', line);
  });
  redriven.redriven();
  expect(redriven.met[0]).toEqual({
    kind: 'build killed',
    call: 'BUILD of kubeflow-eks-cluster',
    recovery: 'the execution was redriven',
  });
});

test('the registry is away for more requests in a row than one call is repeated, and then is back', () => {
  const chaos = new Chaos(3);
  const cut = Array.from({ length: 100 }, (_, index) =>
    chaos.faults.request(request('dynamodb', `GetItem${index.toString()}`), functionName),
  ).map((fault) => fault !== undefined && 'cut' in fault && fault.cut === 'before');
  const longest = Math.max(
    ...cut
      .map(String)
      .join(' ')
      .split('false')
      .map((run) => run.split('true').length - 1),
  );
  expect(longest).toBeGreaterThan(5);
  expect(cut.slice(50).filter(Boolean).length).toBeLessThan(10);
});
