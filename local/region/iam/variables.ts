/** Policy variables that are evaluated here: tags of the session or role that asks. */
const variables = /\$\{(aws:PrincipalTag\/[\w+=.@:/-]+)\}/gi;

/** The first policy variable of a text that is not evaluated here, if there is one. */
export function unknownVariable(text: string): string | undefined {
  return /\$\{[^}]*\}?/.exec(text.replace(variables, ''))?.[0];
}

/**
 * A text of a policy with the values of its variables. What the values hold is taken as it is, and is no pattern.
 *
 * @param values of keys, in lower case, as a request's context has them
 * @returns nothing where a variable has no value: the statement does not match then (IAM user guide, "IAM policy elements:
 *   Variables and tags")
 * @throws Error for a value with a wildcard, which the region could not tell from the policy's own
 */
export function withVariables(
  text: string,
  { values }: { readonly values: Readonly<Record<string, readonly string[]>> },
): string | undefined {
  const unset: string[] = [];
  const replaced = text.replace(variables, (_, key: string) => {
    const [value] = Object.hasOwn(values, key.toLowerCase()) ? (values[key.toLowerCase()] ?? []) : [];
    if (value === undefined) unset.push(key);
    if (value !== undefined && /[*?$]/.test(value))
      throw new Error(`the local region does not evaluate ${key} with a wildcard: ${value}`);
    return value ?? '';
  });
  return unset.length === 0 ? replaced : undefined;
}
