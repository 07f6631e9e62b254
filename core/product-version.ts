/** The version of the command line, and of the stack that is deployed from the same sources. */
export { version as productVersion } from '../package.json';
