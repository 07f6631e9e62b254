import fs from 'node:fs';
import path from 'node:path';
import { stackNames } from '../../core/naming';
import { makeApp, type AppOptions } from '../../infra/app';
import { buildProjects, buildspecPath } from '../../infra/builds';
import { functionFiles } from '../../infra/functions';
import type { Template } from '../../local/stack/intrinsics';
import { resolveTemplate } from '../../local/stack/template';
import { testTarget, type TestSynthesis } from './synthesis';

/**
 * Synthesises the stack with one-line functions and builds: what is in them does not matter to the template. It loads
 * the CDK, which takes seconds; {@link synthesizeForTest} is for the stack without options.
 *
 * @param folder gets bundles, builds and assembly
 */
export function synthesizeInto(folder: string, options: Pick<AppOptions, 'context'> = {}): TestSynthesis {
  const write = (file: string, text: string) => {
    fs.mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    fs.writeFileSync(path.join(folder, file), text);
  };
  for (const file of functionFiles) write(`bundles/${file}/index.js`, `exports.handler = () => '${file}';`);
  for (const project of buildProjects) {
    write(
      `builds/${buildspecPath(project)}`,
      `version: 0.2\nphases:\n  build:\n    commands: [echo ${project}]\n`,
    );
  }
  const assemblyDir = path.join(folder, 'assembly');
  const { app } = makeApp({
    outdir: assemblyDir,
    account: testTarget.accountId,
    region: testTarget.region,
    bundles: path.join(folder, 'bundles'),
    builds: path.join(folder, 'builds'),
    ...options,
  });
  app.synth();
  const text = fs.readFileSync(path.join(assemblyDir, `${stackNames.stack}.template.json`), 'utf8');
  const template = JSON.parse(text) as Template;
  return { template, assemblyDir, deployed: resolveTemplate(template, { ...testTarget, assemblyDir }) };
}
