import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  RedriveExecutionCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { machine, task } from '../src/testing';

const bin = resolve(__dirname, '../bin/step-functions-local.cjs');
const command = (...parameters: string[]) =>
  spawnSync(process.execPath, [bin, ...parameters], { encoding: 'utf8' });

describe('the command', () => {
  let folder: string;
  let child: ChildProcess | undefined;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'step-functions-local-'));
  });
  afterEach(async () => {
    if (child?.exitCode === null) {
      const exit = once(child, 'exit');
      child.kill('SIGTERM');
      await exit;
    }
    rmSync(folder, { recursive: true, force: true });
  });

  async function startService(...parameters: string[]): Promise<SFNClient> {
    child = spawn(process.execPath, [bin, 'start', '--port', '0', '--clock', 'virtual', ...parameters], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let text = '';
    for await (const chunk of child.stdout ?? []) {
      text += String(chunk);
      if (text.includes('\n')) break;
    }
    const endpoint = /http:\/\/127\.0\.0\.1:\d+/.exec(text)?.[0];
    if (endpoint === undefined) throw new Error(`no address in: ${text}`);
    const credentials = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'local' };
    return new SFNClient({ endpoint, region: 'us-east-1', credentials });
  }

  const create = (states: Record<string, unknown>) =>
    new CreateStateMachineCommand({
      name: 'm',
      roleArn: 'arn:aws:iam::123456789012:role/states',
      definition: JSON.stringify(machine(states)),
    });

  async function statusOf(client: SFNClient, executionArn: string | undefined): Promise<string> {
    for (;;) {
      const { status, error } = await client.send(new DescribeExecutionCommand({ executionArn }));
      if (status !== 'RUNNING') return [status, error].filter(Boolean).join(' ');
      await new Promise((done) => setTimeout(done, 50));
    }
  }

  it('serves any SDK, keeps executions across a restart, and redrives them', async () => {
    const client = await startService('--data', folder);
    const { stateMachineArn } = await client.send(
      create({ Wait: { Type: 'Wait', Seconds: 86_400, Next: 'Call' }, Call: task() }),
    );
    const { executionArn } = await client.send(new StartExecutionCommand({ stateMachineArn }));
    // A day passes at once; a task that calls AWS has nowhere to call.
    expect(await statusOf(client, executionArn)).toBe('FAILED States.Runtime');
    const exit = once(child as ChildProcess, 'exit');
    child?.kill('SIGTERM');
    expect(await exit).toEqual([0, null]);

    const again = await startService('--data', folder);
    expect(await statusOf(again, executionArn)).toBe('FAILED States.Runtime');
    await again.send(new RedriveExecutionCommand({ executionArn }));
    expect(await statusOf(again, executionArn)).toBe('FAILED States.Runtime');
    expect(await again.send(new DescribeExecutionCommand({ executionArn }))).toMatchObject({
      redriveCount: 1,
    });
  });

  it('says what CreateStateMachine would refuse', () => {
    const file = join(folder, 'definition.json');
    writeFileSync(file, JSON.stringify(machine({ A: { Type: 'Pass', Next: 'B' } })));
    const refused = command('validate', file);
    expect(refused.stdout).toMatch(/definition\.json: .*B/);
    expect(refused.status).toBe(1);
    writeFileSync(file, JSON.stringify(machine({ A: { Type: 'Succeed' } })));
    expect(command('validate', file)).toMatchObject({ status: 0, stdout: `${file}: valid\n` });
  });

  it.each([
    [['start', '--port', 'x'], 'expected a whole number'],
    [['start', '--account', '12'], '12 digits'],
    [['start', '--clock', 'fast'], 'real, virtual'],
    [['replay', '/does/not/exist'], '/does/not/exist'],
    [['restart'], "unknown command 'restart'"],
  ])('refuses %j with exit code 2', (parameters, words) => {
    const { status, stderr } = command(...parameters);
    expect(stderr).toContain(words);
    expect(status).toBe(2);
  });

  it('has help with an example for every need', () => {
    expect(command('start', '--help')).toMatchObject({ status: 0 });
    expect(command('start', '--help').stdout).toContain('--endpoint-url http://127.0.0.1:8083');
  });
});
