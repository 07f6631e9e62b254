import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import fs from 'node:fs';
import path from 'node:path';
import { messageOf } from '../core/errors';
import { createClients } from '../adapters/aws/clients';
import { findStackOutputs } from '../adapters/aws/cloudformation';
import { product, stackNames } from '../core/naming';
import { productVersion } from '../core/product-version';
import { bundleFunctions, defaultBundlesFolder, formatSizes, repositoryRoot } from './bundle';
import { bundleBuilds, defaultBuildSource } from './bundle-builds';
import { givenOptions, namedOptions, readOptions } from './options';
import { compareOptions, lostOptionsMessage, rememberedOptions } from './remembered-options';
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
    terminationProtection: true,
    tags: { application: product, version: productVersion },
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

/**
 * Holds the options of the context against those of the deployed stack, before anything is made.
 *
 * @throws Error for a value that cannot be meant, and where an option would be lost
 */
async function checkOptions(account: string | undefined, region: string | undefined): Promise<void> {
  // Only to read the context; it must not write itself to the folder of the real one.
  const { node } = new App({ context: featureFlags(), analyticsReporting: false, autoSynth: false });
  readOptions(node);
  // Without credentials the CDK's command line knows no account: nothing can be deployed then either.
  if (account === undefined || region === undefined) return;
  const clients = createClients({ region, maxAttempts: 2 });
  try {
    const deployed = await findStackOutputs(clients, stackNames.stack);
    if (deployed === undefined) return;
    if (deployed.accountId !== account)
      throw new Error(`these credentials are of account ${deployed.accountId}`);
    const changes = compareOptions(
      rememberedOptions(deployed.outputs),
      givenOptions(node),
      namedOptions(node),
    );
    for (const line of changes.changed) process.stderr.write(`${line}\n`);
    if (changes.lost.length > 0) throw new OptionsLost(lostOptionsMessage(changes.lost));
  } catch (error) {
    if (error instanceof OptionsLost) throw error;
    process.stderr.write(
      `WARNING: the options of this synthesis were not compared with those of the stack that is deployed in ${account}/${region}: ` +
        `${(error as Error).message}. An option that is missing in cdk.context.json would be lost. (Name a profile in AWS_PROFILE, not by --profile, so that the app uses it too.)\n`,
    );
  } finally {
    clients.destroy();
  }
}

class OptionsLost extends Error {}

/** `tsx infra/app.ts`, run by the CDK's command line, which says where to write. The bundles are made first. */
async function main(): Promise<void> {
  const account = process.env['CDK_DEFAULT_ACCOUNT'];
  const region = process.env['CDK_DEFAULT_REGION'];
  await checkOptions(account, region);
  const [sizes] = await Promise.all([bundleFunctions(), bundleBuilds()]);
  process.stderr.write(`${formatSizes(sizes)}\n`);
  makeApp(defined({ account, region })).app.synth();
}

if (require.main === module) {
  main().catch((error: unknown) => {
    process.stderr.write(`${messageOf(error)}\n`);
    process.exitCode = 1;
  });
}
