import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { productVersion } from '../../core/product-version';
import { releaseNotes } from '../../tools/package/release-notes';
import { root } from '../docs/repository';

const changelog = [
  '# Changelog',
  '',
  '## Unreleased',
  '',
  '- later',
  '',
  '## [1.10.0] - 2026-03-01',
  '',
  '### Added',
  '',
  '- ten',
  '',
  '## 1.1.0 - 2026-02-01',
  '',
  '- one',
  '',
  '## 1.0.0 - 2026-01-01',
  '',
].join('\n');

test('the notes of a release are what the changelog says of its version, and no more', () => {
  expect(releaseNotes(changelog, '1.1.0')).toBe('- one\n');
  expect(releaseNotes(changelog, '1.10.0')).toBe('### Added\n\n- ten\n');
});

test.each(['1.0.0', '1.1', '2.0.0'])('a version of which it says nothing is refused: %s', (version) => {
  expect(() => releaseNotes(changelog, version)).toThrow(`CHANGELOG.md says nothing of version ${version}`);
});

test('the changelog of this very version has notes, below a section for what comes', () => {
  const text = readFileSync(join(root, 'CHANGELOG.md'), 'utf8');
  expect(releaseNotes(text, productVersion)).toContain('- ');
  expect(text).toMatch(/^# Changelog\n[\s\S]*?^## Unreleased\n/m);
});
