/** Writes `docs/changes.md`. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { changesDocument } from '../core/configuration/changes-document';

writeFileSync(join(__dirname, '..', 'docs', 'changes.md'), changesDocument());
