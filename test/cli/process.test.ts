import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, createReadStream, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { version } from '../../package.json';
import { nodeTooOld } from '../../local/region/node-version';
import { freePort } from '../../local/processes/free-port';

const root = join(__dirname, '../..');
const example = join(root, 'examples/acme.yaml');

/** The command line as a process of its own, without credentials and with an empty home. */
async function program(
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<{ code: number; out: string; err: string }> {
  const home = mkdtempSync(join(tmpdir(), 'kubeflow-eks-home-'));
  try {
    const { stdout, stderr } = await promisify(execFile)(
      process.execPath,
      ['--import', 'tsx', join(root, 'cli/main.ts'), ...args],
      {
        cwd: root,
        env: { PATH: process.env['PATH'], HOME: home, AWS_EC2_METADATA_DISABLED: 'true', ...env },
      },
    );
    return { code: 0, out: stdout, err: stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, out: stdout, err: stderr };
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

describe('the program', () => {
  test('prints one JSON document and nothing else', async () => {
    const { code, out, err } = await program(['validate', example, '--json']);
    expect({ code, err, document: JSON.parse(out) as unknown }).toEqual({
      code: 0,
      err: '',
      document: { apiVersion: 'kubeflow-eks/v1', kind: 'Validation', valid: true, problems: [] },
    });
  });

  describe('as the command `kubeflow-eks`', () => {
    const bin = join(root, 'cli/bin.mjs');
    const away = mkdtempSync(join(tmpdir(), 'kubeflow-eks-away-'));
    afterAll(() => {
      rmSync(away, { recursive: true, force: true });
    });
    const command = (args: readonly string[], env: Record<string, string> = {}) =>
      promisify(execFile)(process.execPath, [bin, ...args], {
        cwd: away,
        env: { PATH: process.env['PATH'], ...env },
      });

    test('works from any folder, with paths from there, through a link as from npm', async () => {
      copyFileSync(example, join(away, 'my.yaml'));
      symlinkSync(bin, join(away, 'kubeflow-eks'));
      const words = 'my.yaml is valid: "acme" in eu-central-1';
      expect((await command(['validate', 'my.yaml'])).stdout).toContain(words);
      const linked = await promisify(execFile)(join(away, 'kubeflow-eks'), ['validate', 'my.yaml'], {
        cwd: away,
      });
      expect(linked.stdout).toContain(words);
      const byNpm = await promisify(execFile)(process.execPath, [bin, 'validate', 'my.yaml'], {
        cwd: root,
        env: { PATH: process.env['PATH'], npm_lifecycle_event: 'cli', INIT_CWD: away },
      });
      expect(byNpm.stdout).toContain(words);
    });

    test('runs the local region on the Node.js of the checkout where the one of the machine is too old', async () => {
      // Says of itself that it is another one, as the machine's would be.
      const old =
        'data:text/javascript,Object.defineProperty(process,"versions",{value:{...process.versions,node:"20.20.2"}})';
      const onOldNode = (file: string, words: readonly string[]) =>
        promisify(execFile)(process.execPath, ['--import', old, file, ...words], {
          cwd: away,
          env: { PATH: process.env['PATH'] },
        }).catch((error: unknown) => error as { stderr: string });
      copyFileSync(example, join(away, 'unused.yaml'));
      // The folder is looked at after the version was: in both cases nothing is started.
      const words = ['rehearse', 'unused.yaml', '--distribution', away];
      expect((await onOldNode(bin, words)).stderr).toContain('has no folder "common"');
      expect((await onOldNode(bin, ['--version'])).stderr).toBe('');
      const source = readFileSync(join(root, 'cli/node-of-checkout.mjs'), 'utf8');
      const [, major = '', minor = ''] = /needed = \[(\d+), (\d+)\]/.exec(source) ?? [];
      expect(nodeTooOld('20.20.2')).toContain(`Node.js ${major}.${minor} or newer`);
    });

    test('tells its version', async () => {
      expect((await command(['--version'])).stdout).toBe(`${version}\n`);
    });

    test('reads standard input by the name -', async () => {
      const child = spawn(process.execPath, [bin, 'validate', '-'], {
        cwd: away,
        stdio: ['pipe', 'pipe', 'inherit'],
      });
      createReadStream(example).pipe(child.stdin);
      expect(await text(child.stdout)).toContain('standard input is valid: "acme" in eu-central-1');
    });
  });

  test('ends quietly when its reader has seen enough', async () => {
    const child = spawn(process.execPath, ['--import', 'tsx', join(root, 'cli/main.ts'), '--help'], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    // The reader is gone before the first word is written.
    child.stdout.destroy();
    let err = '';
    child.stderr.on('data', (text) => (err += String(text)));
    const [code] = (await once(child, 'close')) as [number | null];
    expect({ code, err }).toEqual({ code: 0, err: '' });
  });

  test('without credentials says how to get some', async () => {
    const { code, out, err } = await program(['status', 'acme', '--region', 'eu-central-1']);
    expect({ code, out }).toEqual({ code: 5, out: '' });
    expect(err).toMatch(/^no usable AWS credentials: .*\nlog in \(aws sso login\), name a profile/);
  });

  test('without a connection says where to look', async () => {
    const { code, out, err } = await program(['status', 'acme', '--region', 'eu-central-1', '--json'], {
      AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_ENDPOINT_URL: `http://127.0.0.1:${await freePort()}`,
    });
    expect(code).toBe(5);
    expect(err).toMatch(/^no connection: .*ECONNREFUSED.*\nlook at the network/);
    expect(JSON.parse(out)).toMatchObject({ error: { exitCode: 5 } });
  });

  test('without a local region says how to bring one up', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'kubeflow-eks-region-'));
    try {
      const { code, err } = await program(['status', 'acme', '--local'], { KUBEFLOW_EKS_REGION_DIR: folder });
      expect(code).toBe(4);
      expect(err).toBe('no local region is up\nbring one up: kubeflow-eks local up CONFIG\n');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
