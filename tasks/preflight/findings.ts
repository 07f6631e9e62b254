import { TransientError, UserError, type ErrorNameOf } from '../../core/errors';

/** One thing that stands in the way. */
export interface Finding {
  name: ErrorNameOf<'user'> | 'DirectoryUnreachable';
  /** What was found, what was expected, what to do. */
  message: string;
}

/**
 * Everything that a preflight found, in one error, so that an operator does not meet the problems one by one. It is
 * named after the first of the user's faults; only where there is none but what may go away by itself is it transient.
 */
export function findingsError(findings: readonly Finding[]): Error {
  const text = findings.length === 1 ? (findings[0]?.message ?? '') : numbered(findings);
  for (const { name } of findings) if (name !== 'DirectoryUnreachable') return new UserError(name, text);
  return new TransientError('DirectoryUnreachable', text);
}

function numbered(findings: readonly Finding[]): string {
  const lines = findings.map(({ name, message }, index) => `${index + 1}. ${name}: ${message}`);
  return `${findings.length} things stand in the way; nothing was touched:\n${lines.join('\n')}`;
}
