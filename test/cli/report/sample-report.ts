import type { AccessRow } from '../../../core/access/access-rows';
import type { TimedStep } from '../../../core/execution/view';
import { timelineOf } from '../../../core/report/timeline';
import type { ReportModel } from '../../../cli/report/report-model';

const beginning = Date.parse('2026-03-01T10:00:00Z');
const minute = 60_000;

const at = (minutes: number): number => beginning + minutes * minute;
const iso = (minutes: number): string => new Date(at(minutes)).toISOString();

/** A step that succeeds, from one minute to another; in between attempts that fail, each at its minute. */
function step(name: string, from: number, to: number, extra: Partial<TimedStep> = {}): TimedStep {
  return {
    name,
    type: 'Task',
    status: 'SUCCEEDED',
    attempts: 1,
    startedAt: iso(from),
    endedAt: iso(to),
    tried: [{ startedAt: at(from), endedAt: at(to) }],
    ...extra,
  };
}

/** A step that polls: each attempt takes some seconds and fails until the last. */
function polling(
  name: string,
  from: number,
  to: number,
  error: string,
  every: number,
): Partial<TimedStep> & TimedStep {
  const tried = [];
  for (let time = from; time < to - 0.1; time += every)
    tried.push({ startedAt: at(time), endedAt: at(time + 0.1), error });
  tried.push({ startedAt: at(to - 0.1), endedAt: at(to) });
  return step(name, from, to, { attempts: tried.length, tried });
}

const inside = (parent: string, branch: string, ...steps: TimedStep[]): TimedStep[] =>
  steps.map((each) => ({ ...each, parent, branch }));
const submission = (id: string): string => JSON.stringify({ Build: { Id: id } });
const clusterBuild = 'kubeflow-eks-cluster:0f3b';
const kubeflowBuild = 'kubeflow-eks-kubeflow:77aa';

/** As long as AWS takes for them: the names are those of the workflow, which a test holds them to. */
export const steps: TimedStep[] = [
  step('Validate configuration', 0, 0.03),
  step('Acquire lock', 0.03, 0.06),
  step('Preflight checks', 0.06, 0.4),
  step('Ensure notifications', 0.4, 0.5),
  step('Build foundations', 0.5, 18.5, { type: 'Parallel' }),
  ...inside(
    'Build foundations',
    'Tag subnets',
    step('Tag subnets', 0.5, 0.6),
    step('Create cluster', 0.6, 18.4, {
      tried: [{ startedAt: at(0.6), endedAt: at(18.4), submission: submission(clusterBuild) }],
    }),
    step('Describe cluster', 18.4, 18.5),
  ),
  ...inside(
    'Build foundations',
    'Request certificates',
    step('Request certificates', 0.5, 0.7),
    polling('Create validation records', 0.7, 1.1, 'CertificateRecordsPending', 0.2),
    step('Ensure parent record', 1.1, 1.2),
    step('Ensure user pool', 1.2, 1.3),
    step('Permit trigger', 1.3, 1.35),
    step('Ensure SAML provider', 1.35, 1.5),
    step('Ensure app client', 1.5, 1.6),
    polling('Await certificates', 1.6, 4.4, 'CertificateNotIssued', 0.7),
    step('Ensure custom domain', 4.4, 4.6),
  ),
  step('Install and publish', 18.5, 35, { type: 'Parallel' }),
  ...inside(
    'Install and publish',
    'Grant cluster access',
    step('Grant cluster access', 18.5, 18.7),
    step('Install Kubeflow', 18.7, 31.2, {
      attempts: 2,
      tried: [
        { startedAt: at(18.7), endedAt: at(20.2), error: 'States.TaskFailed' },
        { startedAt: at(21.2), endedAt: at(31.2), submission: submission(kubeflowBuild) },
      ],
    }),
    polling('Await ingress', 31.2, 33.6, 'IngressHasNoAddress', 0.7),
    step('Alias Kubeflow domain', 33.6, 33.7),
    step('Point parent record', 33.7, 33.8),
    polling('Await DNS in sync', 33.8, 35, 'DnsChangePending', 0.4),
  ),
  ...inside(
    'Install and publish',
    'Set concurrency',
    step('Set concurrency', 18.5, 18.6),
    polling('Await custom domain', 18.6, 21.6, 'CustomDomainNotActive', 1),
    step('Alias Cognito domain', 21.6, 21.7),
  ),
  polling('Verify endpoint', 35, 37.3, 'EndpointNotReady', 0.9),
  step('Retire former addresses', 37.3, 37.35),
  step('Register deployment', 37.35, 37.4),
  step('Release lock', 37.4, 37.45),
  step('Publish event', 37.45, 37.5),
];

