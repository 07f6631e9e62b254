import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { errorCatalogue } from '../../core/errors';

const root = join(__dirname, '../..');
/** Lines of a folder that hold one of the names, as git finds them. */
const linesOf = (folders: readonly string[]): string =>
  execFileSync('git', ['grep', '-hE', Object.keys(errorCatalogue).join('|'), '--', ...folders], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });

describe('every name of the catalogue', () => {
  const thrown = linesOf(['adapters', 'tasks', 'lambda', 'builds', 'isolation', 'core', ':!core/errors.ts']);
  const tested = linesOf(['test', ':!test/core/errors.test.ts', ':!test/docs']);
  const names = Object.keys(errorCatalogue);

  test.each(names)('%s is what something ends with, and a test makes it do so', (name) => {
    const word = new RegExp(`['"\\/\`]?\\b${name}\\b`);
    expect([word.test(thrown), word.test(tested)]).toEqual([true, true]);
  });
});
