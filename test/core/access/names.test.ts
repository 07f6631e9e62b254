import fc from '../../support/fast-check';
import { foldAscii } from '../../../core/access/fold';
import { foldEmail } from '../../../core/access/user-identity';
import type { Role } from '../../../core/access/roles';
import { bindingNames, namespaceName, personalProfileName } from '../../../core/access/names';

const label = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const objectName = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;

/** Both names. */
function both(email: string, role: Role, domains: readonly string[] = []): string[] {
  const { preferred, alternative } = bindingNames(email, role, domains);
  return [preferred, alternative];
}

/** The name that KFAM gives (kubeflow/dashboard, access-management). */
function kfamName(email: string, role: string): string {
  const cleaned = `user-${email.replaceAll(/[^a-zA-Z0-9]+/g, '-')}-ClusterRole-${role}`.toLowerCase();
  return cleaned.replaceAll(/-+/g, '-');
}

describe('the namespace of a group', () => {
  test.each([
    ['stays where it is a namespace’s name', 'team-a', 'team-a'],
    ['is in lower case', 'Team-A', 'team-a'],
    ['may have 63 characters', 'a'.repeat(63), 'a'.repeat(63)],
  ])('%s', (_, group, namespace) => {
    expect(namespaceName(group)).toBe(namespace);
  });

  test.each([
    'Data Science',
    'team_a',
    'team.a',
    '-team',
    'team-',
    'Übung',
    '日本',
    'a'.repeat(64),
    'CN=a,OU=b',
    'D1\\team-a',
  ])('is cleaned and made distinct for %p', (group) => {
    const namespace = namespaceName(group);
    expect(namespace).toMatch(label);
    expect(namespace).toMatch(/--[a-z2-7]{16}$/);
  });

  test('a group that becomes another group’s namespace after cleaning gets one of its own', () => {
    const namespaces = [
      'team-a',
      'team a',
      'team_a',
      'team.a',
      'D1\\team-a',
      'D2\\team-a',
      'CN=team-a,OU=x',
      'CN=team-a,OU=y',
    ];
    expect(new Set(namespaces.map(namespaceName)).size).toBe(namespaces.length);
  });

  test('a group cannot be named like what another one becomes', () => {
    const taken = namespaceName('Data Science');
    expect(namespaceName(taken)).not.toBe(taken);
  });

  test('two names that differ by more than the case of ASCII letters never share a namespace', () => {
    const part = fc.constantFrom(
      'a',
      'B',
      '-',
      '--',
      '_',
      '.',
      ' ',
      'ü',
      'Ü',
      'u\u0308',
      '\u212A',
      'k',
      '\u017F',
      's',
      '\u00A0',
      '\uFEFF',
      '\\',
      namespaceName('a b').slice(1),
    );
    const name = fc.array(part, { minLength: 1, maxLength: 30 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(name, name, (a, b) => {
        expect(namespaceName(a)).toMatch(label);
        expect(namespaceName(a) === namespaceName(b)).toBe(foldAscii(a) === foldAscii(b));
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('the names of a user’s objects', () => {
  test.each(['alice@example.com', 'a.b@example.com', 'Alice@Example.com', 'first.middle.last@corp.org'])(
    'are those of the dashboard for %s',
    (email) => {
      expect(bindingNames(email, 'edit', []).preferred).toBe(kfamName(email, 'edit'));
    },
  );

  test('are those of the dashboard for domains that the rules list', () => {
    const domains = ['corp.example.com', 'big-corp.com'];
    expect(bindingNames('a.b@corp.example.com', 'view', domains).preferred).toBe(
      'user-a-b-corp-example-com-clusterrole-view',
    );
    expect(bindingNames('a@big-corp.com', 'view', domains).preferred).toBe(
      'user-a-big-corp-com-clusterrole-view',
    );
  });

  test.each([
    ['a.b@x.org', 'a-b@x.org'],
    ['a.b@x.org', 'a@b.x.org'],
    ['a.b@x', 'a-b@x'],
    ["o'brien@x.org", 'o.brien@x.org'],
    ['a+b@x.org', 'a_b@x.org'],
    ['ü@x.org', 'ö@x.org'],
  ])('%s and %s share none', (a, b) => {
    for (const role of ['edit', 'view', 'admin'] as const) {
      const names = [a, b].flatMap((email) => both(email, role));
      expect(new Set(names).size).toBe(new Set(names.slice(0, 2)).size + new Set(names.slice(2)).size);
    }
  });

  test('an e-mail of 250 characters has names that Kubernetes takes', () => {
    const long = `${'a'.repeat(120)}.${'b'.repeat(117)}@example.com`;
    expect(long).toHaveLength(250);
    const { preferred, alternative } = bindingNames(long, 'admin', []);
    expect(preferred.length).toBeLessThanOrEqual(253);
    expect(alternative.length).toBeLessThanOrEqual(253);
    expect(preferred).toMatch(objectName);
    expect(bindingNames(`${long.slice(0, -12)}c@example.com`, 'admin', []).preferred).not.toBe(preferred);
  });

  test('two e-mails that differ by more than case never share a name, whatever domains are listed', () => {
    const part = fc.constantFrom('a', 'B', '.', '-', '+', '_', 'x', 'clusterrole', 'edit', 'org');
    const text = fc.array(part, { minLength: 1, maxLength: 8 }).map((parts) => parts.join(''));
    const email = fc.tuple(text, text).map(([local, domain]) => `${local}@${domain}`);
    const role = fc.constantFrom('edit' as const, 'view' as const, 'admin' as const);
    const domains = fc.array(fc.constantFrom('x.org', 'a.x.org', 'a-x.org', 'org', 'edit.org'));
    fc.assert(
      fc.property(email, email, role, role, domains, (a, b, roleA, roleB, listed) => {
        const same = foldEmail(a) === foldEmail(b) && roleA === roleB;
        const namesA = both(a, roleA, listed);
        const namesB = both(b, roleB, listed);
        for (const name of namesA) expect(name).toMatch(objectName);
        expect(namesA.some((name) => namesB.includes(name))).toBe(same);
      }),
      { numRuns: 3_000 },
    );
  });
});

test('personal profiles of two users are two', () => {
  const emails = [
    'a.b@x.org',
    'a-b@x.org',
    'alice@d1.corp.org',
    'alice@d2.corp.org',
    `${'l'.repeat(200)}@x.org`,
  ];
  const names = emails.map((email) => personalProfileName(email, []));
  expect(new Set(names).size).toBe(emails.length);
  for (const name of names) expect(name).toMatch(label);
  expect(personalProfileName('alice@example.com', [])).toBe('profile-alice-example-com');
});
