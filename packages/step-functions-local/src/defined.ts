/**
 * The properties that have a value: under `exactOptionalPropertyTypes` a property that is `undefined` is not one that
 * is missing, so that optional values cannot simply be handed on.
 *
 * @example
 * const request = { name, ...defined({ description, tags }) };
 */
export function defined<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
