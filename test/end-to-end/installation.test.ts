import {
  CognitoIdentityProviderClient,
  DescribeUserPoolClientCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import {
  DescribeLoadBalancerAttributesCommand,
  DescribeLoadBalancersCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { GetWebACLForResourceCommand, WAFV2Client } from '@aws-sdk/client-wafv2';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Network } from '../../core/handover/found';
import type { BuildIdentity } from '../../core/handover/identity';
import type { BuildPlan } from '../../builds/support/plan-output';
import { readableCause } from '../../core/execution/cause';
import { buildProjectName } from '../../core/naming';
import { tools } from '../../core/versions';
import type { ControlPlane } from '../../local/kubernetes/control-plane';
import { waitFor } from '../../local/processes/wait-for';
import { buildsOf, exportedBy, runBuild, variablesOf } from '../support/builds';
import { putFailingPod } from '../support/failing-pod';
import { makeLogBucket, makeWebAcl } from '../support/front-door-fixtures';
import { appliedObject, installedObjects, recordedAmong, writesDuring } from '../support/installed';
import { clusterOf, seedConfiguration, useRegion } from '../support/region';

/** Few, since what is optional is what is exercised here. */
const configuration = { ...seedConfiguration, kubeflow: { components: ['pipelines', 'katib'] } };
/** A secret that is not there, in an account where access goes by tags: Secrets Manager refuses the look at it. */
const goneSecret = `arn:aws:secretsmanager:us-east-1:${seedConfiguration.account_id}:secret:kubeflow-eks/gone/oauth2-proxy-AbCdEf`;
const region = useRegion(configuration, {
  context: { archiveBuckets: 'mirror-of-installation' },
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

interface Ingress {
  metadata: { annotations: Record<string, string> };
}
const ingress = async (): Promise<Record<string, string>> =>
  (await appliedObject<Ingress>(cluster(), 'ingress', 'istio-ingress', '--namespace', 'istio-system'))
    .metadata.annotations;

interface Workload {
  spec: { template: { spec: { containers: { env?: { name: string; value: string }[] }[] } } };
}

test("the dashboard's logout ends the proxy's session, then Cognito's, which knows where to go from there", async () => {
  const dashboard = await appliedObject<Workload>(
    cluster(),
    'deployment',
    'dashboard',
    '--namespace',
    'kubeflow',
  );
  const [{ env = [] } = {}] = dashboard.spec.template.spec.containers;
  const logout = env.find((variable) => variable.name === 'LOGOUT_URL')?.value ?? '';
  const signOut = new URL(logout, `https://${seedConfiguration.kubeflow_domain}`);
  expect(signOut.pathname).toBe('/oauth2/sign_out');
  const next = new URL(signOut.searchParams.get('rd') ?? '');
  expect([next.hostname, next.pathname]).toEqual([seedConfiguration.cognito_domain, '/logout']);
  const { IDENTITY = '{}' } = variablesOf(region(), 'kubeflow');
  const { userPoolId, clientId } = JSON.parse(IDENTITY) as BuildIdentity;
  expect(next.searchParams.get('client_id')).toBe(clientId);
  const { UserPoolClient: client } = await region()
    .clients.get(CognitoIdentityProviderClient)
    .send(new DescribeUserPoolClientCommand({ UserPoolId: userPoolId, ClientId: clientId }));
  expect(client?.LogoutURLs).toContain(next.searchParams.get('logout_uri'));
});

test("the load balancer is let in to Istio's gateway from its one subnet in each zone, and ends TLS with the deployment's certificate", async () => {
  const { FOUND = '{}', IDENTITY = '{}' } = variablesOf(region(), 'kubeflow');
  const found = JSON.parse(FOUND) as Network;
  const places = found.subnets.public.filter(
    ({ az }, index, all) => all.findIndex((other) => other.az === az) === index,
  );
  expect(places.length).toBeLessThan(found.subnets.public.length);
  const policy = await appliedObject<object>(
    cluster(),
    'networkpolicy',
    'kubeflow-eks-load-balancer',
    '--namespace',
    'istio-system',
  );
  expect(policy).toMatchObject({
    spec: {
      podSelector: { matchLabels: { app: 'istio-ingressgateway' } },
      policyTypes: ['Ingress'],
      ingress: [
        {
          from: places
            .map(({ cidr }) => cidr)
            .sort()
            .map((cidr) => ({ ipBlock: { cidr } })),
          ports: [
            { port: 8080, protocol: 'TCP' },
            { port: 15021, protocol: 'TCP' },
          ],
        },
      ],
    },
  });
  expect(await ingress()).toMatchObject({
    'alb.ingress.kubernetes.io/scheme': 'internet-facing',
    'alb.ingress.kubernetes.io/subnets': places.map(({ id }) => id).join(','),
    'alb.ingress.kubernetes.io/certificate-arn': (JSON.parse(IDENTITY) as BuildIdentity).certificateArn,
  });
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
  let scratch: string;
  beforeAll(async () => {
    scratch = await mkdtemp(join(tmpdir(), 'build-'));
    const s3 = region().clients.get(S3Client);
    await s3.send(new CreateBucketCommand({ Bucket: 'mirror-of-installation' }));
    for (const Key of ['kubeflow.tar.gz', 'tools/kubectl']) {
      await s3.send(
        new PutObjectCommand({ Bucket: 'mirror-of-installation', Key, Body: 'not what it should be' }),
      );
    }
  });
  afterAll(async () => rm(scratch, { recursive: true }));

  /** SHA-256 of what is in the mirror. */
  const found = '19129019205b3883013b5f08547b5e6faa33f3f433bc7a11196f3001d27d0402';
  const pinned = tools.kubectl.download(process.arch === 'arm64' ? 'arm64' : 'amd64').sha256 ?? '';

  test.each<[string, (variables: Record<string, string>) => Record<string, string>, RegExp]>([
    [
      'a secret that is not there',
      ({ IDENTITY = '' }) => ({
        IDENTITY: JSON.stringify({
          ...(JSON.parse(IDENTITY) as object),
          secretArn: goneSecret,
        }),
      }),
      /^SecretMissing: the secret \S+kubeflow-eks\/gone\/oauth2-proxy-AbCdEf cannot be used[^]*start a new execution/,
    ],
    [
      'an archive of Kubeflow with another checksum',
      ({ CONFIGURATION = '' }) => ({
        CONFIGURATION: withKubeflow(CONFIGURATION, {
          source: { archive: { url: 's3://mirror-of-installation/kubeflow.tar.gz', sha256: '0'.repeat(64) } },
        }),
      }),
      new RegExp(
        `^ChecksumMismatch: s3://mirror-of-installation/kubeflow.tar.gz has the SHA-256 ${found}; expected 0{64}`,
      ),
    ],
    [
      'a tool with another checksum',
      () => ({
        KUBEFLOW_EKS_TOOLS: 'download',
        KUBEFLOW_EKS_TOOLS_MIRROR: 's3://mirror-of-installation/tools',
      }),
      new RegExp(`^ChecksumMismatch: kubectl has the SHA-256 ${found}; expected ${pinned}`),
    ],
  ])(
    '%s',
    async (_, change, failure) => {
      const writes = await writesDuring(cluster(), async () => {
        const build = await runBuild(region(), 'kubeflow', {
          ...change(variablesOf(region(), 'kubeflow')),
          TMPDIR: scratch,
        });
        expect(build.buildStatus).toBe('FAILED');
        expect(exportedBy(build, 'FAILURE')).toMatch(failure);
      });
      expect(writes).toEqual([]);
      expect(await readdir(scratch)).toEqual([]);
    },
    300_000,
  );
});

function withKubeflow(configuration: string, change: object): string {
  const document = JSON.parse(configuration) as { kubeflow: object };
  return JSON.stringify({ ...document, kubeflow: { ...document.kubeflow, ...change } });
}

test('of another selection only the difference is done; what comes back equals what was killed, failed and resumed', async () => {
  const before = await installedObjects(cluster());
  expect(before.size).toBeGreaterThan(20);
  const { CONFIGURATION = '' } = variablesOf(region(), 'kubeflow');
  const another = withKubeflow(CONFIGURATION, {
    components: ['pipelines', 'trainer'],
    ingress_scheme: 'internal',
  });
  const run = async (variables: Record<string, string>): Promise<string> => {
    const build = await runBuild(region(), 'kubeflow', variables);
    expect(build.buildStatus).toBe('SUCCEEDED');
    return exportedBy(build, 'PLAN');
  };
  const plan = JSON.parse(await run({ CONFIGURATION: another, MODE: 'plan' })) as BuildPlan;
  expect(plan.changes.map(({ action, what }) => `${action} ${what}`)).toEqual([
    // The menu has entries of what is installed.
    'change dashboard, profiles and pod defaults: ConfigMap kubeflow/dashboard-config',
    expect.stringMatching(/^create Trainer \(2 objects\)$/),
    // The load balancer's subnets are others now, from which alone the gateway is reached.
    'change ingress: NetworkPolicy.networking.k8s.io istio-system/kubeflow-eks-load-balancer',
    'change ingress: Ingress.networking.k8s.io istio-system/istio-ingress',
    expect.stringMatching(/^remove Katib \(\d+ objects\)/),
  ]);
  const there = await writesDuring(cluster(), async () => run({ CONFIGURATION: another }));
  expect(recordedAmong(there)).toEqual(['dashboard', 'trainer', 'ingress', 'katib']);
  const { FOUND = '{}' } = variablesOf(region(), 'kubeflow');
  expect(await ingress()).toMatchObject({
    'alb.ingress.kubernetes.io/scheme': 'internal',
    'alb.ingress.kubernetes.io/subnets': (JSON.parse(FOUND) as Network).subnets.private
      .filter(({ az }, index, all) => all.findIndex((other) => other.az === az) === index)
      .map(({ id }) => id)
      .join(','),
  });
  const patched = there
    .filter(({ verb }) => verb === 'patch')
    .map(({ resource, name }) => `${resource} ${name}`);
  // A component that changes is applied as a whole: of the dashboard's only the menu differs. All but what stays of the other
  // goes.
  expect(patched.sort()).toEqual([
    'configmaps dashboard-config',
    'configmaps kubeflow-eks-install-dashboard',
    'configmaps kubeflow-eks-install-ingress',
    'configmaps kubeflow-eks-install-trainer',
    'customresourcedefinitions notebooks.kubeflow.org',
    'customresourcedefinitions poddefaults.kubeflow.org',
    'customresourcedefinitions profiles.kubeflow.org',
    'deployments dashboard',
    'deployments kubeflow-trainer-controller-manager',
    'deployments poddefaults-webhook-deployment',
    'deployments profiles-deployment',
    'ingresses istio-ingress',
    'namespaces kubeflow-system',
    'networkpolicies kubeflow-eks-load-balancer',
  ]);
  const removed = Number(/\d+/.exec(plan.changes[4]?.what ?? '')?.[0]);
  expect(there.filter(({ verb }) => verb === 'delete')).toHaveLength(removed + 1);

  const back = await writesDuring(cluster(), async () => run({}));
  expect(recordedAmong(back)).toEqual(['dashboard', 'katib', 'ingress', 'trainer']);
  expect(await installedObjects(cluster())).toEqual(before);
}, 600_000);

test('a web ACL and access logs are given to the load balancer by name, seen there, and taken away by name', async () => {
  const { CONFIGURATION = '' } = variablesOf(region(), 'kubeflow');
  const clients = region().clients;
  const bucket = 'load-balancer-logs-of-installation';
  await makeLogBucket(clients.get(S3Client), bucket, {
    writable: `arn:aws:s3:::${bucket}/AWSLogs/${seedConfiguration.account_id}/*`,
  });
  const webAclArn = await makeWebAcl(clients.get(WAFV2Client));
  const guarded = withKubeflow(CONFIGURATION, {
    ingress_waf_acl_arn: webAclArn,
    ingress_access_logs: { bucket },
  });
  /** What both builds plan, or do. */
  const run = async (variables: Record<string, string>): Promise<string[]> => {
    const plans: string[] = [];
    for (const which of ['cluster', 'kubeflow'] as const) {
      const build = await runBuild(region(), which, variables);
      expect(build.buildStatus).toBe('SUCCEEDED');
      if (variables['MODE'] !== 'plan') continue;
      const { changes } = JSON.parse(exportedBy(build, 'PLAN')) as BuildPlan;
      plans.push(...changes.map(({ action, what }) => `${action} ${what}`));
    }
    return plans;
  };
  const present = async (): Promise<object> => {
    const { LoadBalancers: [balancer] = [] } = await clients
      .get(ElasticLoadBalancingV2Client)
      .send(new DescribeLoadBalancersCommand({}));
    const { Attributes = [] } = await clients
      .get(ElasticLoadBalancingV2Client)
      .send(new DescribeLoadBalancerAttributesCommand({ LoadBalancerArn: balancer?.LoadBalancerArn }));
    const { WebACL: webAcl } = await clients
      .get(WAFV2Client)
      .send(new GetWebACLForResourceCommand({ ResourceArn: balancer?.LoadBalancerArn }));
    const logs = Attributes.find(({ Key }) => Key === 'access_logs.s3.enabled')?.Value;
    return { webAcl: webAcl?.ARN, logs };
  };
  const becomes = (wanted: object): Promise<unknown> =>
    waitFor(async () => (isDeepStrictEqual(await present(), wanted) ? true : undefined), {
      what: 'the load balancer to be as asked for',
    });
  expect(await present()).toEqual({ webAcl: undefined, logs: undefined });

  expect(await run({ CONFIGURATION: guarded, MODE: 'plan' })).toEqual([
    expect.stringMatching(/^change the document of the policy /),
    expect.stringMatching(/^change the values of aws-load-balancer-controller /),
    'change ingress: Ingress.networking.k8s.io istio-system/istio-ingress',
  ]);
  await run({ CONFIGURATION: guarded });
  await becomes({ webAcl: webAclArn, logs: 'true' });
  expect(await run({ CONFIGURATION: guarded, MODE: 'plan' })).toEqual([]);

  await run({ CONFIGURATION });
  await becomes({ webAcl: undefined, logs: 'false' });
  expect(await run({ CONFIGURATION, MODE: 'plan' })).toEqual([]);
}, 600_000);
