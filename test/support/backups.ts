import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BackupApi } from '../../local/region/services/backup-api';
import { useMoto, type MotoInTest } from './moto';

/** AWS Backup of the local region, beside moto, with one cluster. */
export interface BackupsInTest extends MotoInTest {
  /** What the API server of the cluster answers; it has nothing unless a test says otherwise. */
  apiServer: { get: (path: string) => Promise<object>; list: (path: string) => Promise<object[]> };
}

const empty: BackupsInTest['apiServer'] = {
  get: (path) => Promise.resolve(path === '/apis' ? { groups: [] } : { resources: [] }),
  list: () => Promise.resolve([]),
};

/**
 * Registers hooks as {@link useMoto} does, with AWS Backup in moto's place.
 *
 * @param cluster name of the cluster that is there
 * @param roleMadeAt when each role was made; long ago by default
 */
export function useBackups(
  cluster: string,
  roleMadeAt: () => Date | undefined = () => new Date(0),
): BackupsInTest {
  let dir: string | undefined;
  let apiServer = empty;
  beforeEach(() => {
    apiServer = empty;
  });
  afterEach(() => {
    if (dir !== undefined) rmSync(dir, { recursive: true, force: true });
  });
  const moto = useMoto({
    accountId: '111122223333',
    services: () => {
      dir = mkdtempSync(join(tmpdir(), 'backups-'));
      const api = new BackupApi({
        accountId: '111122223333',
        region: 'eu-central-1',
        dir,
        findCluster: (name) => (name === cluster ? { client: apiServer as never } : undefined),
        roleCreatedAt: () => Promise.resolve(roleMadeAt()),
      });
      return { backup: [api.handler] };
    },
  });
  return Object.defineProperty(moto as BackupsInTest, 'apiServer', {
    get: () => apiServer,
    set: (given: BackupsInTest['apiServer']) => {
      apiServer = given;
    },
  });
}
