import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { formatProblem, parseConfiguration, type Configuration, type Problem } from '../core/configuration';
import { unusableMetadata } from '../core/configuration/rules/saml';
import { parseUsers, type SampleUser } from '../core/configuration/users';
import { decodeText } from '../core/decode-text';
import { CliError, exitCodes } from './exit-codes';
import { nameOfFile, readYaml, whyUnreadable, type YamlFile } from './yaml-file';

/** A configuration as read, and as complete. */
export interface ConfigurationFile {
  /** As written, with a metadata file read in: the execution's input. */
  document: unknown;
  configuration: Configuration;
}

/** Largest input of an execution, in bytes (AWS Step Functions quotas). */
const largestInput = 262_144;

/**
 * Reads and checks a configuration.
 *
 * @returns it, or every problem with it and a way to say them with their lines
 */
export async function checkConfiguration(
  path: string,
): Promise<({ ok: true } & ConfigurationFile) | { ok: false; problems: Problem[]; lines: string[] }> {
  const file = await readYaml(path);
  if (file.problems.length > 0) return broken(path, file, file.problems);
  const { document, problems } = await withMetadata(path, file.document);
  const parsed = parseConfiguration(document, { now: new Date() });
  // A file that cannot be read is told once: the metadata is not missing besides.
  const isTold = ({ path: at, value }: Problem): boolean =>
    problems.length > 0 && at === 'identity_provider.metadata' && value === null;
  if (!parsed.ok) problems.push(...parsed.problems.filter((each) => !isTold(each)));
  problems.push(...tooLarge(document));
  if (!parsed.ok || problems.length > 0) return broken(path, file, problems);
  return { ok: true, document, configuration: parsed.configuration };
}

/**
 * Reads a configuration that must be valid.
 *
 * @throws CliError with every problem
 */
export async function readConfiguration(path: string): Promise<ConfigurationFile> {
  const checked = await checkConfiguration(path);
  if (checked.ok) return checked;
  throw problemsError(path, checked, 'correct the file and run the command again; nothing was started');
}

/**
 * Reads the sample users of a rehearsal.
 *
 * @throws CliError with every problem
 */
export async function readUsers(path: string): Promise<SampleUser[]> {
  const file = await readYaml(path);
  const parsed = file.problems.length > 0 ? { problems: file.problems } : parseUsers(file.document);
  if (isConfiguration(file.document)) {
    throw new CliError(
      `${nameOfFile(path)} is a configuration, and no list of users`,
      exitCodes.badInput,
      'the configuration comes first: rehearse CONFIG --users USERS; see examples/acme.users.yaml',
    );
  }
  if ('users' in parsed) return parsed.users;
  throw problemsError(path, broken(path, file, parsed.problems), 'see examples/acme.users.yaml');
}

/** Whether somebody has mixed the two files up. */
function isConfiguration(document: unknown): boolean {
  return typeof document === 'object' && document !== null && 'eks_name' in document;
}

/** The heading above a file's problems. */
export function problemsHeading(path: string, count: number): string {
  return `${nameOfFile(path)} has ${count} ${count === 1 ? 'problem' : 'problems'}:`;
}

function broken(
  path: string,
  file: YamlFile,
  problems: Problem[],
): { ok: false; problems: Problem[]; lines: string[] } {
  const lines = problems.map((problem) => {
    const line = file.lineOf(problem.path);
    const name = nameOfFile(path);
    const where = line === undefined ? name : path === '-' ? `line ${line}` : `${name}:${line}`;
    return `${where}: ${problem.path === '' ? problem.message : formatProblem(problem)}`;
  });
  return { ok: false, problems, lines };
}

function problemsError(
  path: string,
  { problems, lines }: { problems: Problem[]; lines: string[] },
  hint: string,
): CliError {
  const text = [problemsHeading(path, problems.length), ...lines.map((line) => `  ${line}`)].join('\n');
  return new CliError(text, exitCodes.badInput, hint, { errorName: 'InvalidConfiguration', problems });
}

/** `saml_metadata.file`, relative to the configuration's folder, becomes `inline`. */
async function withMetadata(
  path: string,
  document: unknown,
): Promise<{ document: unknown; problems: Problem[] }> {
  const metadata = (document as { saml_metadata?: unknown } | null | undefined)?.saml_metadata;
  if (typeof metadata !== 'object' || metadata === null || !('file' in metadata)) {
    return { document, problems: [] };
  }
  const { file, ...rest } = metadata;
  const replaced = (inline: string): unknown => ({
    ...(document as object),
    saml_metadata: { ...rest, inline },
  });
  const problem = (message: string): { document: unknown; problems: Problem[] } => ({
    // Without the text, so that the one mistake is named once.
    document: { ...(document as object), saml_metadata: undefined },
    problems: [{ path: 'saml_metadata.file', value: file, message }],
  });
  if (typeof file !== 'string') return problem('must be the path of a file, relative to this one');
  const metadataPath = resolve(dirname(path), file);
  let inline: string;
  try {
    inline = decodeText(await readFile(metadataPath));
  } catch (error) {
    return problem(
      `cannot be read at ${metadataPath}: ${whyUnreadable(error)}; name the metadata file that the directory serves, relative to the configuration`,
    );
  }
  const [unusable] = unusableMetadata(inline, new Date());
  if (unusable !== undefined) return problem(unusable.message);
  return { document: replaced(inline), problems: [] };
}

function tooLarge(document: unknown): Problem[] {
  const bytes = Buffer.byteLength(JSON.stringify(document));
  return bytes <= largestInput
    ? []
    : [
        {
          path: '',
          value: null,
          message: `makes an execution input of ${bytes} bytes, of which Step Functions takes ${largestInput}; name the SAML metadata by URL`,
        },
      ];
}
