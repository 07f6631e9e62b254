import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Region } from '../../local/region';
import { unusedActions, wildcardActions } from '../../local/region/iam/usage';

/**
 * What the stack's roles are allowed and did not use in what a test ran, one role a line. A run goes one of many ways,
 * so this is for reading; what must hold is {@link expectLeastPrivilege}.
 */
export function unusedReport(region: Region): string {
  const byRole = new Map<string, string[]>();
  for (const { role, action } of unusedActions(region.synthesis.deployed.roles, region.usedActions()))
    byRole.set(role, [...(byRole.get(role) ?? []), action]);
  return [...byRole].map(([role, actions]) => `${role}: ${actions.join(', ')}`).join('\n');
}

/**
 * Writes down which permissions the commands of eksctl used, and CloudFormation for them, where `RECORD_EKSCTL` names a
 * folder: `test/infra/eksctl-usage.ts` makes a table of it.
 */
export function recordEksctl(region: Region): void {
  const folder = process.env['RECORD_EKSCTL'];
  if (folder === undefined) return;
  const used = [...region.access.actionsOfPrograms()].map(([program, actions]) => [program, [...actions]]);
  writeFileSync(
    join(folder, `${region.gateway.endpoint.split(':').at(-1) ?? ''}.json`),
    JSON.stringify(used),
  );
}

/**
 * No role of the stack was refused anything that it tried, and none is allowed an action with a wildcard.
 *
 * @param provoked the resources that a test has the stack ask for in vain: what is not there has no tag of ours
 */
export function expectLeastPrivilege(region: Region, provoked: readonly string[] = []): void {
  const refusals = region.access.refusals().filter(({ resource }) => !provoked.includes(resource));
  expect(refusals).toEqual([]);
  expect(wildcardActions(region.synthesis.deployed.roles)).toEqual([]);
}
