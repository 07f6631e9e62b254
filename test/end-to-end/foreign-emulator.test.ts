import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { promisify } from 'node:util';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import {
  GetFunctionConfigurationCommand,
  LambdaClient,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { createClients, type AwsClients } from '../../adapters/aws/clients';
import { describeExecution, readExecutionEvents } from '../../adapters/aws/executions';
import { listRuns } from '../../adapters/aws/registry-runs';
import { viewExecution } from '../../core/execution/view';
import { functionName, stackNames, stateMachineName } from '../../core/naming';
import { startChild, type Child } from '../../local/processes/child';
import { freePort, loopback } from '../../local/processes/free-port';
import { makeTempDir, type TempDir } from '../../local/processes/temp-dir';
import { waitFor } from '../../local/processes/wait-for';
import { ensureVirtualEnvironment, findPython } from '../../local/moto/virtual-environment';
import { createRegionClients } from '../../local/region/account/clients';
import { prepareAccount } from '../../local/region/account/prepare';
import { minimalConfiguration } from '../support/minimal-configuration';
import { makeSamlMetadata } from '../support/saml-metadata';

/**
 * The stack as it is, deployed by the real command line of the CDK to an emulator that others wrote, ministack: neither
 * the template nor the definitions depend on ours. An execution gets as far as ministack does, to its first build.
 */
const root = path.join(__dirname, '../..');
const { account_id: account, region } = minimalConfiguration;
const run = promisify(execFile);

interface Emulator {
  child: Child;
  endpoint: string;
  /** Of its user: no settings of this machine, nothing but loopback. */
  environment: NodeJS.ProcessEnv;
  clients: AwsClients;
  dir: TempDir;
}

let emulator: Emulator | undefined;

/** Starts ministack, or says why it cannot be had here: no suitable Python, or no way to its packages. */
async function start(): Promise<Emulator | undefined> {
  let interpreter: string;
  try {
    await findPython();
    interpreter = await ensureVirtualEnvironment(undefined, {
      name: 'ministack',
      requirements: path.join(__dirname, 'ministack', 'requirements.txt'),
      what: 'ministack (AWS APIs, about 90 MB)',
    });
  } catch (error) {
    process.stderr.write(`ministack was not run: ${(error as Error).message}\n`);
    return undefined;
  }
  const dir = await makeTempDir('kubeflow-eks-ministack-');
  const home = path.join(dir.path, 'home');
  await mkdir(home);
  const port = await freePort();
  const child = startChild({
    name: 'ministack',
    command: interpreter,
    args: ['-m', 'ministack'],
    cwd: dir.path,
    guard: 'shell',
    env: {
      // It runs functions with the Node.js that it finds.
      PATH: [path.dirname(process.execPath), process.env['PATH']].join(path.delimiter),
      HOME: home,
      TMPDIR: dir.path,
      S3_DATA_DIR: path.join(dir.path, 's3'),
      BIND_HOST: loopback,
      GATEWAY_PORT: String(port),
      MINISTACK_REGION: region,
      MINISTACK_ACCOUNT_ID: account,
    },
  });
  await child.line((line) => (line.includes('Ready') ? true : undefined), 60_000);
  const endpoint = `http://${loopback}:${port}`;
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  return {
    child,
    endpoint,
    dir,
    clients: createClients({ region, endpoint, credentials }),
    environment: {
      PATH: process.env['PATH'],
      HOME: home,
      TMPDIR: dir.path,
      AWS_ENDPOINT_URL: endpoint,
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AWS_EC2_METADATA_DISABLED: 'true',
      CDK_DISABLE_CLI_TELEMETRY: 'true',
    },
  };
}

/** The command line of the CDK, as a user runs it. */
async function cdk(
  { environment }: Emulator,
  parameters: readonly string[],
  cwd = root,
): Promise<{ code: number; output: string }> {
  const program = createRequire(__filename).resolve('aws-cdk/bin/cdk');
  try {
    const { stdout, stderr } = await run(process.execPath, [program, '--no-notices', ...parameters], {
      cwd,
      env: environment,
      maxBuffer: 10_000_000,
    });
    return { code: 0, output: `${stdout}${stderr}` };
  } catch (error) {
    const {
      code = 1,
      stdout = '',
      stderr = '',
    } = error as { code?: number; stdout?: string; stderr?: string };
    return { code, output: `${stdout}${stderr}` };
  }
}

const options = { notificationEmail: 'ops@acme.example', resyncMinutes: '30' };

beforeAll(async () => {
  emulator = await start();
  if (emulator === undefined) return;
  // From a folder without an app: nothing is synthesised for it.
  const bootstrapped = await cdk(emulator, ['bootstrap', `aws://${account}/${region}`], emulator.dir.path);
  expect(bootstrapped).toMatchObject({ code: 0 });
  const given = Object.entries(options).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const assembly = path.join(emulator.dir.path, 'cdk.out');
  const deployed = await cdk(emulator, [
    'deploy',
    '--require-approval',
    'never',
    '--output',
    assembly,
    ...given,
  ]);
  expect(deployed).toMatchObject({ code: 0 });
}, 10 * 60_000);

afterAll(async () => {
  emulator?.clients.destroy();
  await emulator?.child.stop();
  await emulator?.dir.remove();
}, 60_000);

/** A test that passes where there is no emulator, which has been said. */
const onEmulator = (name: string, body: (it: Emulator) => Promise<void>, timeoutMs = 180_000): void => {
  test(name, () => (emulator === undefined ? Promise.resolve() : body(emulator)), timeoutMs);
};

onEmulator('the stack is deployed, protected, and remembers its options', async ({ clients }) => {
  const { Stacks: [stack] = [] } = await clients
    .get(CloudFormationClient)
    .send(new DescribeStacksCommand({ StackName: stackNames.stack }));
  expect(stack?.StackStatus).toBe('CREATE_COMPLETE');
  expect(stack?.EnableTerminationProtection).toBe(true);
  const outputs: unknown = Object.fromEntries(
    (stack?.Outputs ?? []).map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]),
  );
  expect(outputs).toMatchObject({
    OptionNotificationEmail: options.notificationEmail,
    OptionResyncMinutes: options.resyncMinutes,
    RegistryTable: stackNames.table,
  });
});

