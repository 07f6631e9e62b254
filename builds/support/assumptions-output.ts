import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { elsewhereOf } from '../../adapters/aws/clients';
import type { AssumptionId } from '../../core/assumptions/assumption-table';
import { mergeObservations, type Observation, type Verdict } from '../../core/assumptions/observation';
import { defined } from '../../core/defined';
import { buildEnvironment } from '../../core/handover/build-environment';

/** The file that the build specification reads the exported variable `ASSUMPTIONS` from, beside the source. */
const assumptionsFile = 'assumptions.json';

const seen: Observation[] = [];

/**
 * Notes what the build sees of an assumption about AWS; it changes nothing of what the build does.
 *
 * @param value what was seen, for people; nothing secret, and nothing of a person
 */
export function observe(id: AssumptionId, verdict: Verdict, value?: string): void {
  seen.push({ id, verdict, ...defined({ value, elsewhere: elsewhereOf(process.env['AWS_ENDPOINT_URL']) }) });
}

/** Node.js takes a proxy from the environment of a process from this version on (its documentation, `--use-env-proxy`). */
const withProxy = { major: 22, minor: 21 } as const;

/** @param version as in `process.versions.node` */
function observeNode(version: string): void {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const honours = major > withProxy.major || (major === withProxy.major && minor >= withProxy.minor);
  observe('build-proxy', honours ? 'verified' : 'refuted', `Node.js ${version}`);
}

/** What was noted so far, one for each assumption. */
function observations(): Observation[] {
  return mergeObservations(seen);
}

/** Writes what was noted to where the build specification exports it from. A build always has something to say. */
export async function writeObservations(): Promise<void> {
  observeNode(process.versions.node);
  const folder = buildEnvironment().CODEBUILD_SRC_DIR;
  if (folder !== undefined) await writeFile(join(folder, assumptionsFile), JSON.stringify(observations()));
}
