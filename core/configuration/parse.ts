import { z } from 'zod';
import { buildPartFits } from './build-part';
import { withDerivedDefaults, type Configuration } from './defaults';
import { problemsOf, type Problem } from './problems';
import { brokenRules } from './rules';
import { namesOneDirectory } from './rules/one-directory';
import type { PartialDocument } from './rules/rule';
import { unusableMetadata } from './rules/saml';
import { aliases, configurationSchema, configurationShape } from './schema';
import { sameTagKey } from './tags';

/** The outcome of {@link parseConfiguration}. */
export type ParseResult =
  | { ok: true; configuration: Configuration; problems?: never }
  | { ok: false; problems: Problem[]; configuration?: never };

export interface ParseOptions {
  /**
   * When something new is to be made of the configuration: the SAML metadata in it is then read as Cognito would, dates
   * included. What was made once must be taken away whatever has become of its metadata.
   */
  now?: Date;
}

/**
 * Checks a document and fills in every default. All problems come in one answer, those between parameters included,
 * as far as the parameters concerned are well-formed.
 *
 * @param document the parsed YAML file or the execution input
 * @returns the complete configuration, or what is wrong with the document
 * @example
 * const result = parseConfiguration(parse(text), { now: new Date() });
 * if (!result.ok) throw new UserError('InvalidConfiguration', result.problems.map(formatProblem).join('\n'));
 */
export function parseConfiguration(document: unknown, { now }: ParseOptions = {}): ParseResult {
  const { value: resolved, problems } = resolveAliases(document);
  const value = withEnvironmentOfTags(resolved);
  const parsed = configurationSchema.safeParse(value);
  if (!parsed.success) problems.push(...problemsOf(parsed.error, value, knownKeys));
  const wellFormed = parsed.success ? parsed.data : wellFormedPart(value);
  const configuration = parsed.success ? withDerivedDefaults(parsed.data) : undefined;
  problems.push(
    ...(isRecord(value) ? namesOneDirectory(value) : []),
    ...brokenRules(wellFormed),
    ...buildPartFits(configuration ?? wellFormed),
    ...(now === undefined ? [] : unusableMetadata(wellFormed.saml_metadata?.inline, now)),
  );
  if (problems.length > 0 || configuration === undefined) return { ok: false, problems };
  return { ok: true, configuration };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function resolveAliases(document: unknown): { value: unknown; problems: Problem[] } {
  if (!isRecord(document)) return { value: document, problems: [] };
  const problems: Problem[] = [];
  const entries = Object.entries(document).flatMap(([key, value]): [string, unknown][] => {
    const target = aliases[key];
    if (target === undefined) return [[key, value]];
    if (!(target in document)) return [[target, value]];
    problems.push({
      path: key,
      value,
      message: `stands beside "${target}", for which it is another spelling; keep one`,
    });
    return [];
  });
  return { value: Object.fromEntries(entries), problems };
}

/** Who names the environment in a tag only means that, and not the default beside it. */
function withEnvironmentOfTags(document: unknown): unknown {
  if (!isRecord(document) || document['env'] !== undefined || !isRecord(document['tags'])) return document;
  const named = Object.entries(document['tags']).filter(([key]) => sameTagKey(key, 'env'));
  return named.length === 1 ? { ...document, env: named[0]?.[1] } : document;
}

/** The parameters of a broken document that are well-formed by themselves. */
function wellFormedPart(document: unknown): PartialDocument {
  if (!isRecord(document)) return {};
  return Object.fromEntries(
    Object.entries(configurationShape).flatMap(([key, schema]) => {
      const result = schema.safeParse(document[key]);
      return result.success && result.data !== undefined ? [[key, result.data]] : [];
    }),
  );
}

/** The keys that the schema knows at a path. */
function knownKeys(path: readonly PropertyKey[]): readonly string[] {
  let schema: z.ZodType | undefined = configurationSchema;
  for (const part of path) {
    const shape: Record<string, z.ZodType> | undefined = shapeOf(schema);
    schema = shape?.[String(part)];
  }
  return Object.keys(shapeOf(schema) ?? {});
}

function shapeOf(schema: z.ZodType | undefined): Record<string, z.ZodType> | undefined {
  if (schema instanceof z.ZodObject) return schema.shape;
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) {
    return shapeOf(schema.unwrap() as z.ZodType);
  }
  return undefined;
}
