import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { proxyAgent } from '../../../adapters/aws/proxy-agent';
import { makeTempDir, type TempDir } from '../../../local/processes/temp-dir';
import { createAuthority } from '../../../local/region/network/authority';
import { openNetwork, type Network } from '../../../local/region/network/network';
import { webSite } from '../../../local/region/network/web-site';

const root = join(__dirname, '../../..');
const run = promisify(execFile);

let dir: TempDir;
let network: Network;
let caFile: string;

beforeAll(async () => {
  dir = await makeTempDir('kubeflow-eks-proxy-');
  const authority = await createAuthority();
  caFile = join(dir.path, 'ca.pem');
  await writeFile(caFile, authority.caPem);
  // Says which host it answers for, in an answer of STS.
  const sts = webSite('STS', (request) =>
    Promise.resolve(
      new Response(
        `<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>${new URL(request.url).hostname}</Arn></GetCallerIdentityResult></GetCallerIdentityResponse>`,
        { headers: { 'content-type': 'text/xml' } },
      ),
    ),
  );
  network = await openNetwork(authority, (host) =>
    Promise.resolve(host.startsWith('sts.') ? sts : { refused: 'not let out' }),
  );
});
afterAll(async () => {
  await network.close();
  await dir.remove();
});

/** Asks STS as a function in a VPC does: through our clients, by environment variables alone. */
async function askSts(region: string, environment: Record<string, string>): Promise<string> {
  const code = `
    const { createClients } = require('./adapters/aws/clients.ts');
    const { STSClient, GetCallerIdentityCommand } = require('@aws-sdk/client-sts');
    const clients = createClients({ region: '${region}', maxAttempts: 1 });
    clients.get(STSClient).send(new GetCallerIdentityCommand({})).then(
      ({ Arn }) => console.log(Arn),
      (error) => console.log('failed: ' + error.message),
    ).finally(() => clients.destroy());`;
  const { stdout } = await run(process.execPath, ['--import', 'tsx', '-e', code], {
    cwd: root,
    env: {
      PATH: process.env['PATH'],
      NODE_EXTRA_CA_CERTS: caFile,
      AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'example',
      NODE_USE_ENV_PROXY: '1',
      ...environment,
    },
  });
  return stdout.trim();
}

test("the SDK's clients reach AWS through the proxy of the environment, over verified TLS", async () => {
  expect(await askSts('eu-central-1', { HTTPS_PROXY: network.proxyUrl })).toBe(
    'sts.eu-central-1.amazonaws.com',
  );
  expect(network.connections).toContainEqual({ host: 'sts.eu-central-1.amazonaws.com', site: 'STS' });
}, 30_000);

test('and what NO_PROXY names without it', async () => {
  const before = network.connections.length;
  // Nothing answers there: a name below .invalid never resolves (RFC 2606).
  const answer = await askSts('eu-central-1', {
    HTTPS_PROXY: network.proxyUrl,
    NO_PROXY: 'localhost, .invalid',
    AWS_ENDPOINT_URL: 'https://sts.acme.invalid',
  });
  expect(answer).toMatch(/^failed: .*ENOTFOUND|^failed: .*EAI_AGAIN/);
  expect(network.connections).toHaveLength(before);
}, 30_000);

test('a proxy that refuses is named', async () => {
  const answer = await askSts('eu-central-1', {
    HTTPS_PROXY: network.proxyUrl,
    AWS_ENDPOINT_URL: 'https://iam.amazonaws.com',
  });
  expect(answer).toContain(
    'the proxy 127.0.0.1 answers 502 Bad Gateway to a connection to iam.amazonaws.com:443',
  );
}, 30_000);

test.each([{}, { HTTPS_PROXY: '' }, { NO_PROXY: '*' }])('%j names no proxy', (environment) => {
  expect(proxyAgent(environment)).toBeUndefined();
});
