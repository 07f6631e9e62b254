import { buildLine, liveSteps, usualText } from '../../cli/render/live-steps';
import { paintFor } from '../../cli/render/paint';
import type { Host } from '../../cli/host';
import type { Surroundings, WatchedBuild } from '../../cli/surroundings';
import type { ExecutionView } from '../../core/execution/view';
import { usualTime } from '../../core/execution/usual-time';

const plain = paintFor({ isTerminal: false, env: {} });
const build: WatchedBuild = {
  project: 'kubeflow-eks-cluster',
  phase: 'BUILD',
  startedAt: new Date(0),
  log: { group: '/aws/codebuild/kubeflow-eks-cluster', stream: 's' },
  lastLine: '\u001B[36mwaiting for the control plane\u001B[0m',
};
const view: ExecutionView = {
  status: 'RUNNING',
  redrives: 0,
  startedAt: new Date(0).toISOString(),
  steps: [
    {
      name: 'Create cluster',
      type: 'Task',
      status: 'RUNNING',
      attempts: 1,
      startedAt: new Date(0).toISOString(),
    },
  ],
};
const around = (overrides: Partial<Surroundings> = {}): Surroundings => ({
  known: ['Acquire lock', 'Create cluster'],
  builds: [build],
  usual: (step, elapsedMs) => usualTime(step, elapsedMs, new Map()),
  ...overrides,
});

function recording(
  isTerminal: boolean,
  clock: { now: number },
): { host: Host; err: string[]; drawn: string[] } {
  const err: string[] = [];
  const drawn: string[] = [];
  const host = {
    err: (text: string) => err.push(text),
    redraw: (text: string) => {
      drawn.push(text);
      return Promise.resolve();
    },
    settle: () => undefined,
    isTerminal,
    columns: 60,
    paint: { out: plain, err: plain },
    now: () => clock.now,
  } as unknown as Host;
  return { host, err, drawn };
}

test('a terminal shows what is usual, what the build says, and how far the workflow has come', () => {
  const { host, drawn } = recording(true, { now: 720_000 });
  const live = liveSteps(host, false);
  live.update(view, around());
  live.done();
  expect(drawn.at(-1)?.split('\n')).toEqual([
    '▸ Create cluster  12 min 00 s, usually 20 min 00 s, at most 40 min 00 s (documented)',
    'build kubeflow-eks-cluster, phase BUILD, 12 min 00 s: waiti…',
    'running for 12 min 00 s, 0 of 2 steps done',
  ]);
});

test('elsewhere a build is told of when its phase changes, and its log at most once a minute', () => {
  const clock = { now: 0 };
  const { host, err } = recording(false, clock);
  const live = liveSteps(host, false);
  const say = (lastLine: string, phase = 'BUILD'): void => {
    live.update(view, around({ builds: [{ ...build, lastLine, phase }] }));
  };
  say('one', 'INSTALL');
  say('two', 'BUILD');
  say('three');
  clock.now = 60_000;
  say('four');
  say('five');
  clock.now = 120_000;
  say('four');
  expect(err).toEqual([
    '▸ Create cluster  0.0 s, usually 20 min 00 s, at most 40 min 00 s (documented), 0 of 2 steps done\n',
    'build kubeflow-eks-cluster, phase INSTALL, 0.0 s: one\n',
    'build kubeflow-eks-cluster, phase BUILD, 0.0 s: two\n',
    'build kubeflow-eks-cluster, phase BUILD, 1 min 00 s: four\n',
  ]);
});

test('what may not be read is left out', () => {
  const { host, drawn } = recording(true, { now: 5000 });
  const live = liveSteps(host, false);
  live.update(view);
  live.done();
  expect(drawn.at(-1)?.split('\n')).toEqual(['▸ Create cluster  5.0 s', 'running for 5.0 s']);
  const { lastLine: _unread, ...silent } = build;
  expect(buildLine(silent, 5000, 80)).toBe('build kubeflow-eks-cluster, phase BUILD, 5.0 s');
});

test('what is usual says where that is known from', () => {
  expect(usualText({ from: 'earlier runs', seconds: 1260, runs: 1 })).toBe(
    'usually 21 min 00 s (1 earlier run)',
  );
  expect(usualText({ from: 'longer than earlier runs', seconds: 1260, runs: 3 })).toBe(
    'longer than usual: at most 21 min 00 s in 3 earlier runs',
  );
});
