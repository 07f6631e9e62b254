import {
  AdminCreateUserCommand,
  CognitoIdentityProviderClient,
  CreateUserPoolCommand,
  ListUserPoolsCommand,
  ListUsersCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { registryKey, writeItem } from '../../adapters/aws/registry';
import { kubernetesGroups, stackNames } from '../../core/naming';
import { waitFor } from '../../local/processes/wait-for';
import { CredentialStore, type Credential } from '../../local/sts/credentials';
import { serveSts, type StsServer } from '../../local/sts/server';
import { createSts } from '../../local/sts/sts';
import {
  eventually,
  login,
  makeTenant,
  prepareCluster,
  profileManagerClient,
  rulesWith,
} from '../isolation/support';
import { useControlPlane } from '../support/control-plane';
import { useMoto } from '../support/moto';
import { makeRegistry } from '../support/registry';
import { cli, documentOf, type Recording } from './recording-host';

const region = 'eu-central-1';
const policyBindings = '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings';
const accountId = '111122223333';
const operatorRole = `arn:aws:iam::${accountId}:role/operator`;
const store = new CredentialStore();
const operator = store.issue(operatorRole, 'me');
const stranger = store.issue(`arn:aws:iam::${accountId}:role/stranger`, 'me');
const rules = rulesWith({ group_prefix: 'AWS-' });

let sts: StsServer;
const kubernetes = useControlPlane(async () => {
  sts = await serveSts(createSts({ credentials: store }));
  const entry = { principalArn: operatorRole, kubernetesGroups: [kubernetesGroups.observer] };
  return {
    clusterName: 'acme',
    eksTokens: { region, stsUrl: sts.url, accessEntries: [entry] },
  };
});
const moto = useMoto({ region, accountId });
const before = { ...process.env };

beforeAll(async () => {
  await prepareCluster(kubernetes());
  for (const name of ['team-a', 'team-b']) await makeTenant(kubernetes().client, name);
  const client = profileManagerClient(kubernetes());
  await login(client, 'alice@example.com', ['AWS-team-a'], rules);
  await login(client, 'ghost@example.com', ['AWS-team-b'], rules);
  client.close();
  await kubernetes().client.apply({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: {
      namespace: 'team-a',
      name: 'guest',
      annotations: { user: 'guest@example.com', role: 'view' },
    },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'kubeflow-view' },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'guest@example.com' }],
  });
});
afterAll(async () => {
  await sts.close();
});

beforeEach(async () => {
  await makeRegistry(moto.lookingClients);
  await register(await makePool());
});
afterEach(() => {
  process.env = { ...before };
});

async function makePool(): Promise<string> {
  const cognito = moto.lookingClients.get(CognitoIdentityProviderClient);
  const { UserPool } = await cognito.send(
    new CreateUserPoolCommand({
      PoolName: 'acme',
      Schema: [{ Name: 'groups', AttributeDataType: 'String', Mutable: true }],
    }),
  );
  const groups = '[AWS-team-a,AWS-sciteam,AWS-kube-system,Users]';
  await cognito.send(
    new AdminCreateUserCommand({
      UserPoolId: UserPool?.Id,
      Username: 'ADFS_alice',
      UserAttributes: [
        { Name: 'email', Value: 'Alice@example.com' },
        { Name: 'custom:groups', Value: groups },
      ],
    }),
  );
  return UserPool?.Id ?? '';
}

async function register(userPoolId: string, endpoint = kubernetes().endpoint): Promise<void> {
  const registration = {
    deployment: { name: 'acme', region, accountId, tags: {} },
    configuration: { route53_domain: 'example.com', adfs_url: 'adfs.example.com', access: rules },
    found: {},
    cluster: {
      name: 'acme',
      endpoint,
      certificateAuthority: Buffer.from(kubernetes().caPem).toString('base64'),
    },
    identity: { userPoolId },
    ingress: {},
  };
  await writeItem(moto.lookingClients, stackNames.table, registryKey.registration('acme'), registration);
}

