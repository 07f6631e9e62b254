// Which test files need a server (moto, a control plane, tools in a Python environment), which need a browser or much time,
// and which are quick. The first two kinds are read from what they import: who writes a test need not say it, and cannot say
// it wrongly.
const { existsSync, readFileSync, readdirSync, statSync } = require('node:fs');
const { join, resolve, dirname } = require('node:path');

const root = resolve(__dirname, '../..');

/** What installs or builds something; a test that reaches one of these is not quick. */
const builders = ['local/moto/virtual-environment.ts', 'local/programs/build-lock.ts'].map((file) =>
  join(root, file),
);

/** What starts a browser. */
const browsers = [join(root, 'test/support/browser.ts')];

/** What takes long with Node alone, each with the reason. */
const long = [
  // 200 stories of two deployments, 25 s of a core.
  'test/workflows/schedules',
  // Bundles and synthesises the stack as for a deployment, three times over, 20 s of a core.
  'test/local/stack/synthesis-cache.test.ts',
].map((path) => join(root, path));

/** Imports of values: types are gone when a test runs. */
const importPattern = /^(?:import|export)(?!\s+type\b)[^;]*?from '(\.[^']*)';|^import '(\.[^']*)';/gms;

const imports = new Map();

function importsOf(file) {
  const known = imports.get(file);
  if (known) return known;
  const found = [...readFileSync(file, 'utf8').matchAll(importPattern)]
    .map(([, from, bare]) => resolve(dirname(file), from ?? bare))
    .flatMap((path) => [`${path}.ts`, join(path, 'index.ts')].filter((name) => existsSync(name)).slice(0, 1));
  imports.set(file, found);
  return found;
}

/** Whether a file imports one of others, through however many. */
function reaches(file, others) {
  const seen = new Set([file]);
  for (const next of seen) {
    if (others.includes(next)) return true;
    for (const dependency of importsOf(next)) seen.add(dependency);
  }
  return false;
}

function kindOf(file) {
  if (reaches(file, builders)) return 'servers';
  return reaches(file, browsers) || long.some((path) => file.startsWith(path)) ? 'slow' : 'quick';
}

function testFiles(folder) {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts') && !name.includes('node_modules'))
    .map((name) => join(root, folder, name))
    .filter((name) => statSync(name).isFile());
}

const kinds = { quick: [], slow: [], servers: [] };
for (const file of ['test', 'packages'].flatMap(testFiles)) kinds[kindOf(file)].push(file);
module.exports = kinds;
