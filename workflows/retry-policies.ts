import { Duration } from 'aws-cdk-lib';
import { JitterType, type RetryProps } from 'aws-cdk-lib/aws-stepfunctions';
import { errorNames, type ErrorNameOf } from '../core/errors';

/**
 * When a state is tried again, by the name of the error. Times are in seconds.
 *
 * A retried Lambda task adds three events to the history (scheduled, started, failed), so the longest policy below
 * (80 attempts) costs 240 of the 25,000 that an execution may have. A redrive resets every count.
 */
export interface RetryPolicy {
  readonly errors: readonly string[];
  /** Wait before the first retry. */
  readonly interval: number;
  /** Factor from one wait to the next. */
  readonly backoffRate: number;
  /** No wait is longer. */
  readonly maxDelay: number;
  /** Retries, not counting the first attempt. */
  readonly maxAttempts: number;
  /** Spreads the retries of executions that were throttled together. Polling needs none. */
  readonly jitter?: true;
}

/**
 * The Lambda service itself failed or throttled, or was not ready: nothing is known about the task. The first five are
 * those of the Step Functions guide, "Handle transient Lambda service exceptions"; the others are what Invoke answers
 * while something of a function is made or thawed (Lambda API reference, Invoke).
 * 2 + 4 + 8 + 16 + 30 + 30 = 90 s at most.
 */
export const lambdaService: RetryPolicy = {
  errors: [
    'Lambda.ClientExecutionTimeoutException',
    'Lambda.ServiceException',
    'Lambda.AWSLambdaException',
    'Lambda.SdkClientException',
    'Lambda.TooManyRequestsException',
    'Lambda.EC2ThrottledException',
    'Lambda.EC2UnexpectedException',
    'Lambda.ENINotReadyException',
    'Lambda.ResourceConflictException',
    'Lambda.ResourceNotReadyException',
    'Lambda.SnapStartException',
    'Lambda.SnapStartNotReadyException',
    'Lambda.SnapStartTimeoutException',
  ],
  interval: 2,
  backoffRate: 2,
  maxDelay: 30,
  maxAttempts: 6,
  jitter: true,
};

/**
 * A task met something that may go away by itself, or its attempt was lost (tasks are idempotent): it ran into its
 * function's own timeout, its process ended, or Step Functions never heard of it again.
 * 3 + 6 + 12 + 24 + 30 = 75 s at most.
 */
export const transient: RetryPolicy = {
  errors: [
    ...errorNames('transient'),
    'Sandbox.Timedout',
    'Lambda.Unknown',
    'Runtime.ExitError',
    'States.Timeout',
  ],
  interval: 3,
  backoffRate: 2,
  maxDelay: 30,
  maxAttempts: 5,
  jitter: true,
};

/**
 * CodeBuild refuses a build while the account runs as many as it may; a build that failed is not retried.
 * 30 + 60 + 120 + 240 + 300 × 6 = 2,250 s, about the length of the build that is in the way.
 */
export const buildQueue: RetryPolicy = {
  errors: ['CodeBuild.AccountLimitExceededException', 'CodeBuild.SdkClientException'],
  interval: 30,
  backoffRate: 2,
  maxDelay: 300,
  maxAttempts: 10,
};

/**
 * CodeBuild did not take the call, for no reason that has a name of its own (throttled, or a fault of its own; named as
 * Step Functions names these of Lambda). Also what nobody mends by waiting looks like this, so it is not waited for long.
 * 5 + 10 + 20 + 30 + 30 = 95 s at most.
 */
export const buildService: RetryPolicy = {
  errors: ['CodeBuild.AWSCodeBuildException'],
  interval: 5,
  backoffRate: 2,
  maxDelay: 30,
  maxAttempts: 5,
  jitter: true,
};

/**
 * EventBridge did not take the event; publishing twice does no harm. States.TaskFailed stands for every error but a
 * timeout (Amazon States Language, "Errors"). 2 + 4 + 8 + 16 = 30 s.
 */
export const eventDelivery: RetryPolicy = {
  errors: ['States.TaskFailed', 'States.Timeout'],
  interval: 2,
  backoffRate: 2,
  maxDelay: 16,
  maxAttempts: 4,
};

