import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { productVersion } from '../../core/product-version';
import { progressOn } from '../../local/processes/progress';
import { programNames } from '../../local/programs';
import { installPackage, makeCache } from '../../tools/first-hour/install-package';
import { firstHour } from '../../tools/first-hour/session';
import { root } from '../docs/repository';

const run = promisify(execFile);

/** The package as it is released, installed without a registry, in a folder that has nothing of the checkout. */
describe('the installed command', () => {
  let folder = '';
  let tarball = '';
  let bin = '';

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'kubeflow-eks-installed-'));
    mkdirSync(join(folder, 'work'));
    ({ tarball, bin } = await installPackage(folder));
  }, 600_000);
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  async function command(...args: string[]): Promise<{ code: number; out: string; err: string }> {
    const env = { PATH: process.env['PATH'], KUBEFLOW_EKS_CACHE: join(folder, 'cache') };
    try {
      const { stdout, stderr } = await run(join(bin, 'kubeflow-eks'), args, {
        cwd: join(folder, 'work'),
        env,
      });
      return { code: 0, out: stdout, err: stderr };
    } catch (error) {
      const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
      return { code, out: stdout, err: stderr };
    }
  }

  test('is the version of the tarball, whose SHA-256 lies beside it', async () => {
    expect(await command('--version')).toEqual({ code: 0, out: `${productVersion}\n`, err: '' });
    const [digest, name] = readFileSync(`${tarball}.sha256`, 'utf8').trim().split('  ');
    expect(tarball.endsWith(`/${name ?? ''}`)).toBe(true);
    expect(createHash('sha256').update(readFileSync(tarball)).digest('hex')).toBe(digest);
  });

  test("takes the sample's variables over, validates and explains them, from any folder", async () => {
    writeFileSync(
      join(folder, 'work', 'terraform.tfvars'),
      'region = "us-east-1"\neks_name = "demo"\nroute53_domain = "demo.acme.example"\nadfs_url = "adfs.acme.example"\n',
    );
    const made = await command(
      ...['init', 'demo.yaml', '--from', 'terraform.tfvars', '--yes', '--account-id', '111122223333'],
      ...['--vpc-id', 'vpc-0123456789abcdef0', '--kms-key-arn'],
      'arn:aws:kms:us-east-1:111122223333:key/11111111-2222-3333-4444-555555555555',
    );
    expect(made).toMatchObject({ code: 0, err: '' });
    expect((await command('validate', 'demo.yaml')).out).toContain('demo.yaml is valid: "demo" in us-east-1');
    const explained = await command('explain', 'demo.yaml', '--groups', 'AWS-team-a', '--json');
    expect(explained).toMatchObject({ code: 0, err: '' });
    expect(explained.out).toContain('team-a');
    // What would be applied is read from files of the package.
    expect((await command('render', 'kubeflow', 'demo.yaml')).code).toBe(0);
  });

  // The only rehearsal among the tests: it takes a minute.
  test('leads through the first hour as docs/first-hour.md tells it', async () => {
    const cache = join(folder, 'first-cache');
    await makeCache(cache, progressOn(process.stderr));
    const document = await firstHour({ bin, work: join(folder, 'kubeflow'), cache });
    // What stands for paths and ports is in the document; of this machine there is nothing.
    for (const own of [tmpdir(), homedir(), root]) expect(document).not.toContain(`${own}/`);
    // Another than is committed? Look at the difference, then `npm run docs:first-hour`.
    expect(document).toBe(readFileSync(join(root, 'docs/first-hour.md'), 'utf8'));
  }, 600_000);

  test('knows no region, and lists the programs that one would build', async () => {
    expect(await command('local', 'status')).toMatchObject({ code: 4, out: 'no local region is up\n' });
    const { code, out } = await command('local', 'programs', '--json');
    expect(code).toBe(0);
    for (const name of programNames) expect(out).toContain(`"${name}"`);
  });
});
