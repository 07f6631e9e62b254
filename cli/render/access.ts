import type { AccessRow, AccessSource } from '../../core/access/access-rows';
import type { LeftBehind } from '../../isolation/left-behind';
import { leftBehindLines } from './left-behind-lines';
import type { Paint } from './paint';
import { table } from './tables';

/** What a report says. */
export interface AccessReport {
  deployment: string;
  rows: readonly AccessRow[];
  /** With `--user`: what the user's groups name and do not get, and why. */
  refused: readonly { group?: string | undefined; namespace?: string | undefined; message: string }[];
  /** E-mails that several enabled users have, who get only what all of them are granted. */
  sharedEmails: readonly { email: string; userNames: readonly string[] }[];
  /** With `--user`: what the person may have left in the namespaces that they can edit. */
  leftBehind: readonly LeftBehind[];
  /** Profiles without a quota, of those asked for. */
  withoutQuota: readonly string[];
  /** Profiles whose quota is another than the rules say, of those asked for: the next re-sync changes it. */
  quotaToChange: readonly string[];
}

const sources: Record<AccessSource, string> = {
  directory: 'directory',
  contributor: 'dashboard (not ours)',
  owner: 'owner of the profile (not ours)',
  other: 'somebody by hand (not ours)',
};

/** A report for people: a line for each access, then what was asked for and refused. */
export function accessText(
  { deployment, rows, refused, sharedEmails, leftBehind, withoutQuota, quotaToChange }: AccessReport,
  { user, namespace }: { user?: string; namespace?: string },
  paint: Paint,
): string {
  const asked = [
    user === undefined ? '' : ` of ${user}`,
    namespace === undefined ? '' : ` to ${namespace}`,
  ].join('');
  const parts: string[] = [];
  if (rows.length === 0) parts.push(`no access${asked} in ${deployment}`);
  else {
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
  return `${parts.join('\n\n')}\n`;
}

function reason({ because, stale }: AccessRow, paint: Paint): string {
  if (stale) return paint.yellow('nothing any more; the next resync takes it away');
  return because.map(({ group, rule }) => `${group} (${rule})`).join('; ') || '–';
}
