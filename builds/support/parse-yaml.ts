import { parse } from 'yaml';

/**
 * What a document of the distribution says in YAML, or in JSON. What is odd in it and can be read all the same, such as a key
 * that is a list, is no word in the log of a build.
 *
 * @throws YAMLParseError where it cannot be read
 */
export function parseYaml(text: string): unknown {
  return parse(text, { logLevel: 'error' });
}
