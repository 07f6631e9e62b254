import { fieldManager } from '../../core/naming';
import type { KubernetesObject } from './objects';

/** Who has set which fields (API reference, ManagedFieldsEntry). */
interface ManagedFields {
  manager?: string;
  operation?: string;
  subresource?: string;
  fieldsV1?: Fields;
}

/** A tree in which `f:<name>` is a field; what else there is stands for items of lists (structured-merge-diff, `fieldpath`). */
interface Fields {
  [key: string]: Fields;
}

/**
 * The fields that an apply of ours has set and that the object is not to have any more: the next apply takes them away. What somebody
 * else has set is theirs. The metadata is left out, and so is what is within lists, which are compared as a whole.
 *
 * @returns paths such as `spec.tags.team`
 */
export function surplusFields(present: KubernetesObject, wanted: object): string[] {
  const { managedFields = [] } = present.metadata as { managedFields?: ManagedFields[] };
  return managedFields
    .filter(
      ({ manager, operation, subresource }) =>
        manager === fieldManager && operation === 'Apply' && subresource === undefined,
    )
    .flatMap(({ fieldsV1: { 'f:metadata': _, ...fields } = {} }) => beyond(fields, wanted, []));
}

function beyond(fields: Fields, wanted: object, path: readonly string[]): string[] {
  return Object.entries(fields).flatMap(([key, below]) => {
    if (!key.startsWith('f:')) return [];
    const name = key.slice('f:'.length);
    const value = (wanted as Record<string, unknown>)[name];
    if (value === undefined) return [[...path, name].join('.')];
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
    return beyond(below, value, [...path, name]);
  });
}
