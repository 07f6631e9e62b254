import {
  DescribeExecutionCommand,
  RedriveExecutionCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { describeExecution, readExecutionEvents, type ExecutionSummary } from '../../adapters/aws/executions';
import type { AwsClients } from '../../adapters/aws/clients';
import { viewExecution, type ExecutionView } from '../../core/execution/view';
import { stateMachineName, type Workflow } from '../../core/naming';
import type { ControlPlane } from '../../local/kubernetes/control-plane';
import { stackOptionsFor, startRegion, type Region } from '../../local/region';
import type { RegionOptions } from '../../local/region/region-options';
import { operatorClients } from '../../local/rehearsal';
import { makeTempDir } from '../../local/processes/temp-dir';
import { expectLeastPrivilege, recordEksctl, unusedReport } from './access';
import { RecordedRequests } from './service-models/recorded-requests';
import { progressOn } from '../../local/processes/progress';

/** A configuration with the seed's parameters only, but for the numbers. */
export const seedConfiguration = {
  region: 'us-east-1',
  account_id: '111122223333',
  vpc_id: 'vpc-0123456789abcdef0',
  kms_key_arn: 'arn:aws:kms:us-east-1:111122223333:key/11111111-2222-3333-4444-555555555555',
  eks_name: 'kubeflow-demo',
  iam_role_prefix: 'kubeflow',
  iam_policy_prefix: 'kubeflow',
  cpu_worker_type: 'm5.large',
  route53_domain: 'demo.acme.example',
  cert_alt_names: ['auth.demo.acme.example', 'cognito.auth.demo.acme.example', 'kubeflow.demo.acme.example'],
  auth_base_domain: 'auth.demo.acme.example',
  cognito_domain: 'cognito.auth.demo.acme.example',
  kubeflow_domain: 'kubeflow.demo.acme.example',
  associate_public_ip_address: true,
  nodegroup_min_size: 1,
  nodegroup_max_size: 6,
  nodegroup_desired_size: 6,
  ssh_key_name: 'demo-key',
  adfs_url: 'adfs.acme.example',
  lambda_concurrency_enabled: true,
  lambda_profile_concurrency: 10,
  tags: { team: 'ml' },
  env: 'demo',
} as const;

/** A region of a test file's own. */
export interface TestRegion {
  readonly region: Region;
  readonly clients: AwsClients;
  /** The document with which executions are started: the configuration with moto's ids. */
  readonly document: Record<string, unknown>;
  readonly start: (workflow: Workflow, input: unknown) => Promise<string>;
  readonly redrive: (executionArn: string) => Promise<void>;
  /** Waits for the end of an execution and of everything that its end sets off. */
  readonly finish: (executionArn: string) => Promise<{ execution: ExecutionSummary; view: ExecutionView }>;
}

/** More about a region; a function where that is known only when the region starts. */
type UseRegionOptions = Pick<RegionOptions, 'context' | 'distribution' | 'moto' | 'realWayIn'> & {
  /** ARNs that the tests have the stack ask for although they are not there: a refusal of those is expected. */
  provoked?: readonly string[];
};

/**
 * Starts a region before the first test of a file, prepares the account for a configuration, and stops the region after
 * the last test. Says what it does, since a first start builds for minutes. Whatever the tests of the file make the
 * stack do, its roles must be permitted, and each request must be one that the model of its service admits; with REPORT_UNUSED_ACTIONS set, what they did not use is listed.
 */
export function useRegion(
  configuration: Record<string, unknown> = seedConfiguration,
  options: UseRegionOptions | (() => UseRegionOptions) = {},
): () => TestRegion {
  let running: TestRegion | undefined;
  let remove: (() => Promise<void>) | undefined;
  let provoked: readonly string[] | undefined;
  const requests = new RecordedRequests();

  beforeAll(async () => {
    const dir = await makeTempDir('kubeflow-eks-region-');
    remove = dir.remove;
    const { provoked: asked, ...given } = typeof options === 'function' ? options() : options;
    provoked = asked;
    const region = await startRegion({
      dir: dir.path,
      accountId: String(configuration['account_id']),
      region: String(configuration['region']),
      clock: 'virtual',
      context: stackOptionsFor(configuration),
      ...given,
      onRequest: requests.add,
      onProgress: progressOn(process.stderr),
    });
    const clients = operatorClients(region);
    const { document } = await region.prepare(configuration);
    running = testRegion(region, clients, document);
  }, 20 * 60_000);

  afterAll(async () => {
    running?.clients.destroy();
    await running?.region.stop();
    await remove?.();
    if (running === undefined) return;
    if (process.env['REPORT_UNUSED_ACTIONS'] !== undefined)
      process.stderr.write(`allowed and not used:\n${unusedReport(running.region)}\n`);
    recordEksctl(running.region);
    expectLeastPrivilege(running.region, provoked);
    expect(await requests.misfits()).toEqual([]);
  }, 60_000);

  return () => {
    if (running === undefined) throw new Error('the region runs in tests and hooks only');
    return running;
  };
}

/** The control plane of the one cluster that a configuration asks for. */
export function clusterOf({ region, document }: TestRegion): ControlPlane {
  const name = String(document['eks_name']);
  const found = region.clusters.find(name);
  if (found === undefined) throw new Error(`there is no cluster ${name}`);
  return found;
}

function testRegion(region: Region, clients: AwsClients, document: Record<string, unknown>): TestRegion {
  const sfn = clients.get(SFNClient);
  const { accountId, region: place } = region.options;
  return {
    region,
    clients,
    document,
    start: async (workflow, input) => {
      const { executionArn = '' } = await sfn.send(
        new StartExecutionCommand({
          stateMachineArn: `arn:aws:states:${place}:${accountId}:stateMachine:${stateMachineName(workflow)}`,
          input: JSON.stringify(input),
        }),
      );
      return executionArn;
    },
    redrive: async (executionArn) => {
      await sfn.send(new RedriveExecutionCommand({ executionArn }));
    },
    finish: async (executionArn) => {
      for (;;) {
        const { status } = await sfn.send(new DescribeExecutionCommand({ executionArn }));
        if (status !== 'RUNNING') break;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      await region.bus.settled();
      const execution = await describeExecution(clients, executionArn);
      if (execution === undefined) throw new Error(`no execution ${executionArn}`);
      return { execution, view: viewExecution(await readExecutionEvents(clients, executionArn)) };
    },
  };
}
