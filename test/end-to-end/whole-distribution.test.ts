import { resolve } from 'node:path';
import { readableCause } from '../../core/execution/cause';
import { buildProjectName } from '../../core/naming';
import type { ControlPlane } from '../../local/kubernetes/control-plane';
import { reviewRoom } from '../../local/rehearsal/review-room';
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
  describe('the whole distribution on 2 × t3.medium', () => {
    const small = { cpu_worker_type: 't3.medium', nodegroup_max_size: 2, nodegroup_desired_size: 2 };
    const region = useRegion({ ...seedConfiguration, ...small }, { distribution: resolve(distribution) });

    test('fails within its bound, and says what does not fit', async () => {
      const { start, finish, document, region: local } = region();
      const project = local.synthesis.deployed.buildProjects.find(
        (candidate) => candidate.name === buildProjectName('kubeflow'),
      );
      Object.assign(project?.environment ?? {}, { COMPONENT_TIMEOUT_SECONDS: '60' });
      const { execution } = await finish(await start('provision', document));
      expect(execution.status).toBe('FAILED');
      expect(readableCause(execution.cause)).toMatch(
        /^ComponentNotReady: [^]*not scheduled: 0\/2 nodes are available: .*(Insufficient memory|Too many pods)/,
      );
      const { waiting } = await reviewRoom(clusterOf(region()));
      process.stderr.write(waiting.map(({ pod, why }) => `${pod}: ${why}\n`).join(''));
      expect(waiting.length).toBeGreaterThan(0);
    }, 1_200_000);
  });
}
