import { readFileSync } from 'node:fs';
import { accessRulesSchema } from '../../core/access/rules';
import { configurationShape } from '../../core/configuration/schema';
import {
  configurationDocument,
  configurationFile,
  schemaFile,
  schemaText,
} from '../../tools/configuration-document';

describe('docs/configuration.md', () => {
  const document = configurationDocument();

  it('is what the schema says (npx tsx tools/configuration-document.ts)', () => {
    expect(readFileSync(configurationFile, 'utf8')).toBe(document);
  });

  it('is beside the JSON Schema that the examples name', () => {
    expect(readFileSync(schemaFile, 'utf8')).toBe(schemaText());
  });

  it('has every key, those of the access rules too, each with its type and what it is', () => {
    const rows = document.split('\n').filter((line) => line.startsWith('| `'));
    const keys = [
      ...Object.keys(configurationShape),
      ...Object.keys(accessRulesSchema.shape).map((key) => `access.${key}`),
    ];
    for (const key of keys) {
      const cells = (rows.find((line) => line.startsWith(`| \`${key}\` |`)) ?? '').split(' | ');
      expect([key, cells[1] !== undefined, (cells[4] ?? '').length > 0]).toEqual([key, true, true]);
    }
  });
});
