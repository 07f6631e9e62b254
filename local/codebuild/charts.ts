import { execFile } from 'node:child_process';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { loadBalancerController } from '../../core/versions';

/**
 * Packs the charts that stand for those which the builds install, as Helm repositories serve them: `NAME-VERSION.tgz`. The
 * version is the pinned one, so that a release of it says what the real one would.
 *
 * @param folder where the archives are written; made if it is not there
 */
export async function packCharts(folder: string): Promise<void> {
  const { name, version } = loadBalancerController;
  const unpacked = join(folder, name);
  await mkdir(folder, { recursive: true });
  await cp(join(__dirname, 'charts', name), unpacked, { recursive: true });
  await writeFile(
    join(unpacked, 'Chart.yaml'),
    JSON.stringify({
      apiVersion: 'v2',
      name,
      version,
      appVersion: `v${version}`,
      description: "Stands in for the controller's chart in the local region",
    }),
  );
  await promisify(execFile)('tar', ['-czf', `${name}-${version}.tgz`, name], { cwd: folder });
}
