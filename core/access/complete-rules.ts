import { UserError } from '../errors';
import { defaultRules } from './default-rules';
import type { AccessRules } from './rules';

/**
 * Rules as they were stored when the deployment was registered, perhaps by an older version: what that version did not
 * know gets its default. They were validated when the configuration was.
 *
 * @throws UserError `RegistrationUnreadable` where they are no rules at all; then nobody is granted anything
 */
export function completeRules(stored: unknown): AccessRules {
  if (typeof stored !== 'object' || stored === null || Array.isArray(stored)) {
    throw new UserError(
      'RegistrationUnreadable',
      'the registered access rules are no object; provision the deployment again to register them',
    );
  }
  return { ...defaultRules, ...stored };
}
