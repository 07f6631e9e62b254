import { everybodyGroup } from './everybody';
import { foldAscii, foldsToAscii } from './fold';
import { compileGroupPattern } from './group-pattern';
import { namespaceName } from './names';
import { roles, type Role } from './roles';
import type { AccessRules } from './rules';
import { objectId } from '../saml/directory-kinds';

/** What the rules read out of one group's name. */
export type GroupMapping =
  | { readonly kind: 'grant'; readonly namespace: string; readonly role: Role; readonly rule: string }
  /** The group is none of ours: prefix or pattern do not match. */
  | { readonly kind: 'ignored'; readonly why: string }
  /** The group is meant for us but says nothing that can be granted. */
  | { readonly kind: 'refused'; readonly why: string };

/** Rules made ready for many groups: the pattern compiled, suffixes and aliases in lower case. */
export interface GroupMapper {
  map(group: string): GroupMapping;
}

/** Prepares the rules. @throws Error where `group_pattern` cannot be used (the schema refuses it) */
export function createGroupMapper(rules: AccessRules): GroupMapper {
  const prefix = foldAscii(rules.group_prefix);
  const called = new Map(
    Object.entries(rules.group_names).map(([sent, name]) => [foldAscii(sent), foldAscii(name)]),
  );
  const given = new Set(called.values());
  const partsOf = rules.group_pattern === undefined ? undefined : compileGroupPattern(rules.group_pattern);
  // The longest suffix wins, so that "-super-admins" may mean something other than "-admins".
  const suffixes = Object.entries(rules.role_suffixes)
    .map(([suffix, role]) => ({ suffix: foldAscii(suffix), role }))
    .sort((a, b) => b.suffix.length - a.suffix.length);
  const aliases = new Map(
    Object.entries(rules.namespace_aliases).map(([name, target]) => [foldAscii(name), target]),
  );
  const targets = new Set(aliases.values());

  return {
    map(group) {
      // Before anything else: the pattern, too, would read these as the letters that they look like.
      if (foldsToAscii.test(group))
        return { kind: 'refused', why: 'has a character that looks like a letter' };
      const sent = foldAscii(group);
      const folded = called.get(sent) ?? sent;
      if (folded === everybodyGroup)
        return { kind: 'ignored', why: 'is sent of everybody, so that groups are never missing' };
      // The name is given to one group; whoever may name another must not join it by naming it so.
      if (!called.has(sent) && given.has(sent))
        return { kind: 'refused', why: 'has the name that group_names gives to another' };
      // It would make a namespace whose name nobody can read.
      if (folded === sent && objectId.test(sent) && !aliases.has(sent)) {
        return {
          kind: 'ignored',
          why: 'is an object id that neither group_names nor namespace_aliases has',
        };
      }
      if (!folded.startsWith(prefix))
        return { kind: 'ignored', why: `lacks the prefix ${rules.group_prefix}` };
      let name = folded.slice(prefix.length);
      let role: Role | undefined;
      const used = [called.has(sent) ? 'group_names' : undefined, prefix === '' ? undefined : 'group_prefix'];
      if (partsOf !== undefined) {
        const parts = partsOf(name);
        if (parts === undefined) return { kind: 'ignored', why: 'does not match group_pattern' };
        used.push('group_pattern');
        const named = parts.role;
        if (named !== undefined) {
          role = roles.find((known) => known === named);
          if (role === undefined) return { kind: 'refused', why: `names the unknown role ${named}` };
        }
        name = parts.namespace;
      }
      if (role === undefined) {
        const match = suffixes.find(({ suffix }) => name.endsWith(suffix) && name.length > suffix.length);
        if (match !== undefined) {
          ({ role } = match);
          name = name.slice(0, -match.suffix.length);
          used.push(`role_suffixes ${match.suffix}`);
        }
      }
      if (role === undefined) used.push('default_role');
      if (name === '') return { kind: 'refused', why: 'names no namespace' };
      const alias = aliases.get(name);
      if (alias !== undefined) used.push('namespace_aliases');
      const namespace = alias ?? namespaceName(name);
      // The alias gives the namespace to its group; whoever may name a group must not join it by naming one so.
      if (alias === undefined && targets.has(namespace))
        return { kind: 'refused', why: `names ${namespace}, which namespace_aliases gives to another group` };
      return {
        kind: 'grant',
        namespace,
        role: role ?? rules.default_role,
        rule: used.filter((rule) => rule !== undefined).join(', '),
      };
    },
  };
}
