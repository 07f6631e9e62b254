/** What the directory's groups attribute says. */
export type ParsedGroups =
  | { readonly ok: true; readonly groups: readonly string[] }
  | { readonly ok: false; readonly problem: string };

/** A value as Cognito writes it into a list; a comma, a quote or an equals sign of a name is encoded. */
const encodedValue = /^(?:[\w.*+-]|%[0-9A-Fa-f]{2})*$/;

/**
 * Reads Cognito's `custom:groups`. A SAML attribute with several values arrives as `[v1,v2]`, each value
 * URL-form-encoded except `. - * _`; one with a single value arrives bare and not encoded; a user without the claim has
 * no attribute at all.
 *
 * A value is taken as it is, white space included: two names that differ at all are two groups (ASCII case is for the
 * rules to fold). A list with a value that is not so encoded was written by somebody else, who may not have encoded
 * commas either: one distinguished name would be read as several groups, so nothing of it is believed.
 *
 * @param attribute the attribute as in the trigger's event or in ListUsers
 * @param separator what stands between groups where the directory sends all of them in one value
 * @returns the groups in their order, without blank ones and exact repetitions; a problem when a list has no end
 *   (a truncated one must not pass for a shorter list: that would revoke what the missing rest grants) or another writer
 */
export function parseGroups(attribute: string | undefined, separator?: string): ParsedGroups {
  const text = attribute ?? '';
  const apart = (value: string): string[] =>
    separator === undefined ? [value] : value.split(separator).map((group) => group.trim());
  if (!text.startsWith('[')) return { ok: true, groups: unique(apart(text)) };
  if (!text.endsWith(']')) {
    return {
      ok: false,
      problem: `the groups attribute is a list without an end (${text.length} characters)`,
    };
  }
  const groups: string[] = [];
  // Between values a space may stand, as in the seed; inside a value it is a plus sign.
  for (const [index, value] of text.slice(1, -1).split(',').entries()) {
    const group = decodeValue(value.replaceAll(/^ +| +$/g, ''));
    if (group === undefined) {
      return {
        ok: false,
        problem: `value ${index + 1} of the groups attribute is not encoded as Cognito encodes (a space as +, a comma as %2C)`,
      };
    }
    groups.push(...apart(group));
  }
  return { ok: true, groups: unique(groups) };
}

/** The form in which an attribute has its groups: several as a list, or one bare value; `undefined` without any. */
export function formOfGroups(attribute: string | undefined): 'list' | 'value' | undefined {
  if (attribute === undefined || attribute.trim() === '') return undefined;
  return attribute.startsWith('[') ? 'list' : 'value';
}

/** `+` is a space, `%XX` a byte of UTF-8; `undefined` where a value is anything else. */
function decodeValue(value: string): string | undefined {
  if (!encodedValue.test(value)) return undefined;
  try {
    return decodeURIComponent(value.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values.filter((value) => value.trim() !== ''))];
}
