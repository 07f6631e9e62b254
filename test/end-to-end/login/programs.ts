import { decodeJwt, decodeProtectedHeader } from 'jose';
import { programAudience } from '../../../builds/kubeflow/overlay/request-authentication';
import { KubeClient } from '../../../local/kubernetes/kube-client';
import type { WayIn } from '../../support/way-in';
import { ask } from './ask';

const account = 'default-editor';

/** Tokens of service accounts, as docs/operate/everyday.md says. */
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

  beforeAll(async () => {
    await wayIn().logIn('ACME\\alice');
  });

  test("a token has the cluster's own issuer and is signed as EKS signs", async () => {
    const token = await tokenFor('team-a', programAudience);
    expect(decodeJwt(token).iss).toMatch(
      /^https:\/\/oidc\.eks\.us-east-1\.amazonaws\.com\/id\/[0-9A-F]{32}$/,
    );
    expect(decodeProtectedHeader(token).alg).toBe('RS256');
  });

  test.each([
    ['the API server: every pod has one', undefined],
    ["AWS' STS", 'sts.amazonaws.com'],
    ['Pipelines, from within', 'pipelines.kubeflow.org'],
    ['istiod', 'istio-ca'],
  ])('a token that was made for somebody else is refused at the gateway: for %s', async (_who, audience) => {
    const authorization = `Bearer ${await tokenFor('team-a', audience)}`;
    expect([401, 403]).toContain((await ask(wayIn(), wayIn().visitor(), '/', { authorization })).status);
  });

  test('the API server takes none that was made for the gateway', async () => {
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
}
