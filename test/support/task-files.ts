import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(__dirname, '../../tasks');

/** A file of `tasks/` that defines a task. */
export interface TaskFile {
  /** Relative to `tasks/`. */
  readonly file: string;
  /** The task's name, which is the file's. */
  readonly name: string;
  readonly text: string;
}

/** Every file below `tasks/` that defines a task, read from the disk: what lists of tasks are held against. */
export function taskFiles(): TaskFile[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => ({
      file,
      name: file.slice(file.lastIndexOf('/') + 1, -'.ts'.length),
      text: readFileSync(join(folder, file), 'utf8'),
    }))
    .filter(({ text }) => /^export const task = defineTask\(/m.test(text));
}
