import { CreateKeyPairCommand, CreateTagsCommand, CreateVpcCommand, EC2Client } from '@aws-sdk/client-ec2';
import { CreateAliasCommand, CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { CreateHostedZoneCommand, Route53Client } from '@aws-sdk/client-route-53';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { useMoto } from '../support/moto';
import { cli, documentOf, type HostOptions } from './recording-host';

const region = 'eu-central-1';
const accountId = '123456789012';

describe('init', () => {
  const moto = useMoto({ region, accountId });
  const before = { ...process.env };
  let folder = '';
  let file = '';
  let keyArn = '';
  let vpcId = '';

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'kubeflow-eks-init-'));
    file = join(folder, 'acme.yaml');
    Object.assign(process.env, {
      AWS_ENDPOINT_URL: moto.endpoint,
      AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'local',
    });
    const { lookingClients } = moto;
    const kms = lookingClients.get(KMSClient);
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
    keyArn = KeyMetadata?.Arn ?? '';
    await kms.send(new CreateAliasCommand({ AliasName: 'alias/platform', TargetKeyId: KeyMetadata?.KeyId }));
    const ec2 = lookingClients.get(EC2Client);
    const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.7.0.0/16' }));
    vpcId = Vpc?.VpcId ?? '';
    await ec2.send(new CreateTagsCommand({ Resources: [vpcId], Tags: [{ Key: 'Name', Value: 'platform' }] }));
    await ec2.send(new CreateKeyPairCommand({ KeyName: 'ops' }));
    await lookingClients
      .get(Route53Client)
      .send(new CreateHostedZoneCommand({ Name: 'ml.acme.example', CallerReference: 'one' }));
  });
  afterEach(() => {
    process.env = { ...before };
    rmSync(folder, { recursive: true, force: true });
  });

  const here = (options: HostOptions = {}): HostOptions => ({ env: { AWS_REGION: region }, ...options });
  const written = (): unknown => parse(readFileSync(file, 'utf8'));

  test('offers what the account has by name, and writes what was chosen', async () => {
    const answers = [
      '',
      '',
      'acme',
      vpcId,
      keyArn,
      'ml.acme.example',
      'adfs',
      'not a host',
      'adfs.acme.example',
      'ops',
    ];
    const { code, err, out } = await cli(['init', file], here({ answers }));
    expect({ code, out }).toMatchObject({
      code: 0,
      out: expect.stringContaining('next: kubeflow-eks validate') as string,
    });
    expect(err).toContain(`- ${vpcId}  platform  10.7.0.0/16`);
    expect(err).toMatch(/- alias\/platform {2}/);
    expect(err).not.toContain('alias/aws/');
    expect(err).toContain('must be the host name of ADFS');
    expect(written()).toEqual({
      region,
      account_id: accountId,
      eks_name: 'acme',
      vpc_id: vpcId,
      kms_key_arn: keyArn,
      route53_domain: 'ml.acme.example',
      adfs_url: 'adfs.acme.example',
      ssh_key_name: 'ops',
    });
    expect((await cli(['validate', file])).code).toBe(0);
    expect(existsSync(join(folder, 'kubeflow-eks.schema.json'))).toBe(true);
  });

  test('asks nothing with --yes: takes what there is one of, and names what it cannot know', async () => {
    const { code, err } = await cli(['init', file, '--yes'], here());
    expect(code).toBe(2);
    // moto's own VPC is the other one.
    expect(err).toMatch(
      /these are not known: --vpc-id \(there are .*vpc-.*\); --adfs-url, or --directory and --metadata\n/,
    );
    expect(err).not.toMatch(/--(?:domain|kms-key-arn|region|account-id)/);
    expect(existsSync(file)).toBe(false);
  });

  test('any other directory is named by its kind and its metadata, asked for or given', async () => {
    const metadata = 'https://acme.okta.com/app/exk1/sso/saml/metadata';
    const answers = ['', '', 'acme', vpcId, keyArn, 'ml.acme.example', 'okta', 'http://acme', metadata, ''];
    const { code, err } = await cli(['init', file], here({ answers }));
    expect(code).toBe(0);
    expect(err).toMatch(/- ADFS\n.*- Microsoft Entra ID\n.*- Okta\n/s);
    const expected = { eks_name: 'acme', identity_provider: { kind: 'okta', metadata } };
    expect(written()).toMatchObject(expected);
    expect(written()).not.toHaveProperty('adfs_url');
    expect((await cli(['validate', file])).code).toBe(0);

    const given = ['init', file, '--yes', '--force', '--vpc-id', vpcId, '--eks-name', 'acme'];
    const directory = ['--directory', 'okta', '--metadata', metadata];
    expect((await cli([...given, ...directory], here())).code).toBe(0);
    expect(written()).toMatchObject(expected);
    expect(await cli([...given, '--metadata', metadata], here())).toMatchObject({ code: 2 });
    expect(await cli([...given, '--directory', 'oktaa', '--metadata', metadata], here())).toMatchObject({
      code: 2,
    });
  });

  test('what is typed may have the quotes of the file', async () => {
    const answers = [
      '',
      `'${accountId}'`,
      '"acme"',
      vpcId,
      keyArn,
      'ml.acme.example',
      'adfs',
      'adfs.acme.example',
      '',
    ];
    expect((await cli(['init', file], here({ answers }))).code).toBe(0);
    expect(written()).toMatchObject({ account_id: accountId, eks_name: 'acme' });
  });

  test('offers what the region has that was named, and nothing of another account', async () => {
    const elsewhere = ['us-east-1', '', 'acme', 'vpc-0123456789abcdef0'];
    const other = await cli(['init', file], here({ answers: [...elsewhere] }));
    expect(other.code).toBe(2);
    expect(other.err).not.toContain(vpcId);
    const foreign = await cli(['init', file], here({ answers: ['', '999999999999', 'acme'] }));
    expect(foreign.err).toContain(`nothing of ${region} of account 999999999999 can be offered`);
    expect(foreign.err).not.toContain(vpcId);
  });

  test('a file that is there is said before anybody answers a question', async () => {
    writeFileSync(file, 'mine: true\n');
    const { code, err } = await cli(['init', file], here({ answers: [''] }));
    expect({ code, err }).toEqual({
      code: 2,
      err: `${file} is there already\nname another file, or add --force to write over it\n`,
    });
  });

  test('never writes over a file without --force', async () => {
    writeFileSync(file, 'mine: true\n');
    const words = [
      'init',
      file,
      '--yes',
      '--vpc-id',
      vpcId,
      '--adfs-url',
      'adfs.acme.example',
      '--eks-name',
      'acme',
    ];
    const refused = await cli(words, here());
    expect({ code: refused.code, err: refused.err }).toMatchObject({
      code: 2,
      err: `${file} is there already\nname another file, or add --force to write over it\n`,
    });
    expect(written()).toEqual({ mine: true });
    expect((await cli([...words, '--force'], here())).code).toBe(0);
    expect(written()).toMatchObject({ eks_name: 'acme', vpc_id: vpcId });
  });

  test('a wrong value of an option is refused before anything is asked', async () => {
    const { code, err } = await cli(['init', file, '--yes', '--vpc-id', 'mine'], here());
    expect({ code, moto: err.startsWith('vpc_id "mine" must be') }).toEqual({ code: 2, moto: true });
  });

  test("takes the sample's terraform.tfvars over, and says what is new, mended and left out", async () => {
    const variables = join(folder, 'terraform.tfvars');
    writeFileSync(
      variables,
      `region           = "us-east-1"   # Virginia
account_id       =   "xxxxxxx"
eks_name         =   "kubeflow-DEMO"
iam_poliy_prefix =   "kubeflow"
route53_domain   =   "kubeflow-DEMO.acme.example"
cert_alt_names   =   ["auth.kubeflow-DEMO.acme.example", "cognito.auth.kubeflow- DEMO.acme.example",
                    "kubeflow.kubeflow-DEMO.acme.example"]
adfs_url         =   "adfs.acme.example"
tags = {
  Team = "one"
  TEAM = "two"
}
`,
    );
    const recording = await cli(
      [
        'init',
        file,
        '--from',
        variables,
        '--yes',
        '--json',
        '--account-id',
        accountId,
        '--vpc-id',
        vpcId,
      ].concat([
        '--kms-key-arn',
        `arn:aws:kms:us-east-1:${accountId}:key/11111111-2222-3333-4444-555555555555`,
      ]),
      here(),
    );
    expect(recording.code).toBe(0);
    expect(documentOf(recording)).toMatchObject({
      added: ['account_id', 'vpc_id', 'kms_key_arn'],
      mended: [
        expect.stringContaining('white space'),
        'iam_poliy_prefix is spelt iam_policy_prefix',
        expect.stringContaining('Team is left out'),
      ] as unknown[],
      left: ['account_id: xxxxxxx only stands for a value'],
      problems: [],
    });
    expect(written()).toMatchObject({
      eks_name: 'kubeflow-DEMO',
      tags: { TEAM: 'two' },
      account_id: accountId,
    });
  });

  test('says where the file is not in the form of Terraform', async () => {
    const variables = join(folder, 'broken.tfvars');
    writeFileSync(variables, 'a = [\n');
    const { code, err } = await cli(['init', file, '--from', variables, '--yes'], here());
    expect(code).toBe(2);
    expect(err).toMatch(/broken\.tfvars: is not in the form of Terraform's variables: .*Missing expression/s);
  });
});
