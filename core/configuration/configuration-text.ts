import { stringify } from 'yaml';
import { configurationJsonSchema, schemaFileName } from './json-schema';
import { aliases } from './schema';

interface Property {
  description?: string;
  default?: unknown;
}

/** The line by which editors with the YAML language server find the schema, relative to the file. */
export function schemaLine(path = schemaFileName): string {
  return `# yaml-language-server: $schema=${path}`;
}

/**
 * A configuration as a file for people: what is given, then every other key with what it is for, as a comment that can be
 * taken in.
 *
 * @param values under the configuration's names, in any order
 */
export function configurationText(values: Readonly<Record<string, unknown>>): string {
  const schema = configurationJsonSchema() as { properties: Record<string, Property>; required: string[] };
  const keys = Object.keys(schema.properties).filter((key) => !Object.hasOwn(aliases, key));
  const given = keys.filter((key) => values[key] !== undefined);
  const others = keys.filter((key) => values[key] === undefined);
  const section = (key: string, lines: readonly string[]): string =>
    [...comment(schema.properties[key]?.description), ...lines].join('\n');
  return [
    schemaLine(),
    ...given.map((key) => section(key, [yamlOf(key, values[key])])),
    '# What follows is left at its default: take the sign # away to set it.',
    ...others.map((key) => {
      const fallback = schema.properties[key]?.default;
      const line = fallback === undefined ? `${key}:` : yamlOf(key, fallback);
      return section(
        key,
        line.split('\n').map((part) => `# ${part}`),
      );
    }),
    '',
  ]
    .join('\n\n')
    .replace(/\n+$/, '\n');
}

function yamlOf(key: string, value: unknown): string {
  return stringify({ [key]: value }, { lineWidth: 0, singleQuote: true }).trimEnd();
}

/** In lines of at most 100 characters. */
function comment(description = ''): string[] {
  const lines: string[] = [];
  for (const word of description.split(/\s+/).filter(Boolean)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < 100) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(`# ${word}`);
  }
  return lines;
}
