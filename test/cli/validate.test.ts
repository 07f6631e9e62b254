import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { minimalConfiguration } from '../support/minimal-configuration';
import { makeSamlMetadata } from '../support/saml-metadata';
import { cli, documentOf } from './recording-host';

const valid: Record<string, unknown> = { ...minimalConfiguration };

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kubeflow-eks-validate-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

interface Problem {
  path: string;
  value: unknown;
  message: string;
}

async function problemsOf(text: string): Promise<Problem[]> {
  const recording = await cli(['validate', file('broken.yaml', text), '--json']);
  expect(recording.code).toBe(2);
  expect(recording.err).toBe('');
  const { valid: isValid, problems } = documentOf(recording) as { valid: boolean; problems: Problem[] };
  expect(isValid).toBe(false);
  return problems;
}

/** A broken value of a parameter, and the whole of what is said about it. */
const broken: [what: string, change: Record<string, unknown>, problem: Partial<Problem>][] = [
  [
    'a region that is none',
    { region: 'Frankfurt' },
    {
      path: 'region',
      value: 'Frankfurt',
      message: 'must be an AWS region, such as "eu-central-1"',
    },
  ],
  [
    'an account number that lost its zeros',
    { account_id: 11122223333 },
    {
      path: 'account_id',
      value: 11122223333,
      message: expect.stringContaining('12 digits, in quotes') as string,
    },
  ],
  [
    'a VPC by its name',
    { vpc_id: 'main' },
    { path: 'vpc_id', value: 'main', message: expect.stringContaining('must be a VPC id') as string },
  ],
  [
    'a key by its alias',
    { kms_key_arn: 'alias/eks' },
    {
      path: 'kms_key_arn',
      value: 'alias/eks',
      message: expect.stringContaining('ARN of a KMS key') as string,
    },
  ],
  [
    'a key of another region',
    { kms_key_arn: 'arn:aws:kms:us-east-1:111122223333:key/11111111-2222-3333-4444-555555555555' },
    { path: 'kms_key_arn', message: 'must be a key of region eu-central-1, where the cluster is' },
  ],
  [
    'a key of another account',
    { kms_key_arn: 'arn:aws:kms:eu-central-1:999988887777:key/11111111-2222-3333-4444-555555555555' },
    { path: 'kms_key_arn', message: 'must be a key of account_id (111122223333)' },
  ],
  [
    'a cluster name with an underscore',
    { eks_name: 'my_cluster' },
    {
      path: 'eks_name',
      value: 'my_cluster',
      message: expect.stringContaining('letters, digits and hyphens') as string,
    },
  ],
  [
    'a cluster name that is too long',
    { eks_name: 'a'.repeat(54) },
    { path: 'eks_name', message: expect.stringContaining('at most 53 characters') as string },
  ],
  [
    'a missing required parameter',
    { adfs_url: undefined },
    {
      path: 'adfs_url',
      value: null,
      message: expect.stringContaining(
        'is required, the host name of ADFS such as "adfs.example.com"',
      ) as string,
    },
  ],
  [
    'a misspelt parameter',
    { kubeflow_domian: 'kubeflow.ml.acme.example' },
    { path: 'kubeflow_domian', message: 'is not a known parameter; did you mean "kubeflow_domain"?' },
  ],
  [
    "a parameter beside its seed's spelling",
    { iam_policy_prefix: 'a', iam_poliy_prefix: 'b' },
    { path: 'iam_poliy_prefix', value: 'b', message: expect.stringContaining('keep one') as string },
  ],
  [
    'a domain outside of the zone',
    { kubeflow_domain: 'kubeflow.other.example' },
    {
      path: 'kubeflow_domain',
      message: expect.stringContaining('must stand below route53_domain (ml.acme.example)') as string,
    },
  ],
  [
    'a Cognito domain beside its base',
    { cognito_domain: 'cognito.ml.acme.example' },
    {
      path: 'cognito_domain',
      message: expect.stringContaining('must stand below auth_base_domain') as string,
    },
  ],
  [
    'one domain for two purposes',
    { kubeflow_domain: 'auth.ml.acme.example' },
    { path: 'kubeflow_domain', message: expect.stringContaining('must differ from') as string },
  ],
  [
    'a certificate that misses a domain',
    { cert_alt_names: ['kubeflow.ml.acme.example'] },
    { path: 'cert_alt_names', message: expect.stringContaining('must cover cognito_domain') as string },
  ],
  [
    'a smallest size above the largest',
    { nodegroup_min_size: 7, nodegroup_max_size: 6 },
    { path: 'nodegroup_min_size', value: 7, message: 'must be at most nodegroup_max_size (6)' },
  ],
  [
    'half a node',
    { nodegroup_max_size: 2.5 },
    { path: 'nodegroup_max_size', value: 2.5, message: 'must be a whole number of nodes' },
  ],
  [
    'a switch in quotes',
    { lambda_concurrency_enabled: 'false' },
    { path: 'lambda_concurrency_enabled', value: 'false', message: 'must be true or false, without quotes' },
  ],
  [
    'metadata from nowhere',
    { saml_metadata: {} },
    { path: 'saml_metadata', message: expect.stringContaining('exactly one of') as string },
  ],
  [
    'metadata over http',
    { saml_metadata: { url: 'http://adfs.acme.example/metadata.xml' } },
    { path: 'saml_metadata.url', message: 'must be an https URL' },
  ],
  [
    'an endpoint that nobody reaches',
    { endpoint_access: { public: false, private: false } },
    { path: 'endpoint_access', message: expect.stringContaining('nobody could reach the cluster') as string },
  ],
  [
    'an address range that is none',
    { endpoint_access: { public_cidrs: ['203.0.113.0/33'] } },
    {
      path: 'endpoint_access.public_cidrs[0]',
      value: '203.0.113.0/33',
      message: expect.stringContaining('CIDR') as string,
    },
  ],
  [
    'a Kubernetes that is too old',
    { kubernetes_version: '1.30' },
    {
      path: 'kubernetes_version',
      value: '1.30',
      message: expect.stringContaining('"1.34" or newer') as string,
    },
  ],
  [
    'an unknown component',
    { kubeflow: { components: ['notebooks', 'notebook'] } },
    {
      path: 'kubeflow.components[1]',
      value: 'notebook',
      message: expect.stringContaining('must be one of') as string,
    },
  ],
  [
    'an archive without its checksum',
    { kubeflow: { source: { archive: { url: 's3://mirror/kubeflow.tar.gz' } } } },
    { path: 'kubeflow.source.archive.sha256', message: expect.stringContaining('SHA-256') as string },
  ],
  [
    'a tag that is ours',
    { tags: { 'kubeflow-eks:deployment': 'other' } },
    {
      path: 'tags.kubeflow-eks:deployment',
      message: expect.stringContaining('is set by this system') as string,
    },
  ],
  [
    'one subnet only',
    { subnets: { private: ['subnet-0123456789abcdef0'] } },
    { path: 'subnets.private', message: expect.stringContaining('at least two subnets') as string },
  ],
  [
    'an address that is none',
    { notification_email: 'the platform team' },
    { path: 'notification_email', value: 'the platform team', message: 'must be an e-mail address' },
  ],
];

