/** `node tools.js --into FOLDER kubectl helm eksctl`: what the install phase of a build runs. */
import { parseArgs } from 'node:util';
import { createClients } from '../../adapters/aws/clients';
import { tools, type ToolName } from '../../core/versions';
import { buildEnvironment } from '../../core/handover/build-environment';
import { run } from '../support/command';
import { runMain } from '../support/run-main';
import { say } from '../support/say';
import { reader } from './download';
import { acceptPreinstalled, architectureOf, installTools } from './install-tools';

runMain(async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { into: { type: 'string' } },
  });
  if (values.into === undefined) throw new Error('usage: tools --into FOLDER TOOL…');
  const names = positionals.map((name) => {
    if (!(name in tools)) throw new Error(`there is no tool ${name} in core/versions.ts`);
    return name as ToolName;
  });
  if (buildEnvironment().KUBEFLOW_EKS_TOOLS === 'preinstalled') {
    await acceptPreinstalled(names, run, say);
    return;
  }
  await installTools(names, {
    into: values.into,
    architecture: architectureOf(process.arch),
    get: reader(createClients({ region: buildEnvironment().AWS_REGION ?? 'us-east-1' })),
    run,
    say,
    mirror: buildEnvironment().KUBEFLOW_EKS_TOOLS_MIRROR,
  });
});
