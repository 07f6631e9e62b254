import Ajv from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { configurationText } from '../../../core/configuration/configuration-text';
import { configurationJsonSchema } from '../../../core/configuration/json-schema';
import { aliases, configurationShape } from '../../../core/configuration/schema';
import { root } from '../../docs/repository';
import { minimalConfiguration } from '../../support/minimal-configuration';

const ajv = new Ajv({ strict: false });
addFormats(ajv);
const accepts = ajv.compile(configurationJsonSchema());
const example = (name: string): Record<string, unknown> =>
  parse(readFileSync(join(root, 'examples', `${name}.yaml`), 'utf8')) as Record<string, unknown>;

describe('a configuration as text', () => {
  test.each(['acme', 'private', 'seed'])('says what was given: %s', (name) => {
    const values = Object.fromEntries(Object.entries(example(name)).filter(([key]) => !(key in aliases)));
    const text = configurationText(values);
    expect(parse(text)).toEqual(values);
    expect(text.split('\n')[0]).toBe('# yaml-language-server: $schema=kubeflow-eks.schema.json');
  });

  test('has every key, those that are not given as comments that can be taken in', () => {
    const text = configurationText(minimalConfiguration);
    for (const key of Object.keys(configurationShape))
      expect(text).toMatch(new RegExp(`^(?:# )?${key}:`, 'm'));
    const taken = parse(text.replace(/^# (?=nodegroup_max_size:)/m, '')) as Record<string, unknown>;
    expect(taken['nodegroup_max_size']).toBe(6);
  });
});

describe("the editors' schema", () => {
  test.each(['acme', 'private', 'seed'])('accepts examples/%s.yaml, which names it', (name) => {
    expect([accepts(example(name)), accepts.errors]).toEqual([true, null]);
    expect(readFileSync(join(root, 'examples', `${name}.yaml`), 'utf8')).toMatch(
      /^# yaml-language-server: \$schema=\.\.\/docs\/kubeflow-eks\.schema\.json\n/,
    );
  });

  test.each([
    ['a metadata file', { saml_metadata: { file: 'adfs.xml' } }],
    ['an account without quotes', { account_id: 111122223333 }],
    ['an https address of ADFS', { adfs_url: 'https://adfs.acme.example/adfs/ls/' }],
    ['a range', { endpoint_access: { public_cidrs: ['10.0.0.0/8'] } }],
  ])('accepts what the command line does: %s', (_what, part) => {
    expect([accepts({ ...minimalConfiguration, ...part }), accepts.errors]).toEqual([true, null]);
  });

  test.each([
    ['an unknown key', { nodegroup_maxsize: 3 }],
    ['a range that is none', { endpoint_access: { public_cidrs: ['everybody'] } }],
  ])('refuses %s', (_what, part) => {
    expect(accepts({ ...minimalConfiguration, ...part })).toBe(false);
  });
});
