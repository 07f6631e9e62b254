import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { completeRules } from '../../../core/access/complete-rules';
import { parseGroups } from '../../../core/access/groups';
import { parseConfiguration } from '../../../core/configuration';
import { parseUsers } from '../../../core/configuration/users';
import { parseSamlMetadata } from '../../../core/saml/saml-metadata';
import fc from '../../support/fast-check';
import { makeSamlMetadata } from '../../support/saml-metadata';
import { fuzzed, type FuzzedKind } from '../kind';
import { mutated, mutatedText } from '../mutated';

const readExample = (file: string) =>
  parse(readFileSync(join(__dirname, '../../../examples', file), 'utf8')) as unknown;

/** What people and their directory write. */
export async function writtenKinds(): Promise<FuzzedKind[]> {
  const example = readExample('acme.yaml');
  const configuration = parseConfiguration(example);
  if (!configuration.ok) throw new Error('the example is invalid');
  const metadata = await makeSamlMetadata();
  return [
    fuzzed('configurations', mutated(example), (document) => {
      const parsed = parseConfiguration(document);
      if (parsed.ok) return;
      expect(parsed.problems.length).toBeGreaterThan(0);
      for (const { message } of parsed.problems) expect(message).not.toBe('');
    }),
    fuzzed('files of sample users', mutated(readExample('acme.users.yaml')), (document) => {
      const parsed = parseUsers(document);
      if ('problems' in parsed) expect(parsed.problems.length).toBeGreaterThan(0);
    }),
    fuzzed('SAML metadata', mutatedText(metadata), parseSamlMetadata),
    fuzzed(
      'attributes of groups',
      fc.oneof(mutatedText('[team-a, CN%3DKF+ml%2COU%3Dgroups, b]'), fc.string({ unit: 'binary' })),
      (text) => {
        const parsed = parseGroups(text);
        if (parsed.ok) for (const group of parsed.groups) expect(group.trim()).not.toBe('');
        else expect(parsed.problem).not.toBe('');
      },
    ),
    fuzzed('rules of access', mutated(configuration.configuration.access), completeRules),
  ];
}
