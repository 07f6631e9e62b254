import type { AccessRow } from '../../core/access/access-rows';
import type { AccessReport } from '../../cli/read-access';
import { accessText } from '../../cli/render/access';
import { paintFor } from '../../cli/render/paint';

const here = { columns: 80, flags: '' };

const report: AccessReport = {
  deployment: 'acme',
  rows: [],
  refused: [],
  sharedEmails: [{ email: 'twin@example.com', userNames: ['ADFS_D1', 'ADFS_D2'] }],
  leftBehind: [
    { namespace: 'team-a', pods: ['p-1', 'p-2', 'p-3', 'p-4', 'p-5', 'p-6'], lastingTokens: ['taken-along'] },
  ],
  withoutQuota: ['team-a', 'team-b'],
  quotaToChange: ['team-c'],
  quotaKept: ['team-d'],
};

test('names the users who share an e-mail, and the Profiles without a quota', () => {
  const text = accessText(report, here, paintFor({ isTerminal: false, env: {} }));
  expect(text).toContain('  twin@example.com: ADFS_D1, ADFS_D2');
  expect(text).toContain('profiles without a quota (see access.default_quota): team-a, team-b');
  expect(text).toContain(
    "profiles that keep another quota than access.namespaces says (an administrator's): team-d",
  );
  expect(text).not.toContain('running there');
  const ofOne = accessText(
    report,
    { ...here, user: 'twin@example.com' },
    paintFor({ isTerminal: false, env: {} }),
  );
  expect(ofOne).toContain('running there: p-1, p-2, p-3, p-4, p-5 and 1 more');
  expect(ofOne).toContain('kubectl -n team-a delete secret taken-along');
  expect(
    accessText(
      { ...report, sharedEmails: [], withoutQuota: [], quotaToChange: [], quotaKept: [] },
      here,
      paintFor({ isTerminal: false, env: {} }),
    ),
  ).toBe('no access in acme\n');
});

test("the owner of the groups' Profiles, as whom nobody can log in, is no line of the matrix; another owner is", () => {
  const plain = paintFor({ isTerminal: false, env: {} });
  const owned = (subject: string, namespace: string): AccessRow => ({
    subject,
    kind: 'User',
    namespace,
    role: 'admin',
    source: 'owner',
    because: [],
    object: `${namespace}/namespaceAdmin`,
    stale: false,
  });
  const profileOwner = 'profiles@kubeflow-eks.invalid';
  const rows = [owned(profileOwner, 'team-a'), owned('former@acme.example', 'team-b')];
  const text = accessText({ ...report, rows, profileOwner }, here, plain);
  expect(text).not.toContain(profileOwner);
  expect(text).toMatch(/former@acme\.example +admin\*/);
  expect(text).not.toMatch(/^who .*team-a/m);
  expect(accessText({ ...report, rows: rows.slice(0, 1), profileOwner }, here, plain)).toContain(
    'no access in acme\n',
  );
  // Who asks for that address is answered.
  expect(accessText({ ...report, rows, profileOwner }, { ...here, user: profileOwner }, plain)).toContain(
    'team-a/namespaceAdmin',
  );
});