/** The command as somebody with these credentials runs it. */
function access(args: readonly string[], who: Credential = operator, command = 'access'): Promise<Recording> {
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: moto.endpoint,
    AWS_ACCESS_KEY_ID: who.accessKeyId,
    AWS_SECRET_ACCESS_KEY: who.secretAccessKey,
    AWS_SESSION_TOKEN: who.sessionToken,
  });
  return cli([command, ...args], { env: { AWS_REGION: region } });
}

/** Names of our bindings end in a hash. */
const scrub = (text: string): string => text.replaceAll(/-[a-z0-9]{10,}\b/g, '-<hash>');

test('shows who may do what, what is not ours and what is about to go', async () => {
  await eventually(async () => {
    const { code, out, err } = await access(['acme']);
    expect([code, err]).toEqual([0, '']);
    expect(scrub(out)).toMatchInlineSnapshot(`
      "who                team-a  team-b
      alice@example.com  edit
      ghost@example.com          edit!
      guest@example.com  view*
      * not ours: given in the dashboard, by ownership or by hand; neither login nor resync takes it
      ! the directory asks for it no more: the next resync takes it away

      why somebody has it: kubeflow-eks access acme --user EMAIL; all of it: --format csv or html
      "
    `);
  });
});

test('shows of one user also what the groups ask for in vain', async () => {
  const { code, out } = await access(['acme', '--user', 'ALICE@example.com']);
  expect(code).toBe(0);
  expect(scrub(out)).toMatchInlineSnapshot(`
    "who                namespace  role  given by   because of                               object
    alice@example.com  team-a     edit  directory  AWS-team-a (group_prefix, default_role)  team-a/user-alice-example-com-<hash>-edit

    asked for by the groups, and not given:
      AWS-sciteam: nothing in the cluster grants it: the namespace sciteam is there and no Profile's (delete it, or name another), or neither a login nor a re-sync has come since the directory says so
      AWS-kube-system: the namespace kube-system is reserved (kube-*)
      Users: lacks the prefix AWS-

    what may be left when the access is gone:
      ALICE@example.com could run what they liked in team-a: look at its pods, notebooks and recurring runs (kubectl -n team-a get pods)
        its Secrets may not be read with these rights: look for the type kubernetes.io/service-account-token
    "
  `);
});

test('gives machines the rows of a namespace', async () => {
  const recording = await access(['acme', '--namespace', 'team-a', '--json']);
  expect(recording).toMatchObject({ code: 0, err: '' });
  const { rows, refused } = documentOf(recording);
  expect(refused).toEqual([]);
  expect(rows).toMatchObject([
    {
      subject: 'alice@example.com',
      namespace: 'team-a',
      role: 'edit',
      source: 'directory',
      because: [{ group: 'AWS-team-a', rule: 'group_prefix, default_role' }],
      stale: false,
    },
    { subject: 'guest@example.com', role: 'view', source: 'contributor', because: [], stale: false },
  ]);
});

test('has a line of CSV for each access, a page, and no other form', async () => {
  const csv = await access(['acme', '--format', 'csv']);
  expect([csv.code, csv.out.split('\r\n').length]).toEqual([0, 5]);
  expect(csv.out).toContain('guest@example.com,User,team-a,view,contributor,no,');
  const page = await access(['acme', '--format', 'html']);
  expect([page.code, page.err]).toEqual([0, '']);
  expect(page.out).toContain('<th scope="row">alice@example.com</th>');
  expect(await access(['acme', '--format', 'xml'])).toMatchObject({ code: 2, out: '' });
  expect(await access(['acme', '--format', 'csv', '--json'])).toMatchObject({ code: 2 });
});

test('says so when nobody has access', async () => {
  expect(await access(['acme', '--user', 'nobody@example.com'])).toMatchObject({
    code: 0,
    out: 'no access of nobody@example.com in acme\n',
  });
});

