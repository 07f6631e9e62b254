import type { UserPoolType } from '@aws-sdk/client-cognito-identity-provider';

/** Of an attribute without a bound of its own (API reference, AttributeType). */
const longestValue = 2048;

/** An assertion that Cognito does not take, in the words that come after `Error in SAML response processing`. */
export class UnusableAssertion extends Error {
  override readonly name = 'UnusableAssertion';
}

/**
 * An attribute's value as Cognito writes it: several values in brackets, each form-encoded but for `. - * _`; one value
 * bare (checked against what the service sends: docs/isolation.md, "From group to grant").
 */
export function attributeValue(values: readonly string[]): string {
  if (values.length <= 1) return values[0] ?? '';
  return `[${values.map(formEncode).join(',')}]`;
}

function formEncode(value: string): string {
  return new URLSearchParams([['', value]]).toString().slice(1);
}

/** What decides which attributes an assertion may write. */
export interface AttributeRules {
  /** Attribute of the user → name of the claim. */
  mapping: Readonly<Record<string, string>>;
  schema: UserPoolType['SchemaAttributes'];
  /** The client's list of attributes that it may write; none for all of them. */
  writable: readonly string[] | undefined;
}

/**
 * The attributes of a user that an assertion sets: only those that are mapped, and only those whose claims are in it.
 *
 * @throws UnusableAssertion for a value that is too long, or an attribute that the client may not write
 */
export function mapAttributes(
  claims: ReadonlyMap<string, readonly string[]>,
  { mapping, schema = [], writable }: AttributeRules,
): Record<string, string> {
  const attributes: Record<string, string> = {};
  for (const [attribute, claim] of Object.entries(mapping)) {
    const values = attribute === 'username' ? undefined : claims.get(claim);
    if (values === undefined) continue;
    if (writable !== undefined && writable.length > 0 && !writable.includes(attribute)) {
      // `email_verified` cannot be in such a list; practice takes it all the same (docs/adr/0012).
      if (attribute !== 'email_verified')
        throw new UnusableAssertion(`A client attempted to write unauthorized attribute ${attribute}`);
    }
    const value = attributeValue(values);
    const declared = schema.find(({ Name }) => Name === attribute);
    const longest = Number(declared?.StringAttributeConstraints?.MaxLength ?? longestValue);
    if (value.length > longest)
      throw new UnusableAssertion(`user.${attribute}: String must be no longer than ${longest} characters`);
    attributes[attribute] = value;
  }
  return attributes;
}