describe('validate', () => {
  test('says of a valid file what it would make', async () => {
    const recording = await cli(['validate', file('acme.yaml', JSON.stringify(valid))]);
    expect(recording).toMatchObject({ code: 0, err: '' });
    expect(recording.out).toMatch(
      /acme\.yaml is valid: "acme" in eu-central-1, at https:\/\/kubeflow\.ml\.acme\.example\n$/,
    );
  });

  test('prints one document for machines', async () => {
    const recording = await cli(['validate', file('acme.yaml', JSON.stringify(valid)), '--json']);
    expect(recording).toMatchObject({ code: 0, err: '' });
    expect(documentOf(recording)).toMatchObject({ valid: true, problems: [] });
  });

  test.each(broken)('explains %s', async (_what, change, problem) => {
    const problems = await problemsOf(JSON.stringify({ ...valid, ...change }));
    expect(problems).toContainEqual(expect.objectContaining(problem));
    expect(problems).toHaveLength(1);
  });

  test('names all problems at once, each with its line', async () => {
    const path = file('many.yaml', 'region: Frankfurt\n\nnodegroup_max_size: few\nenvv: test\n');
    const recording = await cli(['validate', path]);
    expect(recording.code).toBe(2);
    expect(recording.out).toContain(`${path}:1: region is "Frankfurt"`);
    expect(recording.out).toContain(`${path}:3: nodegroup_max_size is "few"`);
    expect(recording.out).toContain(`${path}:4: envv is "test"`);
    expect(recording.out).toContain(`${path}: vpc_id is required`);
  });

  test.each([
    ['no YAML', 'region: [', /is not YAML: line 1, column \d+/],
    [
      'a key given twice',
      'region: a\nregion: b\n',
      /line 2, column 1: Map keys must be unique \(at "region: b"\)/,
    ],
    ['a tab for indentation', 'tags:\n\tteam: ml\n', /is not YAML: line 2/],
    ['nothing', '', /must be a map of parameters/],
    ['a list', '- region\n', /must be a map of parameters/],
    ['two documents', 'region: a\n---\nregion: b\n', /holds several YAML documents/],
  ])('says of a file with %s where it is wrong', async (_what, text, message) => {
    const problems = await problemsOf(text);
    expect(problems[0]).toMatchObject({ path: '', message: expect.stringMatching(message) as string });
  });

  test.each([
    ['an image', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d])],
    ['another encoding', Buffer.from('tags: {city: Zürich}', 'latin1')],
  ])('says of %s in one line that it is no text', async (_what, bytes) => {
    const path = join(folder, 'bytes.yaml');
    writeFileSync(path, bytes);
    const recording = await cli(['validate', path]);
    expect(recording.code).toBe(2);
    expect(recording.out).toBe(`${path} has 1 problem:\n  ${path}: is no text: save it as UTF-8\n`);
  });

  test('reads what PowerShell writes', async () => {
    const path = join(folder, 'utf16-configuration.yaml');
    writeFileSync(path, Buffer.from(`\uFEFF${JSON.stringify(valid)}`, 'utf16le'));
    expect(await cli(['validate', path])).toMatchObject({ code: 0 });
  });

  test('of a file that is no YAML at all, shows the first lines alone, with nothing that moves a cursor', async () => {
    const path = file('log.yaml', `\u001b[31m- a: [\u001b[0m ${'x'.repeat(5000)}\n}{: : ]\n`.repeat(100));
    const { code, out } = await cli(['validate', path]);
    expect(code).toBe(2);
    expect(out).not.toMatch(/[^\P{Cc}\n]/u);
    const lines = out.trimEnd().split('\n');
    expect(lines).toHaveLength(7);
    expect(lines.at(-1)).toMatch(/and \d+ more like these$/);
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThan(500);
  });

  test('a file that is not there is a problem like any other', async () => {
    const path = join(folder, 'absent.yaml');
    const recording = await cli(['validate', path, '--json']);
    expect(recording.code).toBe(2);
    expect(documentOf(recording)).toMatchObject({
      valid: false,
      problems: [{ path: '', value: path, message: 'cannot be read: there is no such file' }],
    });
  });

  test('writes nothing', async () => {
    const before = readdirSync(folder);
    await cli(['validate', join(folder, 'acme.yaml')]);
    expect(readdirSync(folder)).toEqual(before);
  });
});