test('is still of use where the pool cannot be read', async () => {
  await register('eu-central-1_gone');
  const { code, out, err } = await access(['acme', '--namespace', 'team-b']);
  expect(code).toBe(0);
  expect(out).toContain('ghost@example.com');
  expect(err).toContain('reasons are left out');
});

test('takes a kubeconfig in place of the AWS credentials', async () => {
  const kubeconfig = kubernetes().adminKubeconfigPath;
  expect(await access(['acme', '--kubeconfig', kubeconfig], stranger)).toMatchObject({ code: 0, err: '' });
});

describe('lock-out', () => {
  const lockOut = (...args: readonly string[]): Promise<Recording> => access(args, operator, 'lock-out');
  const users = async () => {
    const cognito = moto.lookingClients.get(CognitoIdentityProviderClient);
    const { UserPools: pools = [] } = await cognito.send(new ListUserPoolsCommand({ MaxResults: 10 }));
    const { Users: all = [] } = await cognito.send(new ListUsersCommand({ UserPoolId: pools[0]?.Id }));
    return all.map(({ Username: name, Enabled: enabled }) => [name, enabled]);
  };

  test('disables the user, whatever the case of the e-mail, and says where the person could run things', async () => {
    const { code, out, err } = await lockOut('acme', 'ALICE@example.com', '--no-resync');
    expect(err).toMatch(/^disabled and signed out: ADFS_alice;/);
    expect(code).toBe(0);
    expect(await users()).toEqual([['ADFS_alice', false]]);
    expect(out).toContain('could run what they liked in team-a');
    expect(out).toContain('its Secrets may not be read with these rights');
    expect(out).not.toContain('team-b');
    const { adminKubeconfigPath: kubeconfig } = kubernetes();
    const admin = await lockOut('acme', 'alice@example.com', '--no-resync', '--kubeconfig', kubeconfig);
    expect([admin.code, admin.out]).toEqual([0, expect.stringContaining('team-a')]);
    expect(admin.out).not.toContain('secret');
  });

  test('names what somebody else gave, and tokens that never end', async () => {
    await kubernetes().client.apply({
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'default-editor', namespace: 'team-b' },
    });
    // Such a Secret is older than the policy that refuses it now. The API server notices a moment later that it is gone.
    const { client } = kubernetes();
    await client.remove(`${policyBindings}/kubeflow-eks-no-lasting-tokens`);
    const secret = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: {
        name: 'taken-along',
        namespace: 'team-b',
        annotations: { 'kubernetes.io/service-account.name': 'default-editor' },
      },
      type: 'kubernetes.io/service-account-token',
    };
    await waitFor(() => client.apply(secret), { what: 'the Secret to be admitted' });
    const { adminKubeconfigPath: kubeconfig } = kubernetes();
    const ghost = await lockOut('acme', 'ghost@example.com', '--no-resync', '--kubeconfig', kubeconfig);
    expect([ghost.code, ghost.err]).toEqual([4, expect.stringContaining('nobody was disabled')]);
    expect(ghost.out).toContain('kubectl -n team-b delete secret taken-along');
    const guest = await lockOut('acme', 'guest@example.com', '--no-resync', '--kubeconfig', kubeconfig);
    expect(guest.out).not.toContain('Secrets');
    expect(guest.out).toContain('kubectl -n team-a delete rolebinding guest');
    expect(await users()).toEqual([['ADFS_alice', true]]);
  });
});

test('somebody without an access entry is told what to do', async () => {
  const { code, out, err } = await access(['acme'], stranger);
  expect([code, out]).toEqual([5, '']);
  expect(err).toContain('admin_role_arns');
});

test('an unknown deployment and an unreachable cluster are told apart', async () => {
  expect(await access(['other'])).toMatchObject({
    code: 4,
    out: '',
    err: expect.stringContaining('no deployment "other" is registered in eu-central-1') as string,
  });
  await register('eu-central-1_any', 'https://127.0.0.1:9');
  expect(await access(['acme'])).toMatchObject({
    code: 5,
    err: expect.stringContaining('private endpoint') as string,
  });
});
