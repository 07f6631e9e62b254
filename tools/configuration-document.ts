/** `npx tsx tools/configuration-document.ts` writes `docs/configuration.md`, every key of a configuration, and its JSON Schema. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { changes } from '../core/configuration/changes';
import { configurationJsonSchema, schemaFileName } from '../core/configuration/json-schema';
import { aliases } from '../core/configuration/schema';

const root = join(__dirname, '..');

/** Where the document is. */
export const configurationFile = join(root, 'docs', 'configuration.md');

/** Where the JSON Schema is that the examples name. */
export const schemaFile = join(root, 'docs', schemaFileName);

export function schemaText(): string {
  return `${JSON.stringify(configurationJsonSchema(), null, 2)}\n`;
}

/** What of a JSON Schema is shown. */
interface Schema {
  type?: string;
  description?: string;
  default?: unknown;
  enum?: unknown[];
  const?: unknown;
  items?: Schema;
  anyOf?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: Schema | boolean;
}

/** Every key with its type, default, an example out of `examples/`, and what changing it does. */
export function configurationDocument(): string {
  const schema = configurationJsonSchema() as Schema;
  const examples = ['acme', 'private', 'seed', 'entra'].map(
    (name) => parse(readFileSync(join(root, 'examples', `${name}.yaml`), 'utf8')) as unknown,
  );
  return [
    '# Every key of a configuration',
    '',
    'Written by `npx tsx tools/configuration-document.ts` from the schema, the examples and the table of changes. A key',
    'without a default is needed, or is said to be left out. What changing a part does is that of its key, but for the parts',
    'that [changes.md](changes.md) names.',
    '',
    '<!-- prettier-ignore-start -->',
    '| key | type | default | example | what it is | changing it |',
    '|---|---|---|---|---|---|',
    ...keysOf(schema).map(([path, part, needed]) => row(path, part, needed, examples)),
    '<!-- prettier-ignore-end -->',
    '',
  ].join('\n');
}

/** Every key and part of a key, but for the old spellings. */
function keysOf(schema: Schema, prefix = ''): [path: string, part: Schema, needed: boolean][] {
  return Object.entries(schema.properties ?? {})
    .filter(([key]) => prefix !== '' || !Object.hasOwn(aliases, key))
    .flatMap(([key, part]): [string, Schema, boolean][] => [
      [`${prefix}${key}`, part, schema.required?.includes(key) === true],
      ...keysOf(part, `${prefix}${key}.`),
      ...keysOf(valueOf(part), `${prefix}${key}.${anyName}.`),
    ]);
}

/** Stands for the names of a map that the configuration chooses. */
const anyName = '<name>';

/** What each value of a map of any names is. */
function valueOf({ additionalProperties: value }: Schema): Schema {
  return typeof value === 'object' ? value : {};
}

function row(path: string, part: Schema, needed: boolean, examples: readonly unknown[]): string {
  const example = examples.map((document) => at(document, path)).find((value) => value !== undefined);
  const fallback = part.default === undefined || part.properties !== undefined ? undefined : part.default;
  const cells = [
    `\`${path}\``,
    typeOf(part),
    fallback === undefined ? (needed ? 'needed' : '') : code(fallback),
    example === undefined || part.properties !== undefined ? '' : code(example),
    (part.description ?? '').replaceAll('<', '&lt;'),
    effectOf(path),
  ];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

function typeOf({ type, enum: values, const: only, items, anyOf, properties }: Schema): string {
  if (values !== undefined && values.length > 12)
    return `one of ${values.length}: ${values.slice(0, 3).map(code).join(', ')}, …`;
  if (values !== undefined) return values.map(code).join(', ');
  if (only !== undefined) return code(only);
  if (anyOf !== undefined) return [...new Set(anyOf.map(typeOf))].join(' or ');
  if (items !== undefined) return `list of ${typeOf(items)}`;
  return properties !== undefined || type === 'object' ? 'map' : (type ?? 'text');
}

const code = (value: unknown): string => `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;

function at(document: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((value, key) => {
    const map = value as Record<string, unknown> | undefined | null;
    return key === anyName ? Object.values(map ?? {})[0] : map?.[key];
  }, document);
}

function effectOf(path: string): string {
  const [key = '', ...rest] = path.split('.');
  const change = changes[key as keyof typeof changes];
  const part = rest.length === 0 ? undefined : change.parts?.[rest.join('.')];
  return (part ?? change).effect;
}

if (require.main === module) {
  writeFileSync(configurationFile, configurationDocument());
  writeFileSync(schemaFile, schemaText());
}
