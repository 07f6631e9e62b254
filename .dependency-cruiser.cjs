/**
 * Which way imports may point (docs/architecture.md):
 * core <- adapters <- isolation <- tasks, lambda <- (their deployment.ts only, else by entry path) infra; workflows <- infra; local, cli and tools
 * stand on top. Packages import nothing of ours.
 * @type {import('dependency-cruiser').IConfiguration}
 */
const ours = 'core|adapters|isolation|tasks|workflows|infra|lambda|builds|cli|local|tools|packages|test';
const only = (from, allowed) => ({
  name: `${from}-imports-only-${allowed.join('-') || 'nothing-of-ours'}`,
  severity: 'error',
  from: { path: `^${from}/` },
  to: { path: `^(${ours})/`, pathNot: `^(${[from, ...allowed].join('|')})/` },
});
module.exports = {
  forbidden: [
    only('core', []),
    only('adapters', ['core']),
    only('isolation', ['core', 'adapters']),
    only('tasks', ['core', 'adapters', 'isolation']),
    only('lambda', ['core', 'adapters', 'isolation']),
    only('builds', ['core', 'adapters']),
    only('workflows', ['core', 'tasks']),
    {
      name: 'workflows-know-tasks-by-type',
      severity: 'error',
      comment: 'A step gets the type of its arguments from the task, and nothing else.',
      from: { path: '^workflows/' },
      to: { path: '^tasks/', dependencyTypesNot: ['type-only'] },
    },
    only('infra', ['workflows', 'core', 'adapters', 'tasks', 'lambda']),
    {
      name: 'infra-takes-code-by-entry-path',
      severity: 'error',
      comment: 'Of tasks and lambdas infra imports only what says how they are deployed.',
      from: { path: '^infra/' },
      to: {
        path: '^(tasks|lambda)/',
        pathNot: '^(tasks/deployments|(tasks|lambda)/[^/]+/deployment)\\.ts$',
      },
    },
    {
      name: 'deployment-is-data',
      severity: 'error',
      comment:
        'How a function is deployed is data: infra imports it, so that nothing of the function may hang on it.',
      from: { path: '^(tasks|lambda)/[^/]+/deployment\\.ts$' },
      to: {
        path: '.*',
        pathNot: '^(core/|tasks/support/shared-permissions\\.ts$)',
        dependencyTypesNot: ['type-only'],
      },
    },
    only('packages', []),
    only('local', ['infra', 'workflows', 'adapters', 'core', 'packages']),
    only('tools', [
      'cli',
      'local',
      'builds',
      'isolation',
      'adapters',
      'core',
      'packages',
      'infra',
      'workflows',
      'lambda',
      'test',
    ]),
    only('cli', ['local', 'isolation', 'adapters', 'core', 'builds', 'tools']),
    {
      name: 'sdk-only-in-adapters',
      severity: 'error',
      comment:
        'Only adapters talk to AWS or Kubernetes; the region, the tests and the benches are their peers.',
      from: { path: '^(core|isolation|tasks|lambda|workflows|infra|builds|cli)/' },
      to: { path: 'node_modules/(@aws-sdk|@kubernetes)/' },
    },
    {
      name: 'core-is-pure',
      severity: 'error',
      from: { path: '^core/' },
      to: { dependencyTypes: ['core'], pathNot: '^(node:)?(crypto|url|util)$' },
    },
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-dev-dependency-in-product',
      severity: 'error',
      from: { path: '^(core|adapters|isolation|tasks|lambda)/' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(cdk\\.out|dist)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
