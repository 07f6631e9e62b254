const readingPrefixes = [
  'BatchGet',
  'Check',
  'Describe',
  'Filter',
  'Get',
  'Head',
  'List',
  'Lookup',
  'Query',
  'Scan',
  'Search',
  'Simulate',
  'Test',
  'TransactGet',
  'Validate',
];
// Named like reads, or like nothing, and harmless; or the other way round.
const exceptions: Readonly<Record<string, boolean>> = {
  AdminGetUser: false,
  AdminListGroupsForUser: false,
  AssumeRole: false,
  AssumeRoleWithWebIdentity: false,
};

/**
 * Whether an operation of an AWS API changes something, judged by its name, as AWS' naming allows: everything that is
 * not plainly a read counts as a change.
 */
export function isMutating(operation: string): boolean {
  return exceptions[operation] ?? !readingPrefixes.some((prefix) => operation.startsWith(prefix));
}
