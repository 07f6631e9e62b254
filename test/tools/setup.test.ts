import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(__dirname, '../..');
const [, needed = ''] = /^go (\S+)$/m.exec(readFileSync(join(root, 'local/programs/go.mod'), 'utf8')) ?? [];

describe('the check of what must be on the machine', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kubeflow-eks-setup-'));
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const setUpWith = (goVersion: string): { status: number | null; stderr: string } => {
    writeFileSync(join(folder, 'go'), `#!/bin/sh\necho ${goVersion}\n`);
    chmodSync(join(folder, 'go'), 0o755);
    return spawnSync(process.execPath, [join(root, 'tools/setup.mjs'), '--local'], {
      encoding: 'utf8',
      env: { PATH: `${folder}:${process.env['PATH'] ?? ''}` },
    });
  };
  const [major = 0, minor = 0, patch = 0] = needed.split('.').map(Number);

  test.each([
    `go${major}.${minor - 1}.99`,
    ...(patch > 0 ? [`go${major}.${minor}.${patch - 1}`] : []),
    'devel',
  ])('%s is too old for the module of the programs, and it says which one is needed', (version) => {
    const { status, stderr } = setUpWith(version);
    expect(status).toBe(1);
    expect(stderr).toContain(`Go ${needed} or newer is missing: install it from`);
  });

  test.each([`go${needed}`, `go${major}.${minor + 1}`, `go${major}.${minor}.${patch + 1} X:something`])(
    '%s will do',
    (version) => {
      expect(setUpWith(version)).toMatchObject({ status: 0 });
    },
  );
});
