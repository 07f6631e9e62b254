export { parseConfiguration } from './parse';
export type { Configuration } from './defaults';
export { buildPart, type BuildConfiguration } from './build-part';
export { formatProblem, nearestKey } from './problems';
export type { Problem } from './problems';
export { configurationJsonSchema } from './json-schema';
