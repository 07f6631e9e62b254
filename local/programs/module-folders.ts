import { join } from 'node:path';
import { programs, type Program, type ProgramName } from './table';

/** Where the go.mod of most programs lies, and those of others below it. */
export const moduleFolder = __dirname;

/** Where the go.mod of a program lies. */
export function folderOf(program: ProgramName): string {
  const { folder = '.' }: Program = programs[program];
  return join(moduleFolder, folder);
}
