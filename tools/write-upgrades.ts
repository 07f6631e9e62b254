/** Writes what is between versions into `docs/guides/upgrades.md`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { upgradesDocument } from '../core/upgrades/upgrades-document';

const file = join(__dirname, '..', 'docs', 'guides', 'upgrades.md');
writeFileSync(file, upgradesDocument(readFileSync(file, 'utf8')));
