/** Oldest Node.js of the region: `NODE_USE_ENV_PROXY`, by which the builds' own requests reach it, came with it. */
const needed = [22, 21] as const;

/**
 * Why the region does not run on a Node.js. A checkout brings its own; an installed command has the machine's.
 *
 * @param version of the form of `process.versions.node`
 * @returns what to do; `undefined` where it runs
 */
export function nodeTooOld(version: string = process.versions.node): string | undefined {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > needed[0] || (major === needed[0] && minor >= needed[1])) return undefined;
  return `the local region needs Node.js ${needed.join('.')} or newer, and this is ${version}: install it from https://nodejs.org`;
}
