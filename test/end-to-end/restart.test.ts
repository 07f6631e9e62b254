import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import {
  CognitoIdentityProviderClient,
  ListUserPoolsCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { createClients } from '../../adapters/aws/clients';
import { readExecutionEvents } from '../../adapters/aws/executions';
import { viewExecution } from '../../core/execution/view';
import {
  bringUp,
  findConnection,
  prepareAccountOf,
  takeDown,
  type RegionConnection,
} from '../../local/region';
import { waitFor } from '../../local/processes/wait-for';
import { makeTempDir, type TempDir } from '../../local/processes/temp-dir';
import { seedConfiguration } from '../support/region';
import { progressOn } from '../../local/processes/progress';

let dir: TempDir;
const before = process.env['KUBEFLOW_EKS_REGION_DIR'];

beforeAll(async () => {
  dir = await makeTempDir('kubeflow-eks-restart-');
  process.env['KUBEFLOW_EKS_REGION_DIR'] = dir.path;
});

afterAll(async () => {
  await takeDown();
  await dir.remove();
  if (before === undefined) delete process.env['KUBEFLOW_EKS_REGION_DIR'];
  else process.env['KUBEFLOW_EKS_REGION_DIR'] = before;
}, 90_000);

const up = (): Promise<RegionConnection> =>
  bringUp({
    accountId: seedConfiguration.account_id,
    region: seedConfiguration.region,
    onProgress: progressOn(process.stderr),
  });

const clientsOf = ({ endpoint, region, credentials }: RegionConnection) =>
  createClients({ endpoint, region, credentials });

test('a region that is killed in the middle of an execution comes up again, and the execution goes on', async () => {
  const first = await up();
  const { document } = await prepareAccountOf(first, seedConfiguration);
  const clients = clientsOf(first);
  const { executionArn = '' } = await clients.get(SFNClient).send(
    new StartExecutionCommand({
      stateMachineArn: `arn:aws:states:${first.region}:${first.accountId}:stateMachine:kubeflow-eks-provision`,
      input: JSON.stringify(document),
    }),
  );
  await waitFor(
    async () =>
      viewExecution(await readExecutionEvents(clients, executionArn)).steps.some(
        ({ name, status }) => name === 'Ensure user pool' && status === 'SUCCEEDED',
      ),
    { what: 'the user pool', timeoutMs: 90_000 },
  );

  process.kill(first.pid, 'SIGKILL');
  clients.destroy();
  await waitFor(() => findConnection() === undefined, { what: 'the process to be gone' });
  const second = await up();

  const again = clientsOf(second);
  const sfn = again.get(SFNClient);
  const status = await waitFor(
    async () => {
      const { status: now } = await sfn.send(new DescribeExecutionCommand({ executionArn }));
      return now === 'RUNNING' ? undefined : now;
    },
    { what: 'the execution to end', timeoutMs: 600_000, intervalMs: 200 },
  );
  const { steps } = viewExecution(await readExecutionEvents(again, executionArn));
  // A build dies with the region that ran it; then the execution has failed there and can be redriven.
  const failed = steps.filter((step) => step.status === 'FAILED').map(({ name }) => name);
  if (status === 'FAILED') expect(failed).toEqual(expect.arrayContaining(['Create cluster']));
  else expect(status).toBe('SUCCEEDED');
  const { UserPools: pools = [] } = await again
    .get(CognitoIdentityProviderClient)
    .send(new ListUserPoolsCommand({ MaxResults: 10 }));
  expect(pools).toHaveLength(1);
  again.destroy();
}, 900_000);

test('taking it down leaves no process and no connection', async () => {
  const present = findConnection();
  expect(present).toBeDefined();
  expect(await takeDown()).toBe(true);
  expect(findConnection()).toBeUndefined();
  expect(() => process.kill(present?.pid ?? 0, 0)).toThrow('ESRCH');
  expect(await takeDown()).toBe(false);
}, 90_000);
