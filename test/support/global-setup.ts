import { progressOn } from '../../local/processes/progress';
import { ensurePrograms } from '../../local/kubernetes/control-plane-programs';
import { builtForBuilds } from '../../local/codebuild/installed-programs';
import { ensureProgram } from '../../local/programs';
import { ensureVirtualEnvironment } from '../../local/moto/virtual-environment';

/**
 * Has what the tests' servers need before the first test: the control plane's binary, eksctl and helm (built once a machine,
 * for minutes) and moto's environment. Says what it is doing, since jest shows nothing meanwhile.
 */
export default async function globalSetup(): Promise<void> {
  const onProgress = progressOn(process.stderr);
  await Promise.all([
    ensurePrograms({ onProgress }).then(async () => {
      for (const program of builtForBuilds) await ensureProgram(program, { onProgress });
    }),
    ensureVirtualEnvironment(onProgress),
  ]);
}
