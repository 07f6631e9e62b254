import type { Json, Report } from './diagnostics';
import { jsonpathFields, notInTheRegion } from './fields';

/**
 * Reports fields that do not belong to an object, and says of each why, in the words and at the place of AWS as
 * measured by the authors of floci: https://github.com/floci-io/floci/issues/2735 and /issues/2968.
 */
export function checkFields(
  object: Json,
  allowed: readonly string[],
  location: string,
  report: Report,
): void {
  for (const field of Object.keys(object)) {
    if (allowed.includes(field)) continue;
    const at = location === '' ? '/' : location;
    if (jsonpathFields.has(field)) {
      report.schema(
        at,
        `The QueryLanguage is set to 'JSONata', but field '${field}' is only supported for the 'JSONPath' QueryLanguage`,
      );
    } else if (notInTheRegion.has(field)) {
      report.schema(at, `The local Step Functions does not support '${field}': give the items with 'Items'`);
    } else {
      report.schema(at, `Field '${field}' is not supported`);
    }
  }
}
