import { accessCsv } from '../../../cli/render/access-csv';
import { sampleRows } from './sample-report';

test('a line for each access, in natural order', () => {
  const lines = accessCsv(sampleRows).trimEnd().split('\r\n');
  expect(lines[0]).toBe('subject,kind,namespace,role,given_by,ours,groups,rules,object,goes_at_next_resync');
  expect(lines).toHaveLength(sampleRows.length + 1);
  expect(lines).toContain(
    'bob@acme.example,User,team-a,edit,directory,yes,AWS-team-a,"group_prefix, default_role",team-a/user-bob-acme-example-edit,no',
  );
  expect(lines).toContain('auditors,Group,finance,view,other,no,,,finance/auditors-view,no');
  const users = lines.map((line) => line.split(',')[0] ?? '');
  expect(users.indexOf('user2@acme.example')).toBeLessThan(users.indexOf('user11@acme.example'));
});

test('no name becomes a formula of a spreadsheet', () => {
  const [sample] = sampleRows;
  if (sample === undefined) throw new Error('there are no rows');
  const csv = accessCsv([
    { ...sample, subject: '=HYPERLINK("http://evil")', because: [{ group: '@SUM(1)', rule: 'prefix' }] },
  ]);
  expect(csv).toContain(`"'=HYPERLINK(""http://evil"")"`);
  expect(csv).toContain("'@SUM(1)");
});
