import { rowsOfPeople, type AccessRow, type AccessSource } from '../../core/access/access-rows';
import { defined } from '../../core/defined';
import type { AccessReport } from '../read-access';
import { leftBehindLines } from './left-behind-lines';
import { matrixText } from './matrix-text';
import type { Paint } from './paint';
import { table } from './tables';

/** Who gave an access, in words. */
export const sources: Record<AccessSource, string> = {
  directory: 'directory',
  contributor: 'dashboard (not ours)',
  owner: 'owner of the profile (not ours)',
  other: 'somebody by hand (not ours)',
};

/** What a text is made with. */
export interface AccessTextOptions {
  user?: string;
  namespace?: string;
  /** Width of the terminal, in characters. */
  columns: number;
  /** What a proposed command needs to lead to the same place: ` --local`. */
  flags: string;
}

/**
 * A report for people: the matrix, then what is odd. With a user or a namespace, a line for each access with its reason,
 * then what was asked for and refused.
 */
export function accessText(
  {
    deployment,
    rows,
    profileOwner,
    refused,
    sharedEmails,
    leftBehind,
    withoutQuota,
    quotaToChange,
    quotaKept,
  }: AccessReport,
  { user, namespace, columns, flags }: AccessTextOptions,
  paint: Paint,
): string {
  const asked = [
    user === undefined ? '' : ` of ${user}`,
    namespace === undefined ? '' : ` to ${namespace}`,
  ].join('');
  const parts: string[] = [];
  const people = rowsOfPeople(rows, defined({ profileOwner }));
  if (rows.length === 0 || (asked === '' && people.length === 0))
    parts.push(`no access${asked} in ${deployment}`);
  else if (asked === '') {
    parts.push(matrixText(people, columns, paint));
    parts.push(
      `why somebody has it: kubeflow-eks access ${deployment} --user EMAIL${flags}; all of it: --format csv or html`,
    );
  } else {
    parts.push(
      table(
        ['who', 'namespace', 'role', 'given by', 'because of', 'object'],
        rows.map((row) => [
          row.kind === 'Group' ? `group ${row.subject}` : row.subject,
          row.namespace,
          row.role,
          row.source === 'directory' ? sources.directory : paint.yellow(sources[row.source]),
          reason(row, paint),
          row.object,
        ]),
      ),
    );
  }
  if (refused.length > 0) {
    parts.push(
      [
        'asked for by the groups, and not given:',
        ...refused.map(({ group, namespace: where, message }) => `  ${group ?? where ?? ''}: ${message}`),
      ].join('\n'),
    );
  }
  if (sharedEmails.length > 0) {
    parts.push(
      [
        'several users with one e-mail, who get only what all of them are granted:',
        ...sharedEmails.map(({ email, userNames }) => `  ${email}: ${userNames.join(', ')}`),
      ].join('\n'),
    );
  }
  if (user !== undefined && leftBehind.length > 0)
    parts.push(
      ['what may be left when the access is gone:', ...leftBehindLines(user, leftBehind)].join('\n  '),
    );
  if (withoutQuota.length > 0)
    parts.push(`profiles without a quota (see access.default_quota): ${withoutQuota.join(', ')}`);
  if (quotaToChange.length > 0)
    parts.push(`profiles whose quota the next resync changes: ${quotaToChange.join(', ')}`);
  if (quotaKept.length > 0)
    parts.push(
      `profiles that keep another quota than access.namespaces says (an administrator's): ${quotaKept.join(', ')}`,
    );
  return `${parts.join('\n\n')}\n`;
}

function reason({ because, stale }: AccessRow, paint: Paint): string {
  if (stale) return paint.yellow('nothing any more; the next resync takes it away');
  return because.map(({ group, rule }) => `${group} (${rule})`).join('; ') || '–';
}
