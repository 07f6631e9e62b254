import * as lambdaSdk from '@aws-sdk/client-lambda';
import * as policies from '../../workflows/retry-policies';

const { longestWait, retryProps } = policies;

/** Seconds, as the comments in the file say them. */
const documented = {
  lambdaService: 90,
  transient: 75,
  buildQueue: 2250,
  buildService: 95,
  eventDelivery: 30,
  certificateRecords: 284,
  certificateIssued: 4682,
  customDomainActive: 4755,
  clusterActive: 2232,
  ingressAddress: 1758,
  dnsInSync: 879,
  endpointReady: 1758,
  concurrencyReady: 858,
  deletionDone: 3482,
} as const;

describe('retry policies', () => {
  it('wait as long as their comments say', () => {
    const computed = Object.fromEntries(
      Object.keys(documented).map((name) => [
        name,
        Math.round(longestWait(policies[name as keyof typeof documented])),
      ]),
    );
    expect(computed).toEqual(documented);
  });

  it('are all documented', () => {
    const known = Object.entries(policies).flatMap(([name, policy]) =>
      typeof policy === 'object' ? [name] : [],
    );
    expect(known.sort()).toEqual(Object.keys(documented).sort());
  });

  it('name each error once, but for those of all that a state may meet', () => {
    const named = (all: readonly (readonly [string, unknown])[]) =>
      all.flatMap(([, policy]) =>
        typeof policy === 'object' ? (policy as policies.RetryPolicy).errors : [],
      );
    const specific = named(Object.entries(policies).filter(([name]) => name !== 'eventDelivery'));
    expect(new Set(specific).size).toBe(specific.length);
  });

  it('say that a timeout is retried where they mean every error: States.TaskFailed leaves it out', () => {
    const everyError = Object.values(policies).flatMap((policy) =>
      typeof policy === 'object' && policy.errors.includes('States.TaskFailed') ? [policy] : [],
    );
    expect(everyError).not.toEqual([]);
    for (const { errors } of everyError) expect(errors).toContain('States.Timeout');
  });

  it('know every name of the Lambda service by its SDK or by the guide of Step Functions', () => {
    const guide = [
      'ClientExecutionTimeoutException',
      'ServiceException',
      'AWSLambdaException',
      'SdkClientException',
      'TooManyRequestsException',
    ];
    const names = policies.lambdaService.errors.map((name) => name.replace(/^Lambda\./, ''));
    expect(names).toEqual(expect.arrayContaining(guide));
    expect(names.filter((name) => !guide.includes(name) && !(name in lambdaSdk))).toEqual([]);
  });

  it('try again an attempt that was lost, however Lambda or Step Functions call that', () => {
    expect(policies.transient.errors).toEqual(
      expect.arrayContaining(['Sandbox.Timedout', 'Lambda.Unknown', 'Runtime.ExitError', 'States.Timeout']),
    );
  });

  it('reach the state as they are', () => {
    const props = retryProps(policies.dnsInSync);
    expect(props).toMatchObject({ errors: ['DnsChangePending'], backoffRate: 1.5, maxAttempts: 60 });
    expect(props.interval?.toSeconds()).toBe(5);
    expect(props.maxDelay?.toSeconds()).toBe(15);
    expect(props.jitterStrategy).toBeUndefined();
  });
});
