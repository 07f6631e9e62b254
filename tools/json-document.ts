/** `npx tsx tools/json-document.ts` writes `docs/json.md`: what commands print for machines. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  documentKinds,
  documentSchema,
  documentsOfCommands,
  foreignDocuments,
  type DocumentKind,
} from '../cli/documents/document-kinds';

const root = join(__dirname, '..');

/** Where the document is. */
export const jsonFile = join(root, 'docs', 'json.md');

const kinds = Object.keys(documentKinds) as DocumentKind[];

/** Where the example of a kind is. */
export const exampleOf = (kind: DocumentKind): string => join(root, 'examples', 'json', `${kind}.json`);

/** What of a JSON Schema is shown. */
interface Schema {
  type?: string;
  const?: unknown;
  enum?: unknown[];
  description?: string;
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
}

/** The commands with their documents, then every kind with its fields and an example. */
export function jsonDocument(): string {
  return [
    '# Documents for machines',
    '',
    'Written by `npx tsx tools/json-document.ts` from the schemas; the examples are those of `examples/json/`.',
    '',
    'With `--json` a command prints one document on standard output and nothing else there; progress goes to standard',
    'error. Every document has an `apiVersion` and a `kind`. Within `kubeflow-eks/v1` fields are added, and none goes or',
    'changes its meaning: pass over those that you do not know. `kubeflow-eks schema --of COMMAND` prints the JSON Schema.',
    '',
    'A command without a result prints an [`Error`](#error) in its place. An execution that was started and has failed is a',
    'result: an [`Execution`](#execution) with an `error`. Both have the same `error`: `name` for programs, `message` for',
    'people, `advice` (what to do, with the command for it), and `exitCode`, which is that of the',
    '[command](operate/everyday.md#exit-codes).',
    '',
    '<!-- prettier-ignore-start -->',
    '| command | prints |',
    '|---|---|',
    ...commandRows(),
    '<!-- prettier-ignore-end -->',
    '',
    '`start --print-input` and `schema` print what their names say, without an `apiVersion` of ours.',
    '',
    ...kinds.flatMap(sectionOf),
  ].join('\n');
}

function commandRows(): string[] {
  return [...new Set([...Object.keys(documentsOfCommands), ...Object.keys(foreignDocuments)])]
    .sort()
    .map((command) => {
      const ours = (documentsOfCommands[command] ?? []).map(
        (kind) => `[\`${kind}\`](#${kind.toLowerCase()})`,
      );
      const foreign = foreignDocuments[command];
      const all = [...ours, ...(foreign === undefined ? [] : [`\`${foreign}\` of its own \`apiVersion\``])];
      return `| \`${command}\` | ${all.join(' or ')} |`;
    });
}

function sectionOf(kind: DocumentKind): string[] {
  const schema = documentSchema([kind]) as Schema;
  return [
    `## ${kind}`,
    '',
    schema.description ?? '',
    '',
    '<!-- prettier-ignore-start -->',
    '| field | type | what it is |',
    '|---|---|---|',
    ...fieldsOf(schema).map(
      ([path, part, needed]) =>
        `| \`${path}\`${needed ? '' : ' (optional)'} | ${typeOf(part)} | ${part.description ?? ''} |`,
    ),
    '<!-- prettier-ignore-end -->',
    '',
    '```json',
    readFileSync(exampleOf(kind), 'utf8').trimEnd(),
    '```',
    '',
  ];
}

function fieldsOf(schema: Schema, prefix = ''): [path: string, part: Schema, needed: boolean][] {
  return Object.entries(schema.properties ?? {})
    .filter(([key]) => prefix !== '' || (key !== 'apiVersion' && key !== 'kind'))
    .flatMap(([key, part]): [string, Schema, boolean][] => {
      const path = `${prefix}${key}`;
      return [
        [path, part, schema.required?.includes(key) === true],
        ...fieldsOf(part, `${path}.`),
        ...fieldsOf(part.items ?? {}, `${path}[].`),
      ];
    });
}

function typeOf({ type, enum: values, items, properties }: Schema): string {
  if (values !== undefined) return values.map((value) => `\`${String(value)}\``).join(', ');
  if (items !== undefined) return `list of ${properties === undefined ? typeOf(items) : 'objects'}`;
  return type ?? 'any';
}

if (require.main === module) writeFileSync(jsonFile, jsonDocument());
