import { execFile, spawn } from 'node:child_process';
import { createHash, X509Certificate } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { RegionConnection } from '../../local/region';
import { printDocument } from '../documents/print-document';
import { CliError, exitCodes, type ExitCode } from '../exit-codes';
import type { Host } from '../host';
import { liveProgress } from '../live-progress';

/** Whom a region's directories are to know. */
export interface LocalLoginOptions {
  json?: boolean;
  groups?: string;
}

/** `local login EMAIL`: puts a person into the directory of the region that is up, or changes the groups of one. */
export async function localLogin(host: Host, email: string, options: LocalLoginOptions): Promise<ExitCode> {
  if (!email.includes('@'))
    throw new CliError(
      `"${email}" is no e-mail address`,
      exitCodes.badInput,
      'give one, such as alice@acme.example',
    );
  const connection = await regionThatIsUp();
  const { putPeople } = await import('../../local/region');
  const groups = (options.groups ?? '').split(',').filter((group) => group !== '');
  const [person] = await putPeople(connection, [{ email, groups }]);
  if (person === undefined) throw new Error('the region knows nobody of that address');
  if (options.json === true) printDocument(host, 'LocalPerson', person);
  else
    host.out(
      `${email} can sign in as ${person.account}, with ${groups.length === 0 ? 'no groups' : `the groups ${groups.join(', ')}`}; ` +
        'groups that are changed hold from the next login on\n',
    );
  return exitCodes.ok;
}

/** How a deployment is to be opened. */
export interface LocalOpenOptions {
  json?: boolean;
  /** Somebody of the directory. */
  as?: string;
  /** Start no browser. */
  print?: boolean;
}

/** Browsers that take the settings below, in the order of preference. */
const browsers = ['google-chrome', 'google-chrome-stable', 'chromium', 'chromium-browser', 'microsoft-edge'];

/**
 * `local open NAME`: starts Envoy, istiod and oauth2-proxy over a deployment of the region that is up, and a browser that
 * resolves the region's names and believes its authority. No other setting of the machine is touched.
 */
export async function localOpen(host: Host, name: string, options: LocalOpenOptions): Promise<ExitCode> {
  const connection = await regionThatIsUp();
  const [{ enter }, { ensureMeshPrograms }] = await Promise.all([
    import('../../local/region'),
    import('../../local/mesh'),
  ]);
  const progress = liveProgress(host);
  // Here and not in the region, so that who waits for a build sees it.
  await ensureMeshPrograms({ onProgress: progress.tell, environment: host.env, signal: host.signal }).finally(
    () => {
      progress.done();
    },
  );
  const { urls, start, proxyUrl, caPem } = await enter(connection, name, options.as);
  if (start === undefined)
    throw new CliError(
      `nobody in the directory has the e-mail address ${options.as ?? ''}`,
      exitCodes.notFound,
      `put them there: kubeflow-eks local login ${options.as ?? 'EMAIL'} --groups …`,
    );
  const profile = join(connection.dir, 'browser');
  const args = [
    `--user-data-dir=${profile}`,
    `--proxy-server=${proxyUrl}`,
    `--ignore-certificate-errors-spki-list=${publicKeyHash(caPem)}`,
    '--no-first-run',
    start,
  ];
  const browser = options.print === true ? undefined : await findBrowser(host.env);
  if (browser !== undefined) {
    await mkdir(profile, { recursive: true });
    spawn(browser, args, { detached: true, stdio: 'ignore' }).unref();
  }
  if (options.json === true) {
    printDocument(host, 'LocalAddresses', { urls, proxyUrl, arguments: args });
    return exitCodes.ok;
  }
  host.out(
    [
      browser === undefined
        ? `open it in a browser of the Chromium family, with a profile of its own:\n  ${[host.env['KUBEFLOW_EKS_BROWSER'] ?? 'chromium', ...args].map(quoted).join(' ')}`
        : `opened in ${browser}`,
      'addresses in it:',
      ...urls.map((url) => `  ${url}`),
      '',
    ].join('\n'),
  );
  return exitCodes.ok;
}

async function regionThatIsUp(): Promise<RegionConnection> {
  const { findConnection } = await import('../../local/region');
  const connection = findConnection();
  if (connection === undefined)
    throw new CliError(
      'no local region is up',
      exitCodes.notFound,
      'bring one up: kubeflow-eks local up CONFIG',
    );
  return connection;
}

/** As a shell wants it. */
function quoted(word: string): string {
  return /^[\w./:=@+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** As Chromium wants it: of the public key, SHA-256 in base64. */
function publicKeyHash(caPem: string): string {
  const key = new X509Certificate(caPem).publicKey.export({ type: 'spki', format: 'der' });
  return createHash('sha256').update(key).digest('base64');
}

async function findBrowser(environment: NodeJS.ProcessEnv): Promise<string | undefined> {
  const named = environment['KUBEFLOW_EKS_BROWSER'];
  for (const browser of named === undefined ? browsers : [named]) {
    try {
      await promisify(execFile)(browser, ['--version']);
      return browser;
    } catch {
      // Not there.
    }
  }
  return undefined;
}
