import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(__dirname, '../../docs/adr');
const files = readdirSync(folder).filter((name) => /^\d/.test(name));
const headingOf = (file: string): string => readFileSync(join(folder, file), 'utf8').split('\n')[0] ?? '';

describe('the decisions', () => {
  it.each(files)('%s begins with its number and a title', (file) => {
    expect(headingOf(file)).toMatch(new RegExp(`^# ${file.slice(0, 4)}\\. \\S.*[^.]$`));
  });

  it('are all in the index, by their titles', () => {
    const index = readFileSync(join(folder, 'README.md'), 'utf8');
    expect(index.match(/^- .*$/gm)?.sort()).toEqual(
      files.map((file) => `- [${headingOf(file).replace(/^# /, '')}](${file})`).sort(),
    );
  });

  it('have numbers of their own', () => {
    const numbers = files.map((file) => file.slice(0, 4));
    expect(new Set(numbers).size).toBe(numbers.length);
  });
});
