/** Writes `docs/first-hour.md`: `npm run docs:first-hour`. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { repositoryRoot } from '../../infra/bundle';
import { progressOn } from '../../local/processes/progress';
import { makeTempDir } from '../../local/processes/temp-dir';
import { runCommand } from '../command-line';
import { installPackage, makeCache } from './install-package';
import { firstHour } from './session';

runCommand(async () => {
  const folder = await makeTempDir('kubeflow-eks-first-hour-');
  try {
    const cache = join(folder.path, 'cache');
    await makeCache(cache, progressOn(process.stderr));
    const { bin } = await installPackage(folder.path);
    const document = await firstHour({ bin, work: join(folder.path, 'kubeflow'), cache });
    await writeFile(join(repositoryRoot, 'docs', 'first-hour.md'), document);
    return 0;
  } finally {
    await folder.remove();
  }
});
