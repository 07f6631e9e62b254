import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { LineCounter, parseDocument } from 'yaml';
import { formatProblem, parseConfiguration } from '../core/configuration';
import type { Configuration } from '../core/configuration';
import { CliError, exitCodes } from './exit-codes';

/** A configuration as read, and as complete. */
export interface ConfigurationFile {
  /** As written, with a metadata file read in: the execution's input. */
  document: unknown;
  configuration: Configuration;
}

/**
 * Reads a YAML (or JSON) file.
 *
 * @throws CliError for one that cannot be read, or is not YAML: with line and column
 */
export async function readYaml(path: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why =
      code === 'ENOENT' ? 'there is no such file' : code === 'EISDIR' ? 'it is a folder' : String(error);
    throw new CliError(
      `cannot read ${path}: ${why}`,
      exitCodes.badInput,
      'name a YAML file, such as examples/acme.yaml',
    );
  }
  const lines = new LineCounter();
  const parsed = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const [problem] = parsed.errors;
  if (problem !== undefined) {
    const { line, col } = lines.linePos(problem.pos[0]);
    throw new CliError(
      `${path}:${line}:${col}: ${problem.message}`,
      exitCodes.badInput,
      'correct the YAML there',
    );
  }
  return parsed.toJS() as unknown;
}

/** Reads a configuration's document; `saml_metadata.file` becomes `inline`, relative to the configuration's folder. */
export async function readDocument(path: string): Promise<unknown> {
  const document = await readYaml(path);
  const metadata = (document as { saml_metadata?: { file?: unknown } } | null)?.saml_metadata;
  if (typeof metadata?.file !== 'string') return document;
  const file = resolve(dirname(path), metadata.file);
  let inline: string;
  try {
    inline = await readFile(file, 'utf8');
  } catch {
    throw new CliError(
      `saml_metadata.file is "${metadata.file}": cannot read ${file}`,
      exitCodes.badInput,
      'name the metadata file that ADFS serves, relative to the configuration',
    );
  }
  const { file: _file, ...rest } = metadata;
  return { ...(document as object), saml_metadata: { ...rest, inline } };
}

/**
 * Reads a configuration that must be valid.
 *
 * @throws CliError with every problem
 */
export async function readConfiguration(path: string): Promise<ConfigurationFile> {
  const document = await readDocument(path);
  const parsed = parseConfiguration(document);
  if (!parsed.ok) {
    const { problems } = parsed;
    throw new CliError(
      [
        `${path} has ${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}:`,
        ...problems.map((problem) => `  ${formatProblem(problem)}`),
      ].join('\n'),
      exitCodes.badInput,
      'correct the file and run the command again; nothing was started',
    );
  }
  return { document, configuration: parsed.configuration };
}
