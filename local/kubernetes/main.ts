/**
 * Brings a control plane up by hand and prints how to reach it; Ctrl-C stops it.
 *
 *     tsx local/kubernetes/main.ts [DIRECTORY]
 *
 * With a directory its data are kept for the next time.
 */
import { messageOf } from '../../core/errors';
import { progressOn } from '../processes/progress';
import { makeTempDir } from '../processes/temp-dir';
import { startControlPlane } from './control-plane';

async function main(): Promise<void> {
  const [, , directory] = process.argv;
  const temporary = directory === undefined ? await makeTempDir() : undefined;
  const say = (message: string): void => {
    process.stderr.write(`${message}\n`);
  };
  const controlPlane = await startControlPlane({
    dir: directory ?? temporary?.path ?? '',
    clusterName: 'local',
    onProgress: progressOn(process.stderr),
    onLine: process.env['VERBOSE']
      ? (component, line) => {
          say(`${component}: ${line}`);
        }
      : () => undefined,
  });
  process.stdout.write(`export KUBECONFIG=${controlPlane.adminKubeconfigPath}\n`);
  say(`the API server is ${controlPlane.endpoint}; Ctrl-C stops it`);
  await new Promise((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
  await controlPlane.stop();
  await temporary?.remove();
}

main().catch((error: unknown) => {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = 1;
});
