/** What the directory's groups attribute says. */
export type ParsedGroups =
  | { readonly ok: true; readonly groups: readonly string[] }
  | { readonly ok: false; readonly problem: string };

/**
 * Reads Cognito's `custom:groups`. A SAML attribute with several values arrives as `[v1,v2]`, each value
 * URL-form-encoded except `. - * _`; one with a single value arrives bare and not encoded; a user without the claim has
 * no attribute at all.
 *
 * @param attribute the attribute as in the trigger's event or in ListUsers
 * @returns the groups in their order, without empty ones and exact repetitions; a problem when a list has no end
 *   (a truncated one must not pass for a shorter list: that would revoke what the missing rest grants)
 */
export function parseGroups(attribute: string | undefined): ParsedGroups {
  const text = (attribute ?? '').trim();
  if (!text.startsWith('[')) return { ok: true, groups: unique([text]) };
  if (!text.endsWith(']')) {
    return {
      ok: false,
      problem: `the groups attribute is a list without an end (${text.length} characters)`,
    };
  }
  return { ok: true, groups: unique(text.slice(1, -1).split(',').map(decodeValue)) };
}

/** `+` is a space, `%XX` a byte of UTF-8. A value that is not so encoded is taken as it stands. */
function decodeValue(value: string): string {
  try {
    return decodeURIComponent(value.trim().replaceAll('+', ' '));
  } catch {
    return value.trim();
  }
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values.map((value) => value.trim().normalize('NFC')).filter((value) => value !== ''))];
}
