// The Node.js that a checkout brings, for the commands that the machine's own is too old for.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Oldest Node.js of the local region, as local/region/node-version.ts has it: a test holds them together. */
const needed = [22, 21];

/** The commands that run the local region. */
const regional = new Set(['rehearse', 'local']);

/**
 * @param {readonly string[]} args of the command line; a word of theirs that only looks like such a command costs a start
 * @param {string} version of the Node.js that runs this
 * @returns {string | undefined} path of the Node.js to run it with instead, if there is need and one is there
 */
export function otherNode(args, version = process.versions.node) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > needed[0] || (major === needed[0] && minor >= needed[1])) return undefined;
  if (!args.some((word) => regional.has(word))) return undefined;
  const path = fileURLToPath(new URL('../node_modules/node/bin/node', import.meta.url));
  return existsSync(path) ? path : undefined;
}