/** A polling policy waits for one thing that is under way. */
function polling(
  error: ErrorNameOf<'not-ready'>,
  schedule: Pick<RetryPolicy, 'interval' | 'backoffRate' | 'maxDelay' | 'maxAttempts'>,
): RetryPolicy {
  return { errors: [error], ...schedule };
}

/** ACM offers the validation records seconds after the request. 3 + 4.5 + 6.75 + 10 × 27 = 284 s, about 5 min. */
export const certificateRecords = polling('CertificateRecordsPending', {
  interval: 3,
  backoffRate: 1.5,
  maxDelay: 10,
  maxAttempts: 30,
});

/**
 * ACM finds the records and issues: minutes as a rule, half an hour at times.
 * 15 + 22.5 + 33.75 + 50.6 + 60 × 76 = 4,682 s, 78 min.
 */
export const certificateIssued = polling('CertificateNotIssued', {
  interval: 15,
  backoffRate: 1.5,
  maxDelay: 60,
  maxAttempts: 80,
});

/**
 * A custom domain's CloudFront distribution: up to 15 minutes, at times 60.
 * 30 + 45 + 60 × 78 = 4,755 s, 79 min.
 */
export const customDomainActive = polling('CustomDomainNotActive', {
  interval: 30,
  backoffRate: 1.5,
  maxDelay: 60,
  maxAttempts: 80,
});

/**
 * The build ends with an active cluster; an update that began meanwhile takes some 10 minutes more.
 * 10 + 15 + 22.5 + 33.75 + 50.6 + 60 × 35 = 2,232 s, 37 min.
 */
export const clusterActive = polling('ClusterNotActive', {
  interval: 10,
  backoffRate: 1.5,
  maxDelay: 60,
  maxAttempts: 40,
});

/** The controller makes the load balancer in 2 to 5 minutes. 10 + 15 + 22.5 + 30 × 57 = 1,758 s, 29 min. */
export const ingressAddress = polling('IngressHasNoAddress', {
  interval: 10,
  backoffRate: 1.5,
  maxDelay: 30,
  maxAttempts: 60,
});

/** Route 53 is in sync within 60 s as a rule. 5 + 7.5 + 11.25 + 15 × 57 = 879 s, 15 min. */
export const dnsInSync = polling('DnsChangePending', {
  interval: 5,
  backoffRate: 1.5,
  maxDelay: 15,
  maxAttempts: 60,
});

/**
 * Resolvers may hold the old answer for the record's TTL, targets take minutes to become healthy.
 * 10 + 15 + 22.5 + 30 × 57 = 1,758 s, 29 min.
 */
export const endpointReady = polling('EndpointNotReady', {
  interval: 10,
  backoffRate: 1.5,
  maxDelay: 30,
  maxAttempts: 60,
});

/** Provisioned concurrency is allocated in 1 to 3 minutes. 10 + 15 + 22.5 + 30 × 27 = 858 s, 14 min. */
export const concurrencyReady = polling('ConcurrencyNotReady', {
  interval: 10,
  backoffRate: 1.5,
  maxDelay: 30,
  maxAttempts: 30,
});

/**
 * Something that was told to go is still there: a custom domain (its distribution is taken down first), a
 * certificate that a load balancer held until just now. 15 + 22.5 + 33.75 + 50.6 + 60 × 56 = 3,482 s, 58 min.
 */
export const deletionDone = polling('DeletionPending', {
  interval: 15,
  backoffRate: 1.5,
  maxDelay: 60,
  maxAttempts: 60,
});

/**
 * The waits of a policy, without jitter.
 *
 * @returns the longest time that a state can spend waiting between attempts, in seconds
 */
export function longestWait(policy: RetryPolicy): number {
  return Array.from({ length: policy.maxAttempts }, (_, attempt) =>
    Math.min(policy.interval * policy.backoffRate ** attempt, policy.maxDelay),
  ).reduce((total, wait) => total + wait, 0);
}

/** The policy as the CDK's state methods take it. */
export function retryProps(policy: RetryPolicy): RetryProps {
  return {
    errors: [...policy.errors],
    interval: Duration.seconds(policy.interval),
    backoffRate: policy.backoffRate,
    maxDelay: Duration.seconds(policy.maxDelay),
    maxAttempts: policy.maxAttempts,
    ...(policy.jitter === true && { jitterStrategy: JitterType.FULL }),
  };
}
