import fs from 'node:fs';
import { securityDocument, withPermissions } from '../../infra/security-tables';

it('docs/security.md shows the permissions that the stack hands out (npx tsx infra/security-tables.ts)', () => {
  const document = fs.readFileSync(securityDocument, 'utf8');
  expect(document).toBe(withPermissions(document));
});

it('a document without a place for the tables is refused', () => {
  expect(() => withPermissions('# Security')).toThrow('has no place for the permissions');
});
