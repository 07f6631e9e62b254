import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';

export const root = join(__dirname, '../..');

/** What is installed, built or measured, and not written here. */
const skipped = new Set([
  'node_modules',
  '.git',
  'dist',
  'cdk.out',
  'coverage',
  'reports',
  '.local',
  '.install-lock',
]);

/** The files of the repository with names of a pattern, as paths from its root. */
export function filesOf(pattern: RegExp, folder = root): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return skipped.has(entry.name) ? [] : filesOf(pattern, path);
    return pattern.test(entry.name) ? [relative(root, path)] : [];
  });
}
