import { join } from 'node:path';
import { messageOf } from '../../core/errors';
import { ensurePrograms, locatePrograms } from '../kubernetes/control-plane-programs';
import type { Progress } from '../processes/progress';
import type { StopStack } from '../processes/stop-stack';
import { ensureProgram } from '../programs';
import { packCharts } from './charts';
import { assembleDistribution } from './distribution/assemble';
import { builtForBuilds, installPrograms } from './installed-programs';

/** What the builds find on the machine that they run on, by folder. */
export interface BuildMachine {
  /** The programs that they call. */
  bin: string;
  /** The charts that they install, packed. */
  charts: string;
  /** The distribution of Kubeflow that stands for the pinned source. */
  distribution: string;
}

export interface BuildMachineOptions {
  /** Folder of the region. */
  dir: string;
  /** Folder with a distribution of Kubeflow; without it a reduced one is made. */
  distribution: string | undefined;
  onProgress: Progress;
  stops: StopStack;
}

/** Prepares the machine of the builds. The programs that take long to be built are there later: who calls one waits for it. */
export async function prepareBuildMachine({
  dir,
  distribution,
  onProgress,
  stops,
}: BuildMachineOptions): Promise<BuildMachine> {
  const machine = {
    bin: join(dir, 'builds', 'bin'),
    charts: join(dir, 'builds', 'charts'),
    distribution: distribution ?? join(dir, 'distribution'),
  };
  const { kubectl } = await locatePrograms();
  const [onNotBuilt] = await Promise.all([
    installPrograms(machine.bin, [kubectl.path, ...kubectl.prefix]),
    packCharts(machine.charts),
    distribution === undefined ? assembleDistribution(machine.distribution) : undefined,
  ]);
  buildAhead(onProgress, stops, onNotBuilt);
  return machine;
}

/**
 * Builds what the cluster's step needs, if it is not there, while the steps before it are at work. That step waits for the
 * rest, and says what is wrong where it fails.
 */
function buildAhead(
  onProgress: Progress,
  stops: StopStack,
  onNotBuilt: Awaited<ReturnType<typeof installPrograms>>,
): void {
  const stopping = new AbortController();
  const options = { onProgress, signal: stopping.signal };
  const build = async (): Promise<void> => {
    await ensurePrograms(options).catch(() => undefined);
    for (const program of builtForBuilds) {
      await ensureProgram(program, options).catch((error: unknown) => onNotBuilt(program, messageOf(error)));
    }
  };
  const building = build();
  stops.defer(async () => {
    stopping.abort();
    await building;
  });
}
