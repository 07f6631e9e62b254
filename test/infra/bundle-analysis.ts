import { build } from 'esbuild';
import type { BuildProject } from '../../core/naming';
import { repositoryRoot } from '../../infra/bundle';
import { buildProjects } from '../../infra/builds';
import { functionFiles, functionSpec, type FunctionFile } from '../../infra/functions';
import { s3Permissions } from '../support/s3-permissions';

/** What the code of one function can do, read from its bundle after everything unused has been shaken out. */
export interface Analysis {
  /** IAM actions of the SDK commands that it makes. */
  readonly actions: readonly string[];
  /** Names of the errors that say that something is under way. */
  readonly notReady: readonly string[];
}

/** IAM's prefix of a service, by the SDK's package. */
const prefixes: Readonly<Record<string, string>> = {
  'client-acm': 'acm',
  'client-cloudwatch': 'cloudwatch',
  'client-cloudwatch-logs': 'logs',
  'client-cloudformation': 'cloudformation',
  'client-cognito-identity-provider': 'cognito-idp',
  'client-ec2': 'ec2',
  'client-eks': 'eks',
  'client-elastic-load-balancing-v2': 'elasticloadbalancing',
  'client-eventbridge': 'events',
  'client-iam': 'iam',
  'client-kms': 'kms',
  'client-lambda': 'lambda',
  'client-route-53': 'route53',
  'client-s3': 's3',
  'client-secrets-manager': 'secretsmanager',
  'client-service-quotas': 'servicequotas',
  'client-sfn': 'states',
  'client-sns': 'sns',
  'client-sqs': 'sqs',
  'client-wafv2': 'wafv2',
  'client-efs': 'elasticfilesystem',
  'client-rds': 'rds',
  'client-backup': 'backup',
};

/** Actions with other names than the commands of the document client. */
const documentActions: Readonly<Record<string, string>> = {
  Get: 'GetItem',
  Put: 'PutItem',
  Delete: 'DeleteItem',
  Update: 'UpdateItem',
  Query: 'Query',
  Scan: 'Scan',
};

/** Reads every function. */
export async function analyseFunctions(): Promise<ReadonlyMap<FunctionFile, Analysis>> {
  return analyseEntries(
    new Map(functionFiles.map((file) => [file, [functionSpec(file).entry]] as [FunctionFile, string[]])),
  );
}

/** Reads every build: its own program, and the one that fetches its tools. */
export async function analyseBuilds(): Promise<ReadonlyMap<BuildProject, Analysis>> {
  return analyseEntries(
    new Map(buildProjects.map((project) => [project, ['builds/tools/main.ts', `builds/${project}/main.ts`]])),
  );
}

/** Bundles programs with the packages left out, so that only our own code is in them. */
async function analyseEntries<Name extends string>(
  programs: ReadonlyMap<Name, readonly string[]>,
): Promise<ReadonlyMap<Name, Analysis>> {
  const entries = [...programs].flatMap(([name, files]) =>
    files.map((file, index) => ({ in: file, out: `${name}/${index.toString()}` })),
  );
  const { outputFiles } = await build({
    absWorkingDir: repositoryRoot,
    entryPoints: entries,
    outdir: '/bundles',
    bundle: true,
    write: false,
    packages: 'external',
    platform: 'node',
    format: 'cjs',
    logLevel: 'error',
  });
  const all = outputFiles.map(({ path: file, text }) => ({
    name: /([^/\\]+)[/\\]\d+\.js$/.exec(file)?.[1],
    ...analyse(text),
  }));
  return new Map(
    [...programs.keys()].map((name) => {
      const parts = all.filter((part) => part.name === name);
      return [
        name,
        {
          actions: unique(parts.flatMap(({ actions }) => actions)),
          notReady: unique(parts.flatMap(({ notReady }) => notReady)),
        },
      ];
    }),
  );
}

function analyse(text: string): Analysis {
  const packages = new Map(
    [...text.matchAll(/(?:var )?(import_\w+) = require\("@aws-sdk\/([\w-]+)"\)/g)].map(([, name, from]) => [
      name,
      from,
    ]),
  );
  const commands = [
    ...text.matchAll(/new (import_\w+)\.(\w+)Command\(/g),
    ...text.matchAll(/\(0, (import_\w+)\.paginate(\w+)\)\(/g),
  ];
  const actions = commands.map(([, name, command = '']) => {
    const from = packages.get(name) ?? '';
    if (from === 'lib-dynamodb') return `dynamodb:${documentActions[command] ?? command}`;
    const prefix = prefixes[from];
    if (prefix === undefined) throw new Error(`the IAM prefix of ${from} is not listed here`);
    return `${prefix}:${(prefix === 's3' ? s3Permissions[command] : undefined) ?? command}`;
  });
  const notReady = [...text.matchAll(/new NotReadyError\(\s*"(\w+)"/g)].map(([, name]) => name ?? '');
  return { actions: unique(actions), notReady: unique(notReady) };
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)].sort();
}
