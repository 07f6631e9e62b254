import {
  afterwards,
  buildFailing,
  buildOutOfTime,
  change,
  failing,
  firstCall,
  killedAfter,
  losingAnswer,
  oneAfterAnother,
  passing,
  refusing,
  registryCalls,
  restarting,
  staying,
  unheard,
  type MakeStrike,
} from './strikes';
import type { Call } from './struck-clients';

/** The columns of the matrix. */
export const faultKinds = [
  'throttled',
  'error that passes',
  'error that stays',
  'timeout',
  'answer lost',
  'killed',
  'build killed',
  'registry unreachable',
  'cluster unreachable',
  'restarted',
] as const;

export type FaultKind = (typeof faultKinds)[number];

/** What a state is, as far as faults tell states apart. */
export interface StateProfile {
  readonly name: string;
  /** `control`: Step Functions itself does it. */
  readonly work: 'function' | 'build' | 'event' | 'control';
  /** The task's file. */
  readonly file?: string;
  /** What its first attempt calls of AWS where nothing is in the way. */
  readonly calls: readonly Call[];
  /** Whether it asks for the lock before its first change once it is redriven. */
  readonly asksForLock: boolean;
}

/** One way in which a fault of a kind strikes a state. */
export interface Variant {
  readonly name: string;
  readonly strike: MakeStrike;
  /** Whether the workflow must come over it without an operator. */
  readonly byItself?: true;
  /** Whether Step Functions ends in it. */
  readonly restarts?: true;
}

/** The ways, or why there is none. */
export type Ways = readonly Variant[] | { readonly why: string };

const as = (name: string, strike: MakeStrike): Variant => ({ name, strike });
/** A fault that passes, over which a retry policy or the SDK helps. */
const briefly = (name: string, strike: MakeStrike): Variant => ({ name, strike, byItself: true });
const none = (why: string): Ways => ({ why });

const restarts: Ways = [
  { ...briefly('before it', passing(1, restarting('before'))), restarts: true },
  { ...briefly('after it', passing(1, restarting('after'))), restarts: true },
];

/** The tasks that talk to a cluster's API server. */
const talkToCluster = ['await-ingress', 'reconcile-access'];

/** How a fault of a kind can strike a state. */
export function waysOf(kind: FaultKind, state: StateProfile): Ways {
  if (state.work === 'control') return none('Step Functions does it itself');
  if (kind === 'restarted') return restarts;
  return { function: functionWays, build: buildWays, event: eventWays }[state.work](kind, state);
}

function functionWays(kind: FaultKind, { calls, file = '', asksForLock }: StateProfile): Ways {
  const changes = calls.filter(({ mutating }) => mutating);
  const atEach = (strike: (n: number) => MakeStrike, make = briefly): Variant[] =>
    changes.map(({ operation }, index) => make(`${index + 1}. ${operation}`, strike(index + 1)));
  switch (kind) {
    case 'throttled':
      return [
        briefly('Lambda', passing(2, failing('Lambda.TooManyRequestsException'))),
        ...(calls.length > 0
          ? [briefly('its first call', passing(1, refusing(firstCall, 'throttled')))]
          : []),
        ...atEach((n) => passing(1, refusing(change(n), 'throttled'))),
      ];
    case 'error that passes':
      return [briefly('AwsTransient', passing(3, failing('AwsTransient')))];
    case 'error that stays':
      return [
        calls.length > 0
          ? as('its first call is denied', staying(refusing(firstCall, 'denied')))
          : as('AccessDenied', staying(failing('AccessDenied'))),
        ...atEach((n) => staying(refusing(change(n), 'denied')), as),
      ];
    case 'timeout':
      return [
        briefly('of the state', passing(1, unheard)),
        briefly('of the function', passing(1, failing('Sandbox.Timedout'))),
        as('until it is mended', staying(failing('Sandbox.Timedout'))),
      ];
    case 'answer lost':
      return [
        briefly('of the function', passing(1, afterwards(failing('Lambda.SdkClientException')))),
        briefly('of the function, for good', passing(1, afterwards(unheard))),
        ...atEach((n) => passing(1, losingAnswer(change(n)))),
      ];
    case 'killed':
      if (changes.length > 0) return atEach((n) => passing(1, killedAfter(change(n))));
      if (calls.length > 0) return [briefly('after its first call', passing(1, killedAfter(firstCall)))];
      return none('it calls nothing of AWS: there is no middle');
    case 'registry unreachable':
      if (calls.some(({ service }) => service === 'DynamoDB'))
        return [
          briefly('for a moment', passing(1, refusing(registryCalls, 'unreachable'))),
          as('until it is mended', staying(refusing(registryCalls, 'unreachable'))),
        ];
      if (asksForLock && changes.length > 0)
        return [
          as(
            'when it is redriven',
            oneAfterAnother(refusing(change(1), 'denied'), refusing(registryCalls, 'unreachable')),
          ),
        ];
      return none('it does not ask the registry');
    case 'cluster unreachable':
      if (!talkToCluster.includes(file)) return none('it does not talk to the cluster');
      return [
        briefly('for a moment', passing(1, failing('ClusterUnreachable'))),
        as('until it is mended', staying(failing('ClusterUnreachable'))),
      ];
    case 'build killed':
      return none('it is no build');
    case 'restarted':
      return restarts;
  }
}

