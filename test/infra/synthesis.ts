import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { stackNames } from '../../core/naming';
import { makeApp, type AppOptions } from '../../infra/app';
import { buildProjects, buildspecPath } from '../../infra/builds';
import { functionFiles } from '../../infra/functions';
import type { Template } from '../../local/stack/intrinsics';
import { resolveTemplate, type DeployedResources } from '../../local/stack/template';

/** The stack of a test, with one-line functions and builds: what is in them does not matter to the template. */
export interface TestSynthesis {
  readonly template: Template;
  readonly deployed: DeployedResources;
  readonly assemblyDir: string;
}

export const testTarget = { accountId: '111122223333', region: 'eu-central-1', partition: 'aws' } as const;

const known = new Map<string, TestSynthesis>();

/** Synthesises once for a test file and a context; call {@link removeSynthesis} after all its tests. */
export function synthesizeForTest(options: Pick<AppOptions, 'context'> = {}): TestSynthesis {
  const name = JSON.stringify(options);
  const made = known.get(name);
  if (made !== undefined) return made;
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'kubeflow-eks-synth-'));
  folders.push(folder);
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
  const synthesis = {
    template,
    assemblyDir,
    deployed: resolveTemplate(template, { ...testTarget, assemblyDir }),
  };
  known.set(name, synthesis);
  return synthesis;
}

const folders: string[] = [];

/** Removes what {@link synthesizeForTest} wrote. */
export function removeSynthesis(): void {
  for (const folder of folders.splice(0)) fs.rmSync(folder, { recursive: true, force: true });
  known.clear();
}
