import { createKubernetesClient } from '../../../adapters/kubernetes/client';
import { createEksToken } from '../../../adapters/kubernetes/eks-token';
import { kubernetesGroups } from '../../../core/naming';
import { CredentialStore } from '../../../local/sts/credentials';
import { serveSts, type StsServer } from '../../../local/sts/server';
import { createSts } from '../../../local/sts/sts';
import { useControlPlane } from '../../support/control-plane';
import { login, makeTenant, prepareCluster } from '../../isolation/support';

const region = 'eu-central-1';
const roleArn = 'arn:aws:iam::123456789012:role/kubeflow-eks-profile-manager';
const store = new CredentialStore();
const credential = store.issue(roleArn, 'function');
let sts: StsServer;

const kubernetes = useControlPlane(async () => {
  sts = await serveSts(createSts({ credentials: store }));
  const entry = { principalArn: roleArn, kubernetesGroups: [kubernetesGroups.profileManager] };
  return { clusterName: 'acme', eksTokens: { region, stsUrl: sts.url, accessEntries: [entry] } };
});
beforeAll(async () => {
  await prepareCluster(kubernetes());
  await makeTenant(kubernetes().client, 'team-a');
});
afterAll(async () => {
  await sts.close();
});

const tokens = (clusterName: string, now?: () => Date) =>
  createEksToken({
    clusterName,
    region,
    credentials: () => Promise.resolve(credential),
    ...(now && { now }),
  });

function connect(token: (request?: { renew?: boolean }) => Promise<string>) {
  const { endpoint, caPem } = kubernetes();
  return createKubernetesClient({ endpoint, caPem, token });
}

test('a function with the access entry works as the profile manager', async () => {
  const client = connect(tokens('acme'));
  const { report } = await login(client, 'alice@example.com', ['team-a']);
  expect(report).toMatchObject({ failures: [], grants: [{ namespace: 'team-a' }] });
  client.close();
});

test('a token for another cluster is refused', async () => {
  const client = connect(tokens('other'));
  await expect(login(client, 'alice@example.com', ['team-a'])).rejects.toMatchObject({ status: 401 });
  client.close();
});

test('a warm function never shows a token of more than ten minutes', async () => {
  let minutes = 0;
  const base = Date.now();
  const token = tokens('acme', () => new Date(base + minutes * 60_000));
  const first = await token();
  minutes = 9;
  expect(await token()).toBe(first);
  minutes = 11;
  expect(await token()).not.toBe(first);
});

test('a token that the cluster no longer takes is renewed once, unseen by the caller', async () => {
  // Signed 20 minutes ago, as a frozen function's clock may make one believe it is fresh.
  let asked = 0;
  const old = tokens('acme', () => new Date(Date.now() - 20 * 60_000));
  const fresh = tokens('acme');
  const client = connect((request) => {
    asked += 1;
    return request?.renew === true ? fresh() : old();
  });
  await client.document('/apis');
  expect(asked).toBe(2);
  client.close();
});

test('credentials that are missing now do not spoil the next token', async () => {
  let available = false;
  const token = createEksToken({
    clusterName: 'acme',
    region,
    credentials: () => (available ? Promise.resolve(credential) : Promise.reject(new Error('not yet'))),
  });
  await expect(token()).rejects.toThrow('not yet');
  available = true;
  expect(await token()).toMatch(/^k8s-aws-v1\./);
});
