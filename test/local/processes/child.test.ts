import { startChild } from '../../../local/processes/child';
import { isRunning } from '../../../local/processes/running';
import { freePort, preferPort } from '../../../local/processes/free-port';
import { waitFor } from '../../../local/processes/wait-for';
import { createServer } from 'node:net';

const shell = (script: string): { name: string; command: string; args: string[] } => ({
  name: 'script',
  command: '/bin/sh',
  args: ['-c', script],
});

test('a line that was written before or after one asks for it is found', async () => {
  const child = startChild(shell('echo port=12; sleep 0.3; echo port=34; sleep 30'));
  const port = (wanted: string) => (line: string) => (line === `port=${wanted}` ? wanted : undefined);
  await child.line(port('12'));
  expect(await child.line(port('34'))).toBe('34');
  expect(await child.line(port('12'))).toBe('12');
  await child.stop();
});

test('who waits for a line of a child that ends learns how it ended and what it wrote', async () => {
  const child = startChild(shell('echo no such file >&2; exit 3'));
  await expect(child.line(() => undefined)).rejects.toThrow(/ended \(exit code 3\).*\nno such file/s);
  expect(await child.exited).toEqual({ code: 3, signal: null });
});

test('a command that does not exist is an ordinary end, not an exception', async () => {
  const child = startChild({ name: 'missing', command: '/no/such/program', guard: 'stdin' });
  expect(await child.exited).toEqual({ code: null, signal: null });
  expect(child.recentOutput()).toMatch(/missing could not be started/);
});

test('SIGTERM reaches the program behind the guard, which may take its time', async () => {
  const child = startChild(
    shell('trap "sleep 0.3; echo cleaned up; exit 0" TERM; echo up; while :; do sleep 0.1; done'),
  );
  await child.line((line) => line === 'up' || undefined);
  expect(await child.stop()).toEqual({ code: 0, signal: null });
  expect(child.recentOutput()).toContain('cleaned up');
});

test('a program that ignores SIGTERM is killed, with its whole group', async () => {
  const child = startChild(shell('trap "" TERM; echo pid=$$; while :; do sleep 0.1; done'));
  const pid = await child.line((line) => /^pid=(\d+)$/.exec(line)?.[1]);
  await child.stop(300);
  await waitFor(() => !isRunning(Number(pid)), { what: 'the program to be gone' });
});

test('a program ends when its parent is killed with SIGKILL', async () => {
  const child = JSON.stringify(require.resolve('../../../local/processes/child.ts'));
  const parent = startChild({
    name: 'parent',
    command: process.execPath,
    args: [
      '--import',
      'tsx',
      '-e',
      `import(${child}).then(({ startChild }) => startChild({
        name: 'grandchild', command: '/bin/sh', args: ['-c', 'echo pid=$$; exec sleep 300'],
        onLine: (line) => { console.log(line); console.log('parent=' + process.pid); },
      }));`,
    ],
  });
  const number = async (name: string): Promise<number> =>
    Number(await parent.line((line) => new RegExp(`^${name}=(\\d+)$`).exec(line)?.[1]));
  const grandchild = await number('pid');
  process.kill(await number('parent'), 'SIGKILL');
  await waitFor(() => !isRunning(grandchild), { what: 'the grandchild to be gone', timeoutMs: 15_000 });
});

test('a preferred port is given if it is free, and another if not', async () => {
  const port = await freePort();
  expect(await preferPort(port)).toBe(port);
  const squatter = createServer();
  await new Promise<void>((resolve) => squatter.listen(port, '127.0.0.1', resolve));
  expect(await preferPort(port)).not.toBe(port);
  squatter.close();
});

test('waiting ends with the last error as the cause', async () => {
  const failing = waitFor(
    () => {
      throw new Error('not yet');
    },
    { what: 'a miracle', timeoutMs: 100, intervalMs: 10 },
  );
  await expect(failing).rejects.toMatchObject({
    message: 'waited 0 s for a miracle, in vain',
    cause: new Error('not yet'),
  });
});