const build = (id: string, began: number, ended: number, inside: readonly [string, number, number][]) => ({
  id,
  project: id.slice(0, id.indexOf(':')),
  status: 'SUCCEEDED',
  startedAt: at(began),
  endedAt: at(ended),
  phases: inside.map(([type, from, to]) => ({
    type,
    status: 'SUCCEEDED',
    startedAt: at(from),
    endedAt: at(to),
  })),
});

const builds = [
  build(clusterBuild, 0.6, 18.3, [
    ['QUEUED', 0.6, 0.7],
    ['PROVISIONING', 0.7, 1.1],
    ['INSTALL', 1.1, 1.9],
    ['BUILD', 1.9, 18.1],
    ['POST_BUILD', 18.1, 18.3],
  ]),
  build(kubeflowBuild, 21.2, 31.1, [
    ['PROVISIONING', 21.2, 21.6],
    ['INSTALL', 21.6, 23.8],
    ['BUILD', 23.8, 31],
    ['POST_BUILD', 31, 31.1],
  ]),
];

const directory = (subject: string, namespace: string, role: string, group: string): AccessRow => ({
  subject,
  kind: 'User',
  namespace,
  role,
  source: 'directory',
  because: [{ group, rule: 'group_prefix, default_role' }],
  object: `${namespace}/user-${subject.replaceAll(/\W/g, '-')}-${role}`,
  stale: false,
});

const others: AccessRow[] = [
  {
    ...directory('guest@partner.example', 'vision', 'view', ''),
    source: 'contributor',
    because: [],
    object: 'vision/user-guest-partner-example-clusterrole-view',
  },
  { ...directory('erin@acme.example', 'team-b', 'edit', ''), because: [], stale: true },
  {
    ...directory('auditors', 'finance', 'view', ''),
    kind: 'Group',
    source: 'other',
    because: [],
    object: 'finance/auditors-view',
  },
];

const people: readonly [string, readonly [string, string][]][] = [
  [
    'alice@acme.example',
    [
      ['team-a', 'admin'],
      ['team-b', 'view'],
      ['vision', 'edit'],
    ],
  ],
  ['bob@acme.example', [['team-a', 'edit']]],
  [
    'carol@acme.example',
    [
      ['team-b', 'admin'],
      ['team-10', 'edit'],
    ],
  ],
  [
    'dave@acme.example',
    [
      ['team-2', 'edit'],
      ['team-10', 'view'],
      ['finance', 'admin'],
    ],
  ],
  [
    'erin@acme.example',
    [
      ['vision', 'edit'],
      ['speech', 'edit'],
    ],
  ],
  [
    'frank@acme.example',
    [
      ['speech', 'admin'],
      ['team-2', 'view'],
    ],
  ],
  [
    'grace@acme.example',
    [
      ['forecasting', 'edit'],
      ['finance', 'view'],
    ],
  ],
  ['user2@acme.example', [['forecasting', 'view']]],
  [
    'user11@acme.example',
    [
      ['forecasting', 'edit'],
      ['team-a', 'view'],
    ],
  ],
];

/** Accesses of a few people. */
export const sampleRows: AccessRow[] = [
  ...people.flatMap(([who, given]) =>
    given.map(([namespace, role]) =>
      directory(who, namespace, role, `AWS-${namespace}${role === 'edit' ? '' : `-${role}s`}`),
    ),
  ),
  ...others,
];

