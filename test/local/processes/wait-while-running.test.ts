import { startChild } from '../../../local/processes/child';
import { waitWhileRunning } from '../../../local/processes/wait-while-running';

const shell = (script: string) => startChild({ name: 'brief', command: '/bin/sh', args: ['-c', script] });

test('a program that ends is not waited for, and what it wrote last is told', async () => {
  const child = shell('echo no room >&2; exit 3');
  const waiting = waitWhileRunning(child, () => Promise.resolve(false), { what: 'it', timeoutMs: 600_000 });
  await expect(waiting).rejects.toThrow(/^brief ended; it wrote last:\n[^]*no room/);
});

test('one that runs is waited for until the time is over, then stopped by whoever started it', async () => {
  const child = shell('echo slow >&2; sleep 60');
  let looks = 0;
  const look = () => Promise.resolve((looks += 1) > 3);
  await waitWhileRunning(child, look, { what: 'the fourth look', timeoutMs: 5_000, intervalMs: 1 });
  const never = waitWhileRunning(child, () => Promise.resolve(false), { what: 'it', timeoutMs: 20 });
  await expect(never).rejects.toThrow(/^waited 0 s for it, in vain; it wrote last:/);
  await child.stop(100);
});
