import type { Json, Report } from './diagnostics';
import { JSONPATH_FIELDS, NOT_IN_THE_REGION } from './fields';

/** Reports fields that do not belong to an object, and says of each why. */
export function checkFields(
  object: Json,
  allowed: readonly string[],
  location: string,
  report: Report,
): void {
  for (const field of Object.keys(object)) {
    if (allowed.includes(field)) continue;
    const at = `${location}/${field}`;
    if (JSONPATH_FIELDS.has(field)) {
      report.schema(at, `The field '${field}' is not supported when QueryLanguage is 'JSONata'`);
    } else if (NOT_IN_THE_REGION.has(field)) {
      report.schema(at, `The local Step Functions does not support '${field}': give the items with 'Items'`);
    } else {
      report.schema(at, `The field '${field}' is not supported here`);
    }
  }
}