/** A report of a provisioning with everything in it. */
export function sampleReport(): ReportModel {
  return {
    deployment: 'acme',
    place: 'eu-central-1 of account 111122223333',
    isRehearsal: false,
    madeAt: iso(45),
    version: '1.0.0',
    run: {
      executionArn:
        'arn:aws:states:eu-central-1:111122223333:execution:kubeflow-eks-provision:acme-20260301-100000',
      workflow: 'provision',
      status: 'SUCCEEDED',
      startedAt: iso(0),
      endedAt: iso(37.5),
      redrives: 0,
      console:
        'https://eu-central-1.console.aws.amazon.com/states/home?region=eu-central-1#/v2/executions/details/x',
    },
    asked: [
      { key: 'eks_name', value: 'acme' },
      { key: 'region', value: 'eu-central-1' },
      { key: 'route53_domain', value: 'ml.acme.example' },
      { key: 'cpu_worker_type', value: 'm5.xlarge' },
      { key: 'access.group_prefix', value: 'AWS-' },
    ],
    timeline: timelineOf({ steps, startedAt: iso(0), endedAt: iso(37.5) }, builds, at(45)),
    logs: [
      {
        project: 'kubeflow-eks-cluster',
        group: '/aws/codebuild/kubeflow-eks-cluster',
        stream: '0f3b',
        href: 'https://eu-central-1.console.aws.amazon.com/cloudwatch/home?region=eu-central-1',
      },
    ],
    made: [
      {
        what: 'Kubeflow',
        name: 'https://kubeflow.ml.acme.example',
        href: 'https://kubeflow.ml.acme.example',
      },
      { what: 'app client', name: '4kq2' },
    ],
    plan: {
      madeAt: iso(-20),
      plan: {
        deployment: 'acme',
        steps: [
          {
            state: 'Tag subnets',
            verdict: 'create',
            changes: [{ action: 'create', what: 'tags of 3 subnets' }],
          },
          {
            state: 'Create cluster',
            verdict: 'change',
            changes: [
              { action: 'change', what: 'node group acme-nodegroup: 2 to 4 nodes' },
              { action: 'remove', what: 'node group acme-old' },
            ],
            more: 2,
          },
          { state: 'Describe cluster', verdict: 'follows', changes: [], follows: ['Create cluster'] },
          { state: 'Ensure user pool', verdict: 'leave', changes: [] },
          {
            state: 'Request certificates',
            verdict: 'problem',
            changes: [],
            problem: {
              error: 'ResourceConflict',
              message: 'the certificate carries the tag of another deployment',
            },
          },
        ],
        summary: { create: 1, change: 1, leave: 1, follows: 1, problem: 1 },
      },
    },
    findings: [
      {
        severity: 'note',
        what: '2 namespaces without a quota (access.default_quota)',
        detail: 'vision, speech',
      },
      { severity: 'warning', what: '2 access not given by the directory' },
      {
        severity: 'note',
        what: 'assumptions about AWS: 19 verified, 0 refuted, 0 not observed',
        detail: Array.from({ length: 19 }, (_, index) => `assumption ${index}: verified.`).join('\n'),
      },
    ],
    access: {
      deployment: 'acme',
      rows: [
        ...sampleRows,
        {
          subject: 'profiles@kubeflow-eks.invalid',
          kind: 'User',
          namespace: 'team-a',
          role: 'admin',
          source: 'owner',
          because: [],
          object: 'team-a/namespaceAdmin',
          stale: false,
        },
      ],
      profileOwner: 'profiles@kubeflow-eks.invalid',
      refused: [],
      sharedEmails: [],
      leftBehind: [],
      withoutQuota: [],
      quotaToChange: [],
      quotaKept: [],
    },
    room: {
      groups: [
        {
          group: 'acme-nodegroup',
          type: 'm5.xlarge',
          nodes: 3,
          allocatable: { cpuMillis: 11_760, memoryMiB: 44_000, gpus: 0, pods: 174 },
          requested: { cpuMillis: 5_310, memoryMiB: 13_200, gpus: 0, pods: 77 },
        },
      ],
      waiting: [],
    },
    missing: [],
  };
}

/** A report with the access of 500 users to some of 200 namespaces each. */
export function largeReport(perUser: number): ReportModel {
  const [sample] = sampleRows;
  const { access, ...rest } = sampleReport();
  if (sample === undefined || access === undefined) throw new Error('the sample has no access');
  const rows = Array.from({ length: 500 }, (_, user) =>
    Array.from({ length: perUser }, (_unused, index): AccessRow => {
      const team = (user * 7 + index * 13) % 200;
      return {
        ...sample,
        subject: `user${user}@acme.example`,
        namespace: `team-${team}`,
        role: index % 3 === 0 ? 'edit' : 'view',
        because: [{ group: `AWS-team-${team}`, rule: 'group_prefix' }],
        object: `team-${team}/user-${user}`,
      };
    }),
  ).flat();
  return { ...rest, access: { ...access, rows } };
}
