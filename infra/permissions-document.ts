import fs from 'node:fs/promises';
import path from 'node:path';
import type { Permission } from '../core/permissions';
import { buildProjectName, functionName, stateMachineName } from '../core/naming';
import { commonBuildPermissions, buildNetworkPermissions, buildPermissions } from './build-permissions';
import { repositoryRoot } from './bundle';
import { buildProjects } from './builds';
import { functionFiles, functionSpec, type FunctionFile } from './functions';
import { commonPermissions, networkPermissions } from './function-permissions';

/** Where the document is. */
export const permissionsFile = path.join(repositoryRoot, 'docs', 'permissions.md');

const introduction = `<!-- Written by \`npx tsx infra/permissions-document.ts\`. -->

# Permissions

What each role of the stack may do, and why; [security](security.md) has the rest. \`<partition>\`, \`<region>\` and
\`<account>\` are those of the stack; \`<zone>\`, \`<cluster key>\` and \`<bucket>\` what
[its options](operate/stack.md#options-of-the-stack) name. \`Never\` is a Deny.

<!-- prettier-ignore-start -->`;

/** `docs/permissions.md`: the permissions of every role. */
export function permissionsDocument(): string {
  return `${[
    introduction,
    section('Every function', commonPermissions('/aws/lambda/<its name>')),
    section('Every function that is in a VPC', networkPermissions),
    ...functionFiles
      .filter((file) => permissionsOf(file).length > 0)
      .map((file) => section(functionName(file), permissionsOf(file))),
    `## No more than the above\n\n${functionFiles
      .filter((file) => permissionsOf(file).length === 0)
      .map((file) => `\`${functionName(file)}\``)
      .join(', ')}`,
    section('Every build', commonBuildPermissions('cluster')),
    section('Every build that is in a VPC', buildNetworkPermissions),
    ...buildProjects.map((project) =>
      section(`Build ${buildProjectName(project)}`, buildPermissions[project]),
    ),
    [
      '## The state machines',
      '',
      `\`${stateMachineName('provision')}\`, \`${stateMachineName('plan')}\`, \`${stateMachineName('resync')}\` and \`${stateMachineName('destroy')}\` may call the functions ` +
        'of their own states (by name, no other), start and stop their builds, publish events with our source (but for plan, which ' +
        'publishes none), and write logs and traces.',
    ].join('\n'),
  ].join('\n\n')}\n<!-- prettier-ignore-end -->\n`;
}

function permissionsOf(file: FunctionFile): readonly Permission[] {
  return functionSpec(file).permissions;
}

function section(title: string, list: readonly Permission[]): string {
  const rows = list.map(({ effect, actions, resources, conditions, why }) =>
    [
      `${effect === 'deny' ? '**Never:**<br>' : ''}${actions.map(code).join('<br>')}`,
      resources.map(code).join('<br>'),
      conditions ? code(JSON.stringify(conditions)) : '',
      why,
    ]
      .map((cell) => cell.replaceAll('|', '\\|'))
      .join(' | '),
  );
  return [
    `## ${title}`,
    '',
    '| Actions | Resources | Conditions | Why |',
    '|---|---|---|---|',
    ...rows.map((row) => `| ${row} |`),
  ].join('\n');
}

function code(text: string): string {
  return `\`${text}\``;
}

if (require.main === module) {
  fs.writeFile(permissionsFile, permissionsDocument()).catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  });
}
