import { UserError } from '../../errors';
import { parseSamlMetadata, whyNotValidAt } from '../../saml/saml-metadata';
import { shownValue, type Problem } from '../problems';

/** What Cognito would not take of metadata that stands in the configuration. */
export function unusableMetadata(inline: string | undefined, now: Date): Problem[] {
  if (inline === undefined) return [];
  const problem = (message: string): Problem[] => [
    { path: 'saml_metadata.inline', value: shownValue(inline), message },
  ];
  try {
    const why = whyNotValidAt(parseSamlMetadata(inline), now);
    return why === undefined ? [] : problem(`cannot be used: ${why}`);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return problem(error.message);
  }
}
