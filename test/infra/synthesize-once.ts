/** `tsx test/infra/synthesize-once.ts FOLDER`: the stack without options, for all tests (see synthesis.ts). */
import { synthesizeInto } from './synthesize-into';

const [, , folder] = process.argv;
if (folder === undefined) throw new Error('usage: synthesize-once FOLDER');
synthesizeInto(folder);
