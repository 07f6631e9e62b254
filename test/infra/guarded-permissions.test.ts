import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { synthesizeForTest } from './synthesis';

/**
 * The table of docs/security.md says who in the stack holds what is worth cluster administration: held against the
 * statements of the synthesised template.
 */
interface Statement {
  Effect: string;
  Action?: string | string[];
  Resource?: unknown;
  Condition?: unknown;
}
interface Policies {
  Properties?: {
    RoleName?: unknown;
    Roles?: { Ref?: string }[];
    PolicyDocument?: { Statement: Statement[] };
    Policies?: { PolicyDocument: { Statement: Statement[] } }[];
  };
  Type: string;
}

const resources = synthesizeForTest().template.Resources as unknown as Record<string, Policies>;

/** A role by whom it is for: `functionsensureuserpoolrole08F9C983` is `ensureuserpool`. */
const holder = (logicalId: string): string =>
  logicalId.replace(/^(functions|workflows|builds|events)/, '').replace(/(role)?[0-9A-F]{8}$/, '');

/** Every allowing statement of every role. */
const statements = Object.entries(resources).flatMap(([id, { Type, Properties }]) => {
  const inline = Properties?.Policies?.flatMap(({ PolicyDocument }) => PolicyDocument.Statement) ?? [];
  const found = [...inline, ...(Properties?.PolicyDocument?.Statement ?? [])];
  const roles =
    Type === 'AWS::IAM::Role'
      ? [id]
      : (Properties?.Roles ?? []).flatMap(({ Ref }) => (Type.startsWith('AWS::IAM::') && Ref ? [Ref] : []));
  return roles.flatMap((role) =>
    found.filter(({ Effect }) => Effect === 'Allow').map((statement) => ({ role: holder(role), statement })),
  );
});

const allowing = (actions: readonly string[]) =>
  statements.filter(({ statement: { Action = [] } }) =>
    [Action].flat().some((each) => actions.includes(each)),
  );
const rolesOf = (found: readonly { role: string }[]) => [...new Set(found.map(({ role }) => role))].sort();
const quoted = (text: string) => [...text.matchAll(/`([^`]+)`/g)].map(([, word = '']) => word);

/** The rows of the table: actions, the function that they are about if only one is, and the roles that it names. */
const rows = (
  /^## Permissions that are worth cluster administration\n([\s\S]*?)^## /m.exec(
    readFileSync(join(__dirname, '../../docs/security.md'), 'utf8'),
  )?.[1] ?? ''
)
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) => {
    const [permission = '', , whom = ''] = line.split('|').slice(1);
    let service = '';
    const actions: string[] = [];
    for (const word of quoted(permission)) {
      if (/^[a-z-]+:[A-Z]/.test(word)) service = word.slice(0, word.indexOf(':') + 1);
      else if (!/^[A-Z]/.test(word)) continue;
      actions.push(word.includes(':') ? word : `${service}${word}`);
    }
    const roles = quoted(whom).filter((word) => !word.startsWith('kubeflow-eks'));
    return { permission: permission.trim(), actions, roles: roles.map((role) => role.replaceAll('-', '')) };
  });

test.each(rows)('$permission: the stack’s roles that have it are those that the document names', (row) => {
  expect(row.actions.length).toBeGreaterThan(0);
  const onProfileManager = row.permission.includes('`kubeflow-eks-profile-manager`');
  const found = allowing(row.actions).filter(
    ({ statement }) =>
      !onProfileManager || JSON.stringify(statement.Resource).toLowerCase().includes('profile-manager'),
  );
  expect(rolesOf(found)).toEqual([...row.roles].sort());
});

test('the table has every permission by which somebody becomes an administrator', () => {
  expect(rows.flatMap(({ actions }) => actions).sort()).toEqual(
    [
      'codebuild:StartBuild',
      'codebuild:UpdateProject',
      'cognito-idp:AdminCreateUser',
      'cognito-idp:AdminUpdateUserAttributes',
      'cognito-idp:UpdateUserPool',
      'dynamodb:DeleteItem',
      'dynamodb:PutItem',
      'dynamodb:UpdateItem',
      'eks:AssociateAccessPolicy',
      'eks:CreateAccessEntry',
      'events:PutEvents',
      'iam:PassRole',
      'iam:UpdateAssumeRolePolicy',
      'lambda:InvokeFunction',
      'lambda:InvokeFunction',
      'lambda:UpdateFunctionCode',
      'secretsmanager:GetSecretValue',
      'states:RedriveExecution',
      'states:StartExecution',
      'states:UpdateStateMachine',
      'sts:AssumeRole',
    ].sort(),
  );
  expect(statements.length).toBeGreaterThan(50);
});

test('who says which cluster and rules a pool has is the step that registers, and the one that unregisters', () => {
  const pools = allowing(['dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem']).filter(
    ({ statement }) => JSON.stringify(statement.Condition ?? 'pool#').includes('pool#'),
  );
  expect(rolesOf(pools)).toEqual(['registerdeployment', 'unregisterdeployment']);
});

test('events are put with our own source alone, and a rule starts nothing but a resync, a schedule nothing but plans', () => {
  for (const { statement } of allowing(['events:PutEvents']))
    expect(statement.Condition).toEqual({ StringEquals: { 'events:source': 'kubeflow-eks' } });
  const started = allowing(['states:StartExecution']).map(({ role, statement }) => [
    role,
    /:stateMachine:([\w-]+)"/.exec(JSON.stringify(statement.Resource))?.[1],
  ]);
  expect(started.sort()).toEqual([
    ['driftplanner', 'kubeflow-eks-plan'],
    ['startresync', 'kubeflow-eks-resync'],
  ]);
});
