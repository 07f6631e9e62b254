/**
 * `npx tsx tools/package/release-notes.ts` prints what CHANGELOG.md says of the version in package.json: the notes of its
 * release.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { productVersion } from '../../core/product-version';
import { repositoryRoot } from '../../infra/bundle';
import { runCommand } from '../command-line';

/**
 * What a changelog says of a version, without the heading.
 *
 * @param changelog in the form of Keep a Changelog: `## 0.1.0 - 2026-11-28`
 * @throws Error where it says nothing of it
 */
export function releaseNotes(changelog: string, version: string): string {
  const sections = changelog.split(/^## /m).slice(1);
  const section = sections.find((text) => text.split(/[\s]/, 1)[0]?.replace(/^\[(.*)\]$/, '$1') === version);
  const notes = section?.slice(section.indexOf('\n')).trim() ?? '';
  if (notes === '') throw new Error(`CHANGELOG.md says nothing of version ${version}`);
  return `${notes}\n`;
}

if (require.main === module) {
  runCommand(async () => {
    process.stdout.write(
      releaseNotes(await readFile(join(repositoryRoot, 'CHANGELOG.md'), 'utf8'), productVersion),
    );
    return 0;
  });
}
