import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeJwt, decodeProtectedHeader, SignJWT, type JWTPayload } from 'jose';
import { programAudience } from '../../../builds/kubeflow/overlay/request-authentication';
import { KubeClient } from '../../../local/kubernetes/kube-client';
import type { WayIn } from '../../support/way-in';
import { arrivalOf, ask, notebook } from './ask';

const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });
const account = 'default-editor';

/** Programs show tokens of service accounts, as docs/operate/everyday.md says. */
export function programsShowTokens(wayIn: () => WayIn): void {
  /** By the API server, as `kubectl create token` has it. */
  async function tokenFor(namespace: string, audience?: string): Promise<string> {
    const { status } = await wayIn().cluster.client.json<{ status: { token: string } }>({
      path: `/api/v1/namespaces/${namespace}/serviceaccounts/${account}/token`,
      method: 'POST',
      body: {
        apiVersion: 'authentication.k8s.io/v1',
        kind: 'TokenRequest',
        spec: { expirationSeconds: 3600, ...(audience !== undefined && { audiences: [audience] }) },
      },
    });
    return status.token;
  }
  const statusWith = async (token: string, path = '/'): Promise<number> =>
    (await ask(wayIn(), wayIn().visitor(), path, bearer(token))).status;

  beforeAll(async () => {
    await wayIn().logIn('ACME\\alice');
    await wayIn().mesh.notebook('team-a');
    await wayIn().mesh.notebook('team-b');
  }, 120_000);

  test("the keys of the cluster's issuer are published, as EKS does", async () => {
    const { cluster, visitor } = wayIn();
    const token = await tokenFor('team-a', programAudience);
    const { iss = '' } = decodeJwt(token);
    const [authentication] = (
      await cluster.client.list<{
        metadata: { name: string };
        spec: { jwtRules: { issuer: string; jwksUri: string }[] };
      }>('/apis/security.istio.io/v1/namespaces/istio-system/requestauthentications')
    ).filter(({ metadata }) => metadata.name === 'm2m-token-issuer');
    expect(authentication?.spec.jwtRules[0]).toMatchObject({ issuer: iss, jwksUri: `${iss}/keys` });
    const discovery = await visitor().visit(`${iss}/.well-known/openid-configuration`);
    expect(JSON.parse(discovery.text)).toMatchObject({ issuer: iss, jwks_uri: `${iss}/keys` });
    const keys = await visitor().visit(`${iss}/keys`);
    expect(JSON.parse(keys.text)).toMatchObject({ keys: [{ kid: decodeProtectedHeader(token).kid }] });
    expect((await visitor().visit(`${iss.slice(0, -1)}X/keys`)).status).toBe(404);
  });

  test('a token that was made for the gateway gets a program in, as its account and as nobody else', async () => {
    const token = await tokenFor('team-a', programAudience);
    expect(decodeJwt(token).iss).toMatch(
      /^https:\/\/oidc\.eks\.us-east-1\.amazonaws\.com\/id\/[0-9A-F]{32}$/,
    );
    expect(decodeProtectedHeader(token).alg).toBe('RS256');
    const page = await ask(wayIn(), wayIn().visitor(), '/pipeline/apis/v2beta1/runs', {
      ...bearer(token),
      'kubeflow-userid': 'alice@acme.example',
      'kubeflow-groups': 'team-b',
    });
    expect([page.status, page.text.slice(0, 80)]).toEqual([200, expect.anything()]);
    const { headers } = arrivalOf(page);
    expect(headers['kubeflow-userid']).toEqual([`system:serviceaccount:team-a:${account}`]);
    // It could be shown here again by whoever it was handed on to.
    expect(headers).not.toHaveProperty('authorization');
    expect(headers).not.toHaveProperty('kubeflow-groups');
  });

  test.each(['team-a', 'team-b'])(
    "a program gets into no tenant's notebook through the gateway: an account is nobody's grant (%s)",
    async (namespace) => {
      const { mesh } = wayIn();
      const { program } = await mesh.notebook(namespace);
      const before = program.arrivals.length;
      expect(await statusWith(await tokenFor('team-a', programAudience), notebook(namespace))).toBe(403);
      expect(program.arrivals).toHaveLength(before);
    },
  );

  test.each([
    ['the API server: every pod has one', undefined],
    ["AWS' STS", 'sts.amazonaws.com'],
    ['Pipelines, from within', 'pipelines.kubeflow.org'],
    ['istiod', 'istio-ca'],
  ])('a token that was made for somebody else is refused: for %s', async (_who, audience) => {
    const token = await tokenFor('team-a', audience);
    expect([401, 403]).toContain(await statusWith(token));
  });

  test('and the API server takes none that was made for the gateway', async () => {
    const { endpoint, caPem } = wayIn().cluster;
    const asks = async (token: string): Promise<number> => {
      const client = new KubeClient({ endpoint, caPem, token });
      const { status } = await client.raw({ path: '/api/v1/namespaces/team-a/configmaps' });
      client.close();
      return status;
    };
    expect(await asks(await tokenFor('team-a'))).not.toBe(401);
    expect(await asks(await tokenFor('team-a', programAudience))).toBe(401);
  });

  describe("with the cluster's own key", () => {
    let key: KeyObject;
    let sample: { claims: JWTPayload; kid: string };
    const signed = async (claims: Record<string, unknown>, by = key): Promise<string> =>
      new SignJWT({ ...sample.claims, ...claims })
        .setProtectedHeader({ alg: 'RS256', kid: sample.kid })
        .sign(by);
    const now = (): number => Math.floor(Date.now() / 1000);

    beforeAll(async () => {
      const { region, cluster } = wayIn();
      const pki = join(region.options.dir, 'clusters', cluster.clusterName, 'pki');
      key = createPrivateKey(await readFile(join(pki, 'service-accounts.key')));
      const token = await tokenFor('team-a', programAudience);
      sample = { claims: decodeJwt(token), kid: decodeProtectedHeader(token).kid ?? '' };
    });

    test('what is signed and in time passes', async () => {
      expect(await statusWith(await signed({}))).toBe(200);
    });

    // Envoy lets clocks differ by a minute.
    test.each([
      ['its time is over', () => ({ exp: now() - 90 })],
      ['its time has not come', () => ({ nbf: now() + 300 })],
      [
        'another cluster issued it',
        () => ({ iss: `https://oidc.eks.us-east-1.amazonaws.com/id/${'0'.repeat(32)}` }),
      ],
      [
        "the pool's issuer is in it",
        () => ({ iss: `https://cognito-idp.us-east-1.amazonaws.com/${wayIn().outputs.userPoolId}` }),
      ],
      ['it names no audience', () => ({ aud: undefined })],
    ])('it is refused where %s', async (_what, claims) => {
      expect([401, 403]).toContain(await statusWith(await signed(claims())));
    });

    test('and where somebody else signed it', async () => {
      const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
      expect([401, 403]).toContain(await statusWith(await signed({}, privateKey)));
    });
  });
}
