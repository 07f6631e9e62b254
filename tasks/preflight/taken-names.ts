import { indexZone } from '../../core/dns/dns-changes';
import {
  companionName,
  normaliseName,
  ownersIn,
  ownMarks,
  recordKey,
  type FoundRecord,
} from '../../core/dns/dns-record';
import { ConflictError } from '../../core/errors';
import type { Owner } from '../../core/ownership';

/**
 * Refuses names that another deployment has in the zone, of this region or another: each needs a login and an address of its
 * own. Cognito would refuse such a domain only after its certificate, since a custom domain is one of all regions.
 *
 * @throws ConflictError `ResourceConflict`
 */
export function refuseTakenNames(
  records: readonly FoundRecord[],
  zoneId: string,
  owner: Owner,
  names: readonly string[],
): void {
  const zone = indexZone(records);
  const taken = names.flatMap((name) => {
    const record = { name: normaliseName(name), type: 'A' } as const;
    const owners = ownersIn(zone.get(recordKey({ name: companionName(record), type: 'TXT' })));
    const isOurs = ownMarks(owners, owner, zone.get(recordKey(record))).length > 0;
    return owners.length === 0 || isOurs ? [] : [`${record.name} is of ${owners.join(' and ')}`];
  });
  if (taken.length === 0) return;
  throw new ConflictError(
    'ResourceConflict',
    `the hosted zone ${zoneId} has names of another deployment: ${taken.join('; ')}. Nothing was touched. Choose other names ` +
      'for `kubeflow_domain` and `cognito_domain`, or destroy the other deployment first.',
  );
}
