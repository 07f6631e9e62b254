export { programPath } from './cached';
export { ensureProgram, requireProgram } from './ensure';
export type { EnsureOptions } from './ensure';
export { downloadModule } from './go-build';
export { listPrograms, prunePrograms } from './inventory';
export type { ProgramState } from './inventory';
export { programNames } from './table';
