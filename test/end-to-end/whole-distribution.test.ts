import { resolve } from 'node:path';
import { readableCause } from '../../core/execution/cause';
import type { ControlPlane } from '../../local/kubernetes/control-plane';
import { runBuild } from '../support/builds';
import { installedObjects, writesDuring } from '../support/installed';
import { clusterOf, seedConfiguration, useRegion } from '../support/region';

/**
 * Every object of the real distribution, applied by the build to the real API server. The distribution is too large to
 * stand here: KUBEFLOW_EKS_DISTRIBUTION names a folder into which an archive of `mirror:pack` was unpacked.
 */
const distribution = process.env['KUBEFLOW_EKS_DISTRIBUTION'];

if (distribution === undefined) {
  test.skip('the whole distribution: KUBEFLOW_EKS_DISTRIBUTION names none', () => undefined);
} else {
  describe('the whole distribution', () => {
    const region = useRegion(seedConfiguration, { distribution: resolve(distribution) });
    const cluster = (): ControlPlane => clusterOf(region());

    test('is installed, and a second run changes nothing', async () => {
      const { start, finish, document } = region();
      const { execution } = await finish(await start('provision', document));
      expect([execution.status, readableCause(execution.cause)]).toEqual(['SUCCEEDED', 'no cause was given']);
      const installed = await installedObjects(cluster());
      process.stderr.write(`${installed.size} objects are installed\n`);

      const writes = await writesDuring(cluster(), async () => {
        expect((await runBuild(region(), 'kubeflow')).buildStatus).toBe('SUCCEEDED');
      });
      expect(writes).toEqual([]);
      expect(await installedObjects(cluster())).toEqual(installed);
    }, 1_200_000);
  });
}
