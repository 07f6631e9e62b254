import type { AccessRules } from '../../core/access/rules';
import type { Explanation } from '../../core/access/access-rows';
import { readConfiguration } from '../configuration-file';
import { printDocument } from '../documents/print-document';
import { CliError, exitCodes, type ExitCode } from '../exit-codes';
import type { Host } from '../host';
import { table } from '../render/tables';

export interface ExplainOptions {
  groups: string;
  json?: boolean;
}

/** `explain --groups "…" CONFIG`: what a list of groups would give under a configuration's rules, and why. Offline. */
export async function explain(host: Host, path: string, options: ExplainOptions): Promise<ExitCode> {
  const { configuration } = await readConfiguration(path);
  const { explainGroups } = await import('../../core/access/access-rows');
  let explanation: Explanation;
  try {
    explanation = explainGroups(asAttribute(options.groups), configuration.access);
  } catch (error) {
    throw new CliError(
      `--groups: ${(error as Error).message}`,
      exitCodes.badInput,
      'write the groups as a,b or, as the user pool has them, as [a,b]',
    );
  }
  const outranked = outrankedGroups(explanation);
  const { groups } = explanation;
  const access = { ...explanation.access, ignored: explanation.access.ignored.map(withHint) };
  explanation = { groups, access };
  if (!isInBrackets(options.groups) && /[+%]/.test(options.groups)) {
    host.err(
      'the groups are taken as they are written; + and % are signs of an encoding in the attribute of the pool: give that in its brackets, [a,b]\n',
    );
  }
  if (options.json === true) {
    printDocument(host, 'Explanation', { groups, ...access, outranked });
  } else {
    host.out(explanationText(explanation, outranked, configuration.access));
  }
  return exitCodes.ok;
}

/**
 * The groups as the user pool's attribute has them. A person may leave the brackets away; only a distinguished name,
 * which has commas of its own, is taken for one group then.
 */
export function asAttribute(text: string): string {
  if (!isBareList(text)) return text.trim();
  return `[${text
    .split(',')
    .map((group) => encodeURIComponent(group.trim()))
    .join(',')}]`;
}

function isInBrackets(text: string): boolean {
  return text.trim().startsWith('[');
}

function isBareList(text: string): boolean {
  return !isInBrackets(text) && text.includes(',') && !text.includes('=');
}

/** A directory that sends distinguished names sends none that a prefix could fit. */
function withHint({ group, why }: { group: string; why: string }): { group: string; why: string } {
  const [, name] = /^CN=([^,]+)/i.exec(group) ?? [];
  return name === undefined
    ? { group, why }
    : {
        group,
        why: `${why}; this is a distinguished name: have the directory send the name alone (${name}; docs/adfs.md, rule 4)`,
      };
}

/** Groups whose role another group of the same namespace exceeds. */
function outrankedGroups({ groups, access }: Explanation): string[] {
  const spoken = new Set<string | undefined>([
    ...access.grants.flatMap(({ because }) => because.map(({ group }) => group)),
    ...access.refusals.map(({ group }) => group),
    ...access.ignored.map(({ group }) => group),
  ]);
  return groups.filter((group) => !spoken.has(group));
}

function explanationText(
  { groups, access }: Explanation,
  outranked: readonly string[],
  rules: AccessRules,
): string {
  const { grants, refusals, ignored } = access;
  const parts = [
    `${groups.length} ${groups.length === 1 ? 'group' : 'groups'}, access to ${grants.length} ${grants.length === 1 ? 'namespace' : 'namespaces'}`,
  ];
  if (grants.length > 0) {
    parts.push(
      table(
        ['namespace', 'role', 'group', 'rules'],
        grants.flatMap(({ namespace, role, because }) =>
          because.map(({ group, rule }) => [namespace, role, group, rule]),
        ),
      ),
    );
  }
  parts.push(
    ...section(
      'refused',
      refusals.map(({ group, namespace, message }) => `${group ?? namespace ?? ''}: ${message}`),
    ),
    ...section(
      'gives less than another group of the same namespace',
      outranked.map((group) => group),
    ),
    ...section(
      'not for Kubeflow',
      ignored.map(({ group, why }) => `${group}: ${why}`),
    ),
  );
  if (grants.length > 0) {
    parts.push(
      rules.create_profiles
        ? "A namespace that does not exist is made as a Profile; one that is there must be a Profile's."
        : "Each namespace must be there and be a Profile's: create_profiles is off.",
    );
  }
  if (rules.personal_profiles) parts.push('The user also gets a personal Profile: personal_profiles is on.');
  return `${parts.join('\n\n')}\n`;
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [[`${title}:`, ...lines.map((line) => `  ${line}`)].join('\n')];
}