describe('SAML metadata from a file', () => {
  let metadata = '';
  beforeAll(async () => {
    metadata = await makeSamlMetadata();
  });

  test('is read relative to the configuration and becomes part of the input', async () => {
    file('metadata.xml', metadata);
    const path = file('acme.yaml', JSON.stringify({ ...valid, saml_metadata: { file: 'metadata.xml' } }));
    const recording = await cli(['start', path, '--print-input']);
    expect(recording.code).toBe(0);
    expect(documentOf(recording)).toEqual({ ...valid, saml_metadata: { inline: metadata } });
  });

  test('is read in the forms in which Windows tools save it', async () => {
    writeFileSync(join(folder, 'utf16.xml'), Buffer.from(`\uFEFF${metadata}`, 'utf16le'));
    const path = file('utf16.yaml', JSON.stringify({ ...valid, saml_metadata: { file: 'utf16.xml' } }));
    expect(documentOf(await cli(['start', path, '--print-input']))).toMatchObject({
      saml_metadata: { inline: metadata },
    });
  });

  test.each([
    ['is not there', 'absent.xml', /cannot be read at .*absent\.xml: there is no such file/],
    ['is something else', 'page.html', /no EntityDescriptor with an IDPSSODescriptor/],
    ['has expired', 'old.xml', /every signing certificate in it has expired/],
    ['Cognito would refuse', 'post.xml', /no SingleSignOnService with the HTTP-Redirect binding/],
    ['is no path', 7, /must be the path of a file/],
  ])('that %s is the one problem', async (_what, name, message) => {
    file('page.html', '<html>log in first</html>');
    file('old.xml', await makeSamlMetadata(new Date(Date.now() - 86_400_000)));
    file('post.xml', metadata.replace('HTTP-Redirect', 'HTTP-POST'));
    const problems = await problemsOf(JSON.stringify({ ...valid, saml_metadata: { file: name } }));
    expect(problems).toEqual([
      { path: 'saml_metadata.file', value: name, message: expect.stringMatching(message) as string },
    ]);
  });

  test('that is too long for an execution is refused before it is started', async () => {
    file('long.xml', `${metadata}<!--${'x'.repeat(150_000)}-->`);
    const problems = await problemsOf(JSON.stringify({ ...valid, saml_metadata: { file: 'long.xml' } }));
    expect(problems).toMatchObject([{ path: 'saml_metadata.file' }]);
  });
});

describe('start --print-input', () => {
  test('prints the document as written, with no default added', async () => {
    const recording = await cli(['start', file('acme.yaml', JSON.stringify(valid)), '--print-input']);
    expect(documentOf(recording)).toEqual(valid);
  });

  test('prints nothing of a broken configuration', async () => {
    const recording = await cli(['start', file('broken.yaml', 'region: x\n'), '--print-input']);
    expect(recording).toMatchObject({ code: 2, out: '' });
    expect(recording.err).toContain('nothing was started');
  });
});

describe('the examples', () => {
  test.each(['acme.yaml', 'seed.yaml', 'private.yaml'])('%s is valid', async (name) => {
    const recording = await cli(['validate', join(__dirname, '../../examples', name)]);
    expect(recording.out).toContain('is valid');
    expect(recording.code).toBe(0);
  });
});

test("a file of Terraform's variables is told how it must be written", async () => {
  const terraform = '# the sample\nregion = "eu-central-1"\nvpc_id = "vpc-1"\ntags = {\n  Name = "x"\n}\n';
  expect(await problemsOf(terraform)).toEqual([
    { path: '', value: null, message: expect.stringContaining('write `key: value`') as string },
  ]);
});
