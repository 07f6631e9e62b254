import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createAuthority } from '../../../local/region/network/authority';
import { adfsMetadata } from '../../../local/adfs/metadata';
import { openNetwork, type Network } from '../../../local/region/network/network';
import { webSite } from '../../../local/region/network/web-site';
import { parseSamlMetadata } from '../../../core/saml/saml-metadata';

const run = promisify(execFile);

let network: Network;
let dir: string;
let caFile: string;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'network-'));
  const authority = await createAuthority();
  caFile = join(dir, 'ca.pem');
  await writeFile(caFile, authority.caPem);
  const { cert } = await authority.signingCertificate('signing');
  const metadata = adfsMetadata('adfs.acme.example', [cert.replace(/-----[^-]+-----|\s/g, '')]);
  const adfs = webSite('ADFS (stand-in)', () => Promise.resolve(new Response(metadata)));
  network = await openNetwork(authority, (host) =>
    Promise.resolve(host === 'adfs.acme.example' ? adfs : { refused: 'no A record' }),
  );
});
afterAll(async () => {
  await network.close();
  await rm(dir, { recursive: true });
});

/** Fetches as a function of the region does: Node's own fetch, by environment variables alone. */
async function fetchInChild(url: string): Promise<string> {
  const { stdout } = await run(
    process.execPath,
    [
      '-e',
      `fetch(${JSON.stringify(url)}).then(async (r) => console.log(r.status, await r.text()), (e) => console.log('failed', String(e.cause ?? e)))`,
    ],
    {
      env: {
        PATH: process.env['PATH'],
        NODE_USE_ENV_PROXY: '1',
        HTTPS_PROXY: network.proxyUrl,
        NO_PROXY: '127.0.0.1,localhost',
        NODE_EXTRA_CA_CERTS: caFile,
      },
    },
  );
  return stdout;
}

test('a function reaches a site of the region over verified TLS, and its metadata is what ADFS would send', async () => {
  const answer = await fetchInChild(
    'https://adfs.acme.example/FederationMetadata/2007-06/FederationMetadata.xml',
  );
  expect(answer).toMatch(/^200 /);
  expect(parseSamlMetadata(answer.slice(4))).toBeDefined();
  expect(network.connections).toContainEqual({ host: 'adfs.acme.example', site: 'ADFS (stand-in)' });
});

test('a name that nothing answers to is refused, and nothing leaves the machine', async () => {
  expect(await fetchInChild('https://www.example.com/')).toMatch(/^failed/);
  expect(network.connections).toContainEqual({ host: 'www.example.com', site: 'refused: no A record' });
});
