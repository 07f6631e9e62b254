/** Writes `docs/assumptions.md`. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { assumptionsDocument } from '../core/assumptions/assumptions-document';

writeFileSync(join(__dirname, '..', 'docs', 'assumptions.md'), assumptionsDocument());
