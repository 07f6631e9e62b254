import fs from 'node:fs';
import { permissionsDocument, permissionsFile } from '../../infra/permissions-document';

it('docs/permissions.md shows the permissions that the stack hands out (npx tsx infra/permissions-document.ts)', () => {
  expect(fs.readFileSync(permissionsFile, 'utf8')).toBe(permissionsDocument());
});
