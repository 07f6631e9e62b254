import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { assumptions } from '../../core/assumptions/assumption-table';
import { assumptionsDocument } from '../../core/assumptions/assumptions-document';
import { unseenAssumptions } from '../../core/assumptions/unseen-assumptions';
import { taskFolders } from '../../tasks/deployments';
import { filesOf } from './repository';

const root = join(__dirname, '../..');
const text = (path: string): string => readFileSync(join(root, path), 'utf8');

describe('docs/assumptions.md', () => {
  it('is what the tables say (npx tsx tools/write-assumptions.ts)', () => {
    expect(text('docs/assumptions.md')).toBe(assumptionsDocument());
  });

  it('has each assumption once', () => {
    const sentences = [...Object.values(assumptions), ...unseenAssumptions].map(({ sentence }) => sentence);
    expect(new Set(sentences).size).toBe(sentences.length);
  });

  it('is where the README sends whoever asks what has not been run', () => {
    const [, section = ''] = text('README.md').split('## What has not been run');
    expect(section).toContain('docs/assumptions.md');
  });
});

describe('every assumption that runs observe', () => {
  const sources = filesOf(/\.ts$/).filter((path) => /^(?:tasks|builds|core)\//.test(path));

  it.each(Object.entries(assumptions))('%s is seen by code of the step that is named', (id, { seenBy }) => {
    const places = sources.filter(
      (path) => !path.startsWith('core/assumptions/assumption-table') && text(path).includes(`'${id}'`),
    );
    expect(places).not.toEqual([]);
    for (const name of seenBy) {
      const [kind, project] = name.split(' ');
      if (name === 'every task') expect(places).toContain('tasks/support/task.ts');
      else if (kind === 'build')
        expect(text(`builds/${project ?? ''}/buildspec.yml`)).toContain('ASSUMPTIONS');
      else expect(Object.values(taskFolders).flatMap((folder) => Object.keys(folder))).toContain(name);
    }
  });
});
