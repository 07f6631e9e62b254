import Ajv from 'ajv/dist/2020';
import {
  documentSchema,
  documentsOfCommands,
  foreignDocuments,
  type DocumentKind,
} from '../../cli/documents/document-kinds';

const ajv = new Ajv({ allErrors: true });
const validators = new Map<string, ReturnType<typeof ajv.compile>>();

/** What is wrong with a document of a kind, by its schema: a field that it does not describe, too. */
export function faultsOf(kind: string, document: unknown): string[] {
  const known = validators.get(kind) ?? ajv.compile(documentSchema([kind as DocumentKind], { closed: true }));
  validators.set(kind, known);
  // Objects of Kubernetes have annotations whose form is their controllers'.
  if (known(document)) return kind === 'RenderedKubeflow' ? [] : jsonIn(document);
  return (known.errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath} ${message ?? ''} ${JSON.stringify(params)}`,
  );
}

/**
 * What is wrong with what a command has printed with `--json`.
 *
 * @param args as the command was given them
 */
export function brokenContract(args: readonly string[], out: string, code: number): string[] {
  const command = commandOf(args);
  // Words that are no command at all have but an Error.
  const kinds = command === undefined ? [] : documentsOfCommands[command];
  if (kinds === undefined && command !== undefined && foreignDocuments[command] === undefined)
    return [`${command} is not in the table of documents`];
  let document: { apiVersion?: string; kind?: string; error?: { exitCode?: number } };
  try {
    document = JSON.parse(out) as typeof document;
  } catch {
    return [`not one JSON document: ${out.slice(0, 200)}`];
  }
  const { kind = '', error } = document;
  if (command !== undefined && foreignDocuments[command] === kind) return [];
  if (kind !== 'Error' && !(kinds ?? []).some((known) => known === kind))
    return [`${command ?? ''} prints no document of the kind "${kind}"`];
  return [
    ...faultsOf(kind, document),
    ...(error === undefined || error.exitCode === code
      ? []
      : [`error.exitCode is ${String(error.exitCode)}, and the command ended with ${code}`]),
    ...(kind === 'Error' && code === 0 ? ['an Error, and the exit code 0'] : []),
  ];
}

/** The command that words are for: the longest of the table. */
function commandOf(args: readonly string[]): string | undefined {
  const known = [...Object.keys(documentsOfCommands), ...Object.keys(foreignDocuments)];
  return [3, 2, 1]
    .map((count) => args.slice(0, count).join(' '))
    .find((words) => known.includes(words) || (!words.includes(' ') && /^[a-z]/.test(words)));
}

/** The places where a string holds JSON, which a reader would have to parse a second time. */
function jsonIn(value: unknown, path = ''): string[] {
  if (typeof value === 'string') {
    if (!/^\s*[[{]/.test(value)) return [];
    try {
      JSON.parse(value);
      return [`${path} holds JSON in a string`];
    } catch {
      return [];
    }
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => jsonIn(inner, `${path}/${key}`));
}
