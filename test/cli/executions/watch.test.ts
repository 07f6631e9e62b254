import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { TaskError } from 'step-functions-local';
import { cli, documentOf } from '../recording-host';
import { deployment, here, never, useWorkflows } from './use-workflows';

const workflows = useWorkflows();
const { noteLatest, startConsole } = workflows;

describe('watch', () => {
  test('of one that has ended reads its history once', async () => {
    const arn = startConsole('acme-20260102-000000');
    await workflows.service.whenEnded(arn);

    expect(await cli(['watch', arn], here())).toMatchObject({ code: 0 });
    expect(workflows.historiesRead).toBe(1);
  });

  test('interrupted, says that the execution goes on and how to watch it again', async () => {
    workflows.tasks = never;
    const arn = startConsole('acme-20260102-000000');
    const interrupt = new AbortController();
    setTimeout(() => {
      interrupt.abort();
    }, 300);
    const recording = await cli(['watch', deployment], here({ signal: interrupt.signal }));
    expect(recording.code).toBe(130);
    expect(recording.err).toContain(
      `no longer watching; the execution goes on\nwatch it again: kubeflow-eks watch ${arn}\n`,
    );
    expect(workflows.service.describeExecution(arn).record.status).toBe('RUNNING');
  });

  test('with credentials that expire ends the watching, and says that the execution goes on', async () => {
    workflows.tasks = never;
    const arn = startConsole('acme-20260102-000000');
    workflows.expires = true;
    const recording = await cli(['watch', deployment], here());
    expect(recording.code).toBe(5);
    expect(recording.err).toMatch(/▸ Ensure app client {2}.*, 1 of 2 steps done\n/);
    expect(recording.err).toContain(
      'no longer watching; the execution goes on: no usable AWS credentials: The security token included in the request is expired\n' +
        'log in (aws sso login), name a profile (--profile NAME), or use the local region (--local)\n' +
        `watch it again: kubeflow-eks watch ${arn}\n`,
    );
    expect(workflows.service.describeExecution(arn).record.status).toBe('RUNNING');
  });

  test('ends at Ctrl-C as a process, with the words that say how to go on', async () => {
    workflows.tasks = never;
    const arn = startConsole('acme-20260102-000000');
    const program = spawn(
      process.execPath,
      ['--import', 'tsx', join(__dirname, '../../../cli/main.ts'), 'watch', arn],
      { cwd: join(__dirname, '../../..'), env: process.env, stdio: ['ignore', 'ignore', 'pipe'] },
    );
    let err = '';
    program.stderr.setEncoding('utf8').on('data', (text: string) => {
      err += text;
      if (text.includes('Ensure app client')) program.kill('SIGINT');
    });
    const [code] = (await once(program, 'close')) as [number | null];
    expect(code).toBe(130);
    expect(err).toMatch(/the execution goes on\nwatch it again: kubeflow-eks watch arn:\S+\n$/);
  });

  test('a step that is polled says what it waits for', async () => {
    let polls = 0;
    workflows.tasks = {
      'Ensure app client': () => {
        polls += 1;
        if (polls === 1) throw new TaskError('EndpointNotReady', 'no answer yet');
        return {};
      },
    };
    // It may have ended before it is looked for.
    await noteLatest(startConsole('acme-20260102-000000'));
    const recording = await cli(['watch', deployment, '--json'], here());
    expect(recording).toMatchObject({ code: 0, err: '' });
    expect(documentOf(recording)).toMatchObject({ steps: [{}, { status: 'SUCCEEDED', attempts: 2 }] });
  });
});