onEmulator('a deployment that would lose an option is refused, and says which', async (it) => {
  const { code, output } = await cdk(it, ['deploy', '--require-approval', 'never', '-c', 'resyncMinutes=30']);
  expect(code).not.toBe(0);
  expect(output).toContain('would lose them:\n  notificationEmail=ops@acme.example\n');
  expect(output).not.toContain('resyncMinutes=');
});

/** The world's resolvers know nothing of the emulator's zones; where none answers, the preflight warns and goes on. */
async function withoutResolver(clients: AwsClients): Promise<void> {
  const lambda = clients.get(LambdaClient);
  const FunctionName = functionName('check-prerequisites');
  const { Environment } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
  const Variables = { ...Environment?.Variables, DNS_SERVER: `${loopback}:9` };
  await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Environment: { Variables } }));
}

onEmulator('an execution gets to its first build, and its failure is recorded and told', async (it) => {
  const { clients, endpoint } = it;
  await withoutResolver(clients);
  const { document } = await prepareAccount(
    createRegionClients(Promise.resolve(endpoint), region),
    { ...minimalConfiguration, saml_metadata: { inline: await makeSamlMetadata() } },
    it.dir.path,
  );
  const { executionArn = '' } = await clients.get(SFNClient).send(
    new StartExecutionCommand({
      stateMachineArn: `arn:aws:states:${region}:${account}:stateMachine:${stateMachineName('provision')}`,
      input: JSON.stringify(document),
    }),
  );
  const execution = await waitFor(
    async () => {
      const found = await describeExecution(clients, executionArn);
      return found?.status === 'RUNNING' ? undefined : found;
    },
    { what: 'the execution to end', timeoutMs: 120_000 },
  );
  const { steps } = viewExecution(await readExecutionEvents(clients, executionArn));
  const trail = steps.map(({ name, status }) => `${name}: ${status}`).join('\n');
  // ministack has no builds that are waited for. What fails before that is ours.
  expect(`${trail}\n${execution.error ?? ''}: ${execution.cause ?? ''}`).toMatch(
    /codebuild:startBuild\.sync is not yet implemented in MiniStack/,
  );
  for (const name of ['Validate configuration', 'Acquire lock', 'Preflight checks', 'Ensure notifications'])
    expect(trail).toContain(`${name}: SUCCEEDED`);

  const recorded = await waitFor(
    async () =>
      (await listRuns(clients, stackNames.table, 'acme')).find(({ failure }) => failure !== undefined),
    { what: 'the failure recorder', timeoutMs: 60_000 },
  );
  expect(recorded.failure?.advice).toContain('kubeflow-eks retry acme');
});
