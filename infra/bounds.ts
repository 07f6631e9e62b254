import type { Bounds } from './options';
import { boundless, here, type Permission } from '../core/permissions';

/**
 * Puts what the options name in the place of `<zone>`, `<cluster key>`, `<bucket>` and `<role path>` in resources: which of the
 * account's own things a role may use is not known to this software, but to the one who deploys it.
 *
 * @returns the permissions; one whose only resources are buckets is left out where no bucket is named
 */
export function withinBounds(permissions: readonly Permission[], bounds: Bounds): readonly Permission[] {
  const { hostedZoneIds = ['*'], clusterKeyArns = [here('kms', 'key/*')], buckets, rolePaths } = bounds;
  const values: Readonly<Record<string, readonly string[]>> = {
    [boundless.zone]: hostedZoneIds,
    [boundless.clusterKey]: clusterKeyArns,
    [boundless.bucket]: buckets,
    [boundless.rolePath]: rolePaths,
  };
  return permissions
    .map((permission) => ({
      ...permission,
      resources: permission.resources.flatMap((resource) => {
        const name = Object.keys(values).find((placeholder) => resource.includes(placeholder));
        return name === undefined
          ? [resource]
          : (values[name] ?? []).map((value) => resource.replace(name, value));
      }),
    }))
    .filter(({ resources }) => resources.length > 0);
}
