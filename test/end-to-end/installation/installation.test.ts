import { readableCause } from '../../../core/execution/cause';
import { buildProjectName } from '../../../core/naming';
import type { ControlPlane } from '../../../local/kubernetes/control-plane';
import { buildsOf, exportedBy, runBuild } from '../../support/builds';
import { putFailingPod } from '../../support/failing-pod';
import { recordedAmong, writesDuring } from '../../support/installed';
import { clusterOf, seedConfiguration, useRegion } from '../../support/region';
import { anotherSelection } from './another-selection';
import { frontDoor } from './front-door';
import { goneSecret, mirrorBucket, refusals } from './refusals';
import { whatIsInstalled } from './what-is-installed';

/** Few, since what is optional is what is exercised here. */
const configuration = { ...seedConfiguration, kubeflow: { components: ['pipelines', 'katib'] } };
const region = useRegion(configuration, {
  context: { archiveBuckets: mirrorBucket },
  provoked: [goneSecret],
});
const project = buildProjectName('kubeflow');
const name = seedConfiguration.eks_name;

/** What the builds of Kubeflow print. */
const lines: string[] = [];
/** Told of each line, if set. */
let onLine: ((line: string) => void) | undefined;
let executionArn: string;
let stopKubelet: (() => Promise<void>) | undefined;

beforeAll(() => {
  region().region.options.onBuildLine = (from, line) => {
    if (from !== project) return;
    lines.push(line);
    onLine?.(line);
  };
});
afterAll(async () => stopKubelet?.());

const cluster = (): ControlPlane => clusterOf(region());

test('a build that is killed in the middle fails the step, and what was ready by then is recorded', async () => {
  const { start, finish, document, region: local } = region();
  onLine = (line) => {
    if (!line.startsWith('Katib: applying')) return;
    onLine = undefined;
    for (const { id } of buildsOf(region(), 'kubeflow')) local.builds.kill(id);
  };
  executionArn = await start('provision', document);
  const { execution, view } = await finish(executionArn);
  expect(execution.status).toBe('FAILED');
  expect(view.steps.filter(({ status }) => status === 'FAILED').map(({ name }) => name)).toContain(
    'Install Kubeflow',
  );
  const { stdout } = await cluster().kubectl([
    'get',
    'configmap',
    '--namespace',
    'kube-system',
    '--output',
    'name',
  ]);
  expect(stdout).toContain('kubeflow-eks-install-pipelines');
  expect(stdout).not.toContain('kubeflow-eks-install-katib');
}, 600_000);

test('a component that never becomes ready is given up in time; its pods tell why, in the log, and but for what they logged in the cause', async () => {
  const { redrive, finish, region: local } = region();
  const settings = local.synthesis.deployed.buildProjects.find((it) => it.name === project)
    ?.environment as Record<string, string>;
  settings['COMPONENT_TIMEOUT_SECONDS'] = '5';
  local.clusters.workloads(name)?.setReady('kubeflow', 'deployment/katib-controller', false);
  stopKubelet = await putFailingPod(cluster(), {
    namespace: 'kubeflow',
    name: 'katib-controller-0',
    container: 'controller',
    reason: 'CrashLoopBackOff',
    message: 'back-off restarting failed container',
    log: 'the database does not answer\n',
  });
  lines.length = 0;
  let cause: string | undefined;
  const writes = await writesDuring(cluster(), async () => {
    await redrive(executionArn);
    const { execution } = await finish(executionArn);
    expect(execution.status).toBe('FAILED');
    cause = execution.cause;
  });
  delete settings['COMPONENT_TIMEOUT_SECONDS'];

  const told = [
    'Deployment katib-controller: 0 of 1 replicas are available',
    'container controller: CrashLoopBackOff (back-off restarting failed container), 3 restarts',
    'Pod katib-controller-0: Failed: back-off restarting failed container',
  ];
  const shown = readableCause(cause);
  expect(shown).toMatch(/^ComponentNotReady: Katib is not ready in time/);
  for (const line of told) {
    expect(shown).toContain(line);
    expect(lines.join('\n')).toContain(line);
  }
  expect(lines.join('\n')).toContain('the database does not answer');
  // It might name people, and the cause goes on into mails.
  expect(cause).not.toContain('the database does not answer');
  // What was ready before the kill is skipped, and what is not ready is not said to be.
  expect(recordedAmong(writes)).toEqual([]);
  expect(new Set(writes.map(({ namespace }) => namespace))).toEqual(new Set(['kubeflow']));
}, 600_000);

test('when the cause is gone a redrive resumes: what is ready is skipped, the rest is installed', async () => {
  const { redrive, finish, region: local } = region();
  local.clusters.workloads(name)?.setReady('kubeflow', 'deployment/katib-controller', true);
  const writes = await writesDuring(cluster(), async () => {
    await redrive(executionArn);
    expect((await finish(executionArn)).execution.status).toBe('SUCCEEDED');
  });
  expect(recordedAmong(writes)).toEqual(['katib', 'ingress']);
  const touched = writes.map(({ resource, name: object }) => `${resource} ${object}`);
  expect(touched).toContain('ingresses istio-ingress');
  expect(touched).not.toContain('deployments istiod');
}, 600_000);

describe('what is installed', () => {
  whatIsInstalled(region);
});

test('a plan of the same configuration says that nothing is to be done, and does nothing', async () => {
  const writes = await writesDuring(cluster(), async () => {
    const plan = await runBuild(region(), 'kubeflow', { MODE: 'plan' });
    expect(plan.buildStatus).toBe('SUCCEEDED');
    expect(JSON.parse(exportedBy(plan, 'PLAN'))).toEqual({ changes: [], more: 0 });
  });
  expect(writes).toEqual([]);
}, 600_000);

describe('is refused before anything is applied:', () => {
  refusals(region);
});

describe('another selection', () => {
  anotherSelection(region);
});

describe('the front door', () => {
  frontDoor(region);
});
