export { parseConfiguration } from './parse';
export type { ParseResult } from './parse';
export type { Configuration, SamlMetadata } from './defaults';
export { formatProblem } from './problems';
export type { Problem } from './problems';
export { configurationJsonSchema } from './json-schema';
export { kubeflowComponents } from './schema';