/** The phases of a build, as CodeBuild names them, and how far it has come in each. */
const buildPhases = [
  { phase: 'SUBMITTED', part: 'none' },
  { phase: 'QUEUED', part: 'none' },
  { phase: 'PROVISIONING', part: 'none' },
  { phase: 'DOWNLOAD_SOURCE', part: 'none' },
  { phase: 'INSTALL', part: 'none' },
  { phase: 'PRE_BUILD', part: 'none' },
  { phase: 'BUILD', part: 'part' },
  { phase: 'POST_BUILD', part: 'all' },
  { phase: 'UPLOAD_ARTIFACTS', part: 'all' },
  { phase: 'FINALIZING', part: 'all' },
] as const;

function buildWays(kind: FaultKind): Ways {
  const build = 'BUILD';
  switch (kind) {
    case 'throttled':
      return [briefly('CodeBuild', passing(2, failing('CodeBuild.AccountLimitExceededException')))];
    case 'error that passes':
      return [
        briefly('CodeBuild', passing(2, failing('CodeBuild.SdkClientException'))),
        briefly('CodeBuild itself', passing(2, failing('CodeBuild.AWSCodeBuildException'))),
      ];
    case 'error that stays': {
      const said = 'AccessDenied: a call was denied';
      return [
        as('before its first change', passing(1, buildFailing({ phase: build, part: 'none', said }))),
        as('in the middle', passing(1, buildFailing({ phase: build, part: 'part', said }))),
      ];
    }
    case 'timeout':
      return [as('in the middle', passing(1, buildOutOfTime('part')))];
    case 'answer lost':
      return [
        briefly('of the start', passing(1, afterwards(failing('CodeBuild.SdkClientException')))),
        as('of its end', passing(1, buildOutOfTime('all'))),
      ];
    case 'killed':
      return none('what is killed is the build');
    case 'build killed':
      return buildPhases.map(({ phase, part }) => as(phase, passing(1, buildFailing({ phase, part }))));
    case 'registry unreachable':
      return [
        as(
          'when it asks for the lock',
          passing(
            1,
            buildFailing({ phase: build, part: 'none', said: 'AwsTransient: DynamoDB GetItem failed' }),
          ),
        ),
      ];
    case 'cluster unreachable':
      return [
        as(
          'in the middle',
          passing(
            1,
            buildFailing({ phase: build, part: 'part', said: 'ClusterUnreachable: no usable answer' }),
          ),
        ),
      ];
    case 'restarted':
      return restarts;
  }
}

function eventWays(kind: FaultKind): Ways {
  switch (kind) {
    case 'throttled':
      return [briefly('EventBridge', passing(2, failing('EventBridge.ThrottlingException')))];
    case 'error that passes':
      return [briefly('EventBridge', passing(2, failing('EventBridge.FailedEntry')))];
    case 'error that stays':
      return [as('EventBridge', staying(failing('EventBridge.AccessDeniedException')))];
    case 'timeout':
      return [briefly('of the state', passing(1, unheard))];
    case 'answer lost':
      return [
        briefly('for a moment', passing(1, afterwards(failing('EventBridge.SdkClientException')))),
        briefly('for good', passing(1, afterwards(unheard))),
      ];
    case 'killed':
    case 'build killed':
      return none('nothing of ours runs');
    case 'registry unreachable':
      return none('it does not ask the registry');
    case 'cluster unreachable':
      return none('it does not talk to the cluster');
    case 'restarted':
      return restarts;
  }
}
