import {
  startControlPlane,
  type ControlPlane,
  type ControlPlaneOptions,
} from '../../local/kubernetes/control-plane';
import { progressOn } from '../../local/processes/progress';
import { makeTempDir } from '../../local/processes/temp-dir';

/** A first build takes minutes; a start from the cache some 5 s, more when other test files run beside it. */
const startTimeoutMs = 25 * 60_000;
const stopTimeoutMs = 60_000;

export type TestControlPlaneOptions = Partial<Omit<ControlPlaneOptions, 'dir'>>;

/**
 * Gives a test file a real control plane of its own: started before its first test, stopped after its last, its data
 * thrown away. Call it once, at the top of the file (or of a `describe`), and use the result in tests and hooks:
 *
 *     const kubernetes = useControlPlane();
 *     test('…', async () => {
 *       const { client, kubectl, audit } = kubernetes();
 *     });
 *
 * Options that are known only in `beforeAll` (the URL of an STS) may come from a function.
 *
 * Jest gives each test file its own module registry, so one per file is as much sharing as there can be. What it is
 * doing is printed while it builds, since that may take minutes once per machine.
 */
export function useControlPlane(
  options: TestControlPlaneOptions | (() => Promise<TestControlPlaneOptions>) = {},
): () => ControlPlane {
  let running: { controlPlane: ControlPlane; remove: () => Promise<void> } | undefined;

  beforeAll(async () => {
    const dir = await makeTempDir('kfe-cp-');
    try {
      const controlPlane = await startControlPlane({
        clusterName: 'test',
        onProgress: progressOn(process.stderr),
        ...(typeof options === 'function' ? await options() : options),
        dir: dir.path,
      });
      running = { controlPlane, remove: dir.remove };
    } catch (error) {
      await dir.remove();
      throw error;
    }
  }, startTimeoutMs);

  afterAll(async () => {
    await running?.controlPlane.stop();
    await running?.remove();
    running = undefined;
  }, stopTimeoutMs);

  return () => {
    if (running === undefined) throw new Error('the control plane runs in tests and hooks only');
    return running.controlPlane;
  };
}
