import { readFile } from 'node:fs/promises';
import { buffer as readAll } from 'node:stream/consumers';
import { isNode, LineCounter, parseDocument, type Document } from 'yaml';
import type { Problem } from '../core/configuration';
import { decodeText } from '../core/decode-text';

/** Of a file that is not YAML, as many are shown. */
const mostSyntaxErrors = 5;

/** A YAML (or JSON) file as read. */
export interface YamlFile {
  /** What it says; `undefined` where it cannot be read. */
  document: unknown;
  /** Why it cannot be read, every reason; empty where it can. */
  problems: Problem[];
  /** The line of a problem's path, from 1; `undefined` where the file has nothing at that path. */
  lineOf(path: string): number | undefined;
}

/** What a file is called to people: `-` is no name. */
export function nameOfFile(path: string): string {
  return path === '-' ? 'standard input' : path;
}

/**
 * Reads a YAML file, or standard input by the name `-`. Whatever is wrong with it, its absence included, is a problem and
 * not an error.
 */
export async function readYaml(path: string): Promise<YamlFile> {
  let bytes: Buffer;
  try {
    bytes = path === '-' ? await readAll(process.stdin) : await readFile(path);
  } catch (error) {
    return unreadable([{ path: '', value: path, message: `cannot be read: ${whyUnreadable(error)}` }]);
  }
  const text = decodeText(bytes);
  if (/[\0\uFFFD]/.test(text)) {
    return unreadable([{ path: '', value: null, message: 'is no text: save it as UTF-8' }]);
  }
  if (isTerraform(text)) {
    const message =
      "is in the form of Terraform's variables (`key = value`); a configuration is YAML: write `key: value`. vpc_id and " +
      'kms_key_arn are new there; docs/configuration.md has every key';
    return unreadable([{ path: '', value: null, message }]);
  }
  const lines = new LineCounter();
  const parsed = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error' });
  if (parsed.errors.some(({ code }) => code === 'MULTIPLE_DOCS')) {
    return unreadable([
      { path: '', value: null, message: 'holds several YAML documents; give a file with one of them' },
    ]);
  }
  if (parsed.errors.length > 0) return unreadable(syntaxProblems(parsed.errors, lines, text));
  try {
    return {
      document: parsed.toJS() as unknown,
      problems: [],
      lineOf: (problemPath) => lineAt(parsed, lines, problemPath),
    };
  } catch (error) {
    // Aliases that multiply beyond reason.
    return unreadable([
      { path: '', value: null, message: `is not usable YAML: ${(error as Error).message}` },
    ]);
  }
}

/** What the parser stumbled over: the first few, since what comes after one is often its consequence. */
function syntaxProblems(errors: Document.Parsed['errors'], lines: LineCounter, text: string): Problem[] {
  const problems = errors.slice(0, mostSyntaxErrors).map(({ pos: [start], message }) => {
    const { line, col } = lines.linePos(start);
    return `is not YAML: line ${line}, column ${col}: ${printable(message)}${near(text, start)}`;
  });
  const more = errors.length - problems.length;
  if (more > 0) problems.push(`and ${more} more like ${more === 1 ? 'it' : 'these'}`);
  return problems.map((message) => ({ path: '', value: null, message }));
}

/** Whether most lines that say something are assignments: the sample's users have such a file. */
function isTerraform(text: string): boolean {
  const lines = text.split('\n').filter((line) => /^\w/.test(line));
  return lines.length > 0 && lines.filter((line) => /^\w+\s*=\s/.test(line)).length * 2 > lines.length;
}

function unreadable(problems: Problem[]): YamlFile {
  return { document: undefined, problems, lineOf: () => undefined };
}

/** The words at a place, so that the message can be understood without the file. */
function near(text: string, offset: number): string {
  const [words = ''] = text.slice(offset).split('\n', 1);
  return words.trim() === '' ? '' : ` (at "${printable(words.trim()).slice(0, 60)}")`;
}

/** Words of a file as a terminal may have them: without what would move its cursor, and of a bounded length. */
function printable(words: string): string {
  return words.replace(/\p{Cc}/gu, '�').slice(0, 200);
}

/** Why a file cannot be read, in plain words. */
export function whyUnreadable(error: unknown): string {
  switch ((error as NodeJS.ErrnoException).code) {
    case 'ENOENT':
      return 'there is no such file';
    case 'EISDIR':
      return 'it is a folder';
    case 'EACCES':
      return 'its permissions forbid it';
    default:
      return String(error);
  }
}

/** The line of `a.b[0]`, or of the nearest thing around it: a missing key has none, its map has. */
function lineAt(parsed: Document.Parsed, lines: LineCounter, path: string): number | undefined {
  const parts = [...path.matchAll(/\[(\d+)\]|([^.[\]]+)/g)].map(([, index, key]) =>
    index === undefined ? key : Number(index),
  );
  const found = parts.length === 0 ? undefined : parsed.getIn(parts, true);
  const start = isNode(found) ? found.range?.[0] : undefined;
  return start === undefined ? undefined : lines.linePos(start).line;
}
