const { quick, slow, servers } = require('./test/support/kinds.cjs');

// Under CommonJS jest, packages that are published as ES modules only must be transformed too.
const esModulePackages = [
  '@kubernetes/client-node',
  'openid-client',
  'socks-proxy-agent',
  'agent-base',
  'jsonpath-plus',
  'oauth4webapi',
  'jose',
  'listr2',
  'get-port',
  'p-limit',
  'yocto-queue',
  'linkedom',
];

/** @type {import('jest').Config} */
const common = {
  testEnvironment: 'node',
  transform: {
    '^.+\\.(ts|js|mjs)$': [
      '@swc/jest',
      { jsc: { target: 'es2023', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } },
    ],
  },
  transformIgnorePatterns: [`/node_modules/(?!(${esModulePackages.join('|')})/)`],
  // These are published as one file each, too, which spares transforming some fifty packages.
  moduleNameMapper: {
    '^@observablehq/plot$': '<rootDir>/node_modules/@observablehq/plot/dist/plot.umd.min.js',
    '^linkedom$': '<rootDir>/node_modules/linkedom/worker.js',
    '^d3@[^/]+/(.*)$': '<rootDir>/node_modules/d3/$1',
  },
  modulePathIgnorePatterns: ['<rootDir>/cdk.out', '<rootDir>/dist'],
};

/** @type {import('jest').Config} */
module.exports = {
  testTimeout: 120_000,
  maxWorkers: 2,
  reporters: ['default', '<rootDir>/test/support/summary-reporter.cjs'],
  // Jest sets a project up only when a test of it is selected, so that `npx jest test/core` builds nothing.
  projects: [
    { ...common, displayName: 'quick', testMatch: quick },
    { ...common, displayName: 'slow', testMatch: slow },
    {
      ...common,
      displayName: 'servers',
      testMatch: servers,
      globalSetup: '<rootDir>/test/support/global-setup.ts',
    },
  ],
};
