// Which test files need a server (moto, a control plane, tools in a Python environment) and which need Node alone, read
// from what they import: who writes a test need not say it, and cannot say it wrongly.
const { existsSync, readFileSync, readdirSync, statSync } = require('node:fs');
const { join, resolve, dirname } = require('node:path');

const root = resolve(__dirname, '../..');

/** What installs or builds something; a test that reaches one of these is not quick. */
const builders = ['local/moto/virtual-environment.ts', 'local/programs/build-lock.ts'].map((file) =>
  join(root, file),
);

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

function needsServer(file) {
  const seen = new Set([file]);
  for (const next of seen) {
    if (builders.includes(next)) return true;
    for (const dependency of importsOf(next)) seen.add(dependency);
  }
  return false;
}

function testFiles(folder) {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts') && !name.includes('node_modules'))
    .map((name) => join(root, folder, name))
    .filter((name) => statSync(name).isFile());
}

const all = ['test', 'packages'].flatMap(testFiles);
const quick = all.filter((file) => !needsServer(file));
module.exports = { quick, servers: all.filter((file) => !quick.includes(file)) };
