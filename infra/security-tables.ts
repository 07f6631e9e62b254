import fs from 'node:fs/promises';
import path from 'node:path';
import type { Permission } from '../core/permissions';
import { buildProjectName, functionName, stateMachineName } from '../core/naming';
import { commonBuildPermissions, buildNetworkPermissions, buildPermissions } from './build-permissions';
import { repositoryRoot } from './bundle';
import { buildProjects } from './builds';
import { functionFiles, functionSpec, type FunctionFile } from './functions';
import { commonPermissions, networkPermissions } from './function-permissions';

/** The document that shows the permissions. */
export const securityDocument = path.join(repositoryRoot, 'docs', 'security.md');

const begin = '<!-- permissions: written by `npx tsx infra/security-tables.ts` -->';
const end = '<!-- end of permissions -->';

/** The permissions of every role as Markdown. */
export function renderPermissions(): string {
  return [
    section('Every function', commonPermissions('/aws/lambda/<its name>')),
    section('Every function that is in a VPC', networkPermissions),
    ...functionFiles
      .filter((file) => permissionsOf(file).length > 0)
      .map((file) => section(functionName(file), permissionsOf(file))),
    `### No more than the above\n\n${functionFiles
      .filter((file) => permissionsOf(file).length === 0)
      .map((file) => `\`${functionName(file)}\``)
      .join(', ')}`,
    section('Every build', commonBuildPermissions('cluster')),
    section('Every build that is in a VPC', buildNetworkPermissions),
    ...buildProjects.map((project) =>
      section(`Build ${buildProjectName(project)}`, buildPermissions[project]),
    ),
    [
      '### The state machines',
      '',
      `\`${stateMachineName('provision')}\`, \`${stateMachineName('plan')}\`, \`${stateMachineName('resync')}\` and \`${stateMachineName('destroy')}\` may call the functions ` +
        'of their own states (by name, no other), start and stop their builds, publish events with our source (but for plan, which ' +
        'publishes none), and write logs and traces.',
    ].join('\n'),
  ].join('\n\n');
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
    `### ${title}`,
    '',
    '| Actions | Resources | Conditions | Why |',
    '|---|---|---|---|',
    ...rows.map((row) => `| ${row} |`),
  ].join('\n');
}

function code(text: string): string {
  return `\`${text}\``;
}

/**
 * Puts the tables into a document, between its two marks.
 *
 * @throws Error for a document without the marks
 */
export function withPermissions(document: string): string {
  const from = document.indexOf(begin);
  const to = document.indexOf(end);
  if (from < 0 || to < from)
    throw new Error(`docs/security.md has no place for the permissions: ${begin} … ${end}`);
  return `${document.slice(0, from)}${begin}\n\n<!-- prettier-ignore-start -->\n${renderPermissions()}\n<!-- prettier-ignore-end -->\n\n${document.slice(to)}`;
}

if (require.main === module) {
  fs.readFile(securityDocument, 'utf8')
    .then((document) => fs.writeFile(securityDocument, withPermissions(document)))
    .catch((error: unknown) => {
      process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
      process.exitCode = 1;
    });
}
