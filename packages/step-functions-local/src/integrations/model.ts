import { NormalizedSchema } from '@smithy/core/schema';

/**
 * Names of an API's fields as Step Functions shows them. It uses AWS' Java SDK, whose fields all begin with a capital,
 * while the API's own (and so the JavaScript SDK's) may not: `ProjectName` is CodeBuild's `projectName`. The SDK's
 * model says which names are fields and which are keys of a map, that stay as they are.
 */

/** A field that the API does not have. */
export class UnknownField extends Error {
  override readonly name = 'UnknownField';
}

export interface OperationModel {
  readonly input: NormalizedSchema;
  readonly output: NormalizedSchema;
}

/** @param schema the operation's schema, as a command of the SDK carries it. */
export function modelOf(schema: readonly unknown[]): OperationModel {
  const [, , , , input, output] = schema;
  return { input: NormalizedSchema.of(input as never), output: NormalizedSchema.of(output as never) };
}

/**
 * Arguments in the words of Step Functions, as the JavaScript SDK takes them.
 * @throws UnknownField
 */
export function toSdk(schema: NormalizedSchema, value: unknown): unknown {
  if (value === null || value === undefined) return undefined;
  if (schema.isStructSchema() && isObject(value)) {
    const members = membersOf(schema);
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => {
        const name = memberName(members, key);
        const member = name === undefined ? undefined : members.get(name);
        if (name === undefined || member === undefined) {
          throw new UnknownField(`The field "${key}" is not supported by Step Functions`);
        }
        return [name, toSdk(member, item)];
      }),
    );
  }
  if (schema.isListSchema() && Array.isArray(value))
    return value.map((item) => toSdk(schema.getValueSchema(), item));
  if (schema.isMapSchema() && isObject(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, toSdk(schema.getValueSchema(), item)]),
    );
  }
  if (schema.isBlobSchema()) return Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));
  if (schema.isTimestampSchema()) return new Date(value as string | number);
  if (schema.isStringSchema() && typeof value === 'object') return JSON.stringify(value);
  return value;
}

/** A result of the JavaScript SDK in the words of Step Functions. Streams must have been read before. */
export function fromSdk(schema: NormalizedSchema, value: unknown, dates: 'iso' | 'millis'): unknown {
  if (value === null || value === undefined) return undefined;
  if (value instanceof Date) return dates === 'iso' ? value.toISOString() : value.getTime();
  if (value instanceof Uint8Array) return Buffer.from(value).toString('utf8');
  if (schema.isStructSchema() && isObject(value)) {
    const members = membersOf(schema);
    const entries: [string, unknown][] = [];
    for (const [key, item] of Object.entries(value)) {
      const member = members.get(key);
      if (member === undefined || item === undefined) continue;
      entries.push([capitalised(key), fromSdk(member, item, dates)]);
    }
    return Object.fromEntries(entries);
  }
  if (schema.isListSchema() && Array.isArray(value)) {
    return value.map((item) => fromSdk(schema.getValueSchema(), item, dates));
  }
  if (schema.isMapSchema() && isObject(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, fromSdk(schema.getValueSchema(), item, dates)]),
    );
  }
  return value;
}

function membersOf(schema: NormalizedSchema): Map<string, NormalizedSchema> {
  return new Map(schema.structIterator());
}

function memberName(members: ReadonlyMap<string, unknown>, key: string): string | undefined {
  if (members.has(key)) return key;
  const lower = key.toLowerCase();
  return [...members.keys()].find((name) => name.toLowerCase() === lower);
}

function capitalised(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
