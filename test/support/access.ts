import type { Region } from '../../local/region';
import { wildcardActions } from '../../local/region/iam/usage';

/** No role of the stack was refused anything that it tried, and none is allowed an action with a wildcard. */
export function expectLeastPrivilege(region: Region): void {
  expect(region.access.refusals()).toEqual([]);
  expect(wildcardActions(region.synthesis.deployed.roles)).toEqual([]);
}
