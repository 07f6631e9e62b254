import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import fs from 'node:fs';
import path from 'node:path';
import { product, stackNames } from '../core/naming';
import { bundleFunctions, defaultBundlesFolder, formatSizes, repositoryRoot } from './bundle';
import { bundleBuilds, defaultBuildSource } from './bundle-builds';
import { KubeflowEksStack } from './stack';
import { defined } from '../core/defined';

/** What {@link makeApp} needs to know; everything has a default for a checkout. */
export interface AppOptions {
  readonly outdir?: string;
  readonly account?: string;
  readonly region?: string;
  readonly context?: Readonly<Record<string, unknown>>;
  readonly bundles?: string;
  readonly builds?: string;
}

/** The app: one stack, checked by cdk-nag. A finding without an acknowledgement makes `synth()` throw. */
export function makeApp(options: AppOptions = {}): { app: App; stack: KubeflowEksStack } {
  const app = new App({
    ...defined({ outdir: options.outdir }),
    context: { ...featureFlags(), ...options.context },
    analyticsReporting: false,
  });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  const stack = new KubeflowEksStack(app, stackNames.stack, {
    description: 'Provisions multi-user Kubeflow on EKS behind Cognito and ADFS',
    env: {
      ...defined({ account: options.account, region: options.region }),
    },
    tags: { application: product },
    bundles: options.bundles ?? defaultBundlesFolder,
    builds: options.builds ?? defaultBuildSource,
  });
  return { app, stack };
}

/**
 * The flags of `cdk.json`, which the CDK's command line hands over by itself: what is tested, and what the local region
 * runs, is the template that is deployed. Those of the recommended flags are set that change the template for the better
 * or guard what this stack has; not `enablePartitionLiterals`, since the template is to be the same in any partition.
 */
function featureFlags(): Readonly<Record<string, unknown>> {
  const text = fs.readFileSync(path.join(repositoryRoot, 'cdk.json'), 'utf8');
  return (JSON.parse(text) as { context: Readonly<Record<string, unknown>> }).context;
}

/** `tsx infra/app.ts`, run by the CDK's command line, which says where to write. The bundles are made first. */
if (require.main === module) {
  Promise.all([bundleFunctions(), bundleBuilds()]).then(
    ([sizes]) => {
      process.stderr.write(`${formatSizes(sizes)}\n`);
      makeApp({
        ...defined({
          account: process.env['CDK_DEFAULT_ACCOUNT'],
        }),
        ...defined({ region: process.env['CDK_DEFAULT_REGION'] }),
      }).app.synth();
    },
    (error: unknown) => {
      process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
      process.exitCode = 1;
    },
  );
}
