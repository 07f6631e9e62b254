export { programPath } from './cached';
export { ensureProgram, requireProgram } from './ensure';
export type { EnsureOptions } from './ensure';
export { listPrograms, prunePrograms } from './inventory';
export { programNames } from './table';
