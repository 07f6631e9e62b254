import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { cacheSubfolder } from '../cache';
import type { Progress } from '../processes/progress';

const run = promisify(execFile);

/** The newest release that runs on Java 17; the digest is that of the published archive. */
export const keycloakRelease = {
  version: '26.7.3',
  sha256: '27a6535553c3cdcd083872ba40629efafb3475e3b758e0c6f691395561dd0f1f',
} as const;

/** Pinned as everything else that is downloaded. */
const copyGoal = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy';

/**
 * The folder of Keycloak in the cache, where Maven puts it the first time: 177 MB.
 *
 * @throws Error without Maven, Java or unzip, or for an archive that is another one than the pinned
 */
export async function ensureKeycloak(onProgress: Progress): Promise<string> {
  const { version, sha256 } = keycloakRelease;
  const cache = cacheSubfolder('keycloak');
  const home = join(cache, `keycloak-${version}-${sha256.slice(0, 16)}`);
  if (existsSync(home)) return home;
  onProgress(`downloading Keycloak ${version} (177 MB); once`);
  const folder = await mkdtemp(join(cache, 'unfinished-'));
  try {
    await run('mvn', [
      '-q',
      '-B',
      copyGoal,
      `-Dartifact=org.keycloak:keycloak-quarkus-dist:${version}:zip`,
      `-DoutputDirectory=${folder}`,
    ]);
    const archive = join(folder, `keycloak-quarkus-dist-${version}.zip`);
    const hash = createHash('sha256');
    await pipeline(createReadStream(archive), hash);
    const found = hash.digest('hex');
    if (found !== sha256)
      throw new Error(`Keycloak ${version} has the SHA-256 ${found}, expected ${sha256}: it is not used`);
    await run('unzip', ['-q', archive, '-d', folder]);
    await rename(join(folder, `keycloak-${version}`), home);
    return home;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
