import { build } from 'esbuild';
import { functionFiles, functionSpec, type FunctionFile } from '../../infra/functions';
import { repositoryRoot } from '../../infra/bundle';

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
  'client-cognito-identity-provider': 'cognito-idp',
  'client-ec2': 'ec2',
  'client-eks': 'eks',
  'client-elastic-load-balancing-v2': 'elasticloadbalancing',
  'client-eventbridge': 'events',
  'client-kms': 'kms',
  'client-lambda': 'lambda',
  'client-route-53': 'route53',
  'client-secrets-manager': 'secretsmanager',
  'client-sfn': 'states',
  'client-sns': 'sns',
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

/** Bundles every function with the packages left out, so that only our own code is in it, and reads it. */
export async function analyseFunctions(): Promise<ReadonlyMap<FunctionFile, Analysis>> {
  const { outputFiles } = await build({
    absWorkingDir: repositoryRoot,
    entryPoints: functionFiles.map((file) => ({ in: functionSpec(file).entry, out: file })),
    outdir: '/bundles',
    bundle: true,
    write: false,
    packages: 'external',
    platform: 'node',
    format: 'cjs',
    logLevel: 'error',
  });
  const texts = new Map(
    outputFiles.map(({ path: file, text }) => [/([^/\\]+)\.js$/.exec(file)?.[1] ?? '', text]),
  );
  return new Map(functionFiles.map((file) => [file, analyse(texts.get(file) ?? '')]));
}

function analyse(text: string): Analysis {
  const packages = new Map(
    [...text.matchAll(/(?:var )?(import_\w+) = require\("@aws-sdk\/([\w-]+)"\)/g)].map(([, name, from]) => [
      name,
      from,
    ]),
  );
  const commands = [...text.matchAll(/new (import_\w+)\.(\w+)Command\(/g)];
  const actions = commands.map(([, name, command = '']) => {
    const from = packages.get(name) ?? '';
    if (from === 'lib-dynamodb') return `dynamodb:${documentActions[command] ?? command}`;
    const prefix = prefixes[from];
    if (prefix === undefined) throw new Error(`the IAM prefix of ${from} is not listed here`);
    return `${prefix}:${command}`;
  });
  const notReady = [...text.matchAll(/new NotReadyError\(\s*"(\w+)"/g)].map(([, name]) => name ?? '');
  return { actions: unique(actions), notReady: unique(notReady) };
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)].sort();
}
