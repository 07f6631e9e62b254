import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { asAttribute } from '../../cli/commands/explain';
import { seedConfiguration } from '../support/region';
import { cli, documentOf } from './recording-host';

let folder: string;
let configuration: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kubeflow-eks-explain-'));
  configuration = write({
    group_prefix: 'AWS-',
    role_suffixes: { '-admins': 'admin', '-viewers': 'view' },
    namespace_aliases: { 'data science': 'data-science' },
  });
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function write(access: object, name = 'acme.yaml'): string {
  const path = join(folder, name);
  writeFileSync(path, stringify({ ...seedConfiguration, access }));
  return path;
}

test('says what each group gives, and why the others give nothing', async () => {
  const groups =
    'AWS-team-a,AWS-team-a-viewers,AWS-kube-system,Domain Users,AWS-team-b-admins,AWS-Data Science';
  const { code, out, err } = await cli(['explain', configuration, '--groups', groups]);
  expect(err).toBe('');
  expect(code).toBe(0);
  expect(out).toMatchInlineSnapshot(`
    "6 groups, access to 3 namespaces

    namespace     role   group              rules
    data-science  edit   AWS-Data Science   group_prefix, default_role, namespace_aliases
    team-a        edit   AWS-team-a         group_prefix, default_role
    team-b        admin  AWS-team-b-admins  group_prefix, role_suffixes -admins

    refused:
      AWS-kube-system: the namespace kube-system is reserved (kube-*)

    gives less than another group of the same namespace:
      AWS-team-a-viewers

    not for Kubeflow:
      Domain Users: lacks the prefix AWS-

    A namespace that does not exist is made as a Profile; one that is there must be a Profile's.
    "
  `);
});

test('gives machines one document with grants, refusals, ignored and outranked groups', async () => {
  const recording = await cli([
    'explain',
    configuration,
    '--groups',
    '[AWS-team-a,AWS-team-a-viewers,AWS-default,Users]',
    '--json',
  ]);
  expect(recording.code).toBe(0);
  expect(documentOf(recording)).toEqual({
    apiVersion: 'kubeflow-eks/v1',
    kind: 'Explanation',
    groups: ['AWS-team-a', 'AWS-team-a-viewers', 'AWS-default', 'Users'],
    grants: [
      {
        namespace: 'team-a',
        role: 'edit',
        because: [{ group: 'AWS-team-a', rule: 'group_prefix, default_role' }],
      },
    ],
    refusals: [
      {
        reason: 'ReservedNamespace',
        group: 'AWS-default',
        namespace: 'default',
        message: 'the namespace default is reserved (default)',
      },
    ],
    ignored: [{ group: 'Users', why: 'lacks the prefix AWS-' }],
    outranked: ['AWS-team-a-viewers'],
  });
});

test('a user without groups gets nothing, and that is no error', async () => {
  const recording = await cli(['explain', configuration, '--groups', '', '--json']);
  expect(recording.code).toBe(0);
  expect(documentOf(recording)).toMatchObject({ groups: [], grants: [], refusals: [] });
});

test('says what else the rules do: profiles that must be there, and personal ones', async () => {
  const path = write({ create_profiles: false, personal_profiles: true }, 'strict.yaml');
  const { out } = await cli(['explain', path, '--groups', 'team-a']);
  expect(out).toContain('create_profiles is off');
  expect(out).toContain('personal_profiles is on');
});

test('a truncated list is refused and not read as a shorter one', async () => {
  const { code, out, err } = await cli(['explain', configuration, '--groups', '[AWS-a,AWS-b']);
  expect([code, out]).toEqual([2, '']);
  expect(err).toContain('a list without an end');
});

test.each([
  ['one bare group', 'team a', 'team a'],
  ['a list of a person', 'a, b c,d+e', '[a,b%20c,d%2Be]'],
  ['the attribute as the pool has it', ' [a,b+c] ', '[a,b+c]'],
  ['a distinguished name, which has commas of its own', 'CN=a,OU=b', 'CN=a,OU=b'],
])('reads %s', (_what, text, attribute) => {
  expect(asAttribute(text)).toBe(attribute);
});

test('needs the groups and a valid configuration', async () => {
  expect(await cli(['explain', configuration])).toMatchObject({
    code: 2,
    err: expect.stringContaining("required option '--groups <groups>'") as string,
  });
  const broken = write({ default_role: 'owner' }, 'broken.yaml');
  expect(await cli(['explain', broken, '--groups', 'a'])).toMatchObject({
    code: 2,
    out: '',
    err: expect.stringContaining('access.default_role') as string,
  });
});

test('more characters than Cognito takes are refused, as the login would be', async () => {
  const groups = Array.from({ length: 90 }, (_, index) => `AWS-a-group-with-a-long-name-${index}`);
  const { code, err } = await cli(['explain', configuration, '--groups', `[${groups.join(',')}]`]);
  expect(code).toBe(2);
  expect(err).toMatch(/characters; Cognito takes 2048/);
});

test('a distinguished name is told to be one, and a reading that could be another is named', async () => {
  const named = await cli(['explain', configuration, '--groups', 'CN=AWS-team-a,OU=Groups,DC=acme']);
  expect(named.out).toContain(
    'this is a distinguished name: have the directory send the name alone (AWS-team-a;',
  );
  for (const groups of ['AWS-a,AWS-Data+Science', 'AWS-Data+Science']) {
    const bare = await cli(['explain', configuration, '--groups', groups]);
    expect(bare.err).toContain('taken as they are written');
  }
  const attribute = await cli(['explain', configuration, '--groups', '[AWS-a,AWS-Data+Science]']);
  expect(attribute.err).toBe('');
});
