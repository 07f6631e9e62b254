import { readFileSync } from 'node:fs';
import {
  documentKinds,
  documentsOfCommands,
  foreignDocuments,
  type DocumentKind,
} from '../../cli/documents/document-kinds';
import type { Command } from 'commander';
import { buildProgram } from '../../cli/program';
import { exampleOf, jsonDocument, jsonFile } from '../../tools/json-document';
import { faultsOf } from '../cli/contract';

const kinds = Object.keys(documentKinds) as DocumentKind[];

describe('docs/json.md', () => {
  it('is what the schemas and the examples say (npx tsx tools/json-document.ts)', () => {
    expect(readFileSync(jsonFile, 'utf8')).toBe(jsonDocument());
  });

  it.each(kinds)('the example of %s is one', (kind) => {
    const example = JSON.parse(readFileSync(exampleOf(kind), 'utf8')) as Record<string, unknown>;
    expect(faultsOf(kind, example)).toEqual([]);
    expect(faultsOf(kind, { ...example, apiVersion: 'kubeflow-eks/v0' })).not.toEqual([]);
    expect(faultsOf(kind, { ...example, unheardOf: true })).not.toEqual([]);
  });
});

it('every command with --json says what it prints, and no other', () => {
  const namesOf = (command: Command, before: readonly string[]): string[] => {
    const words = [...before, command.name()];
    const own = command.options.some(({ long }) => long === '--json') ? [words.join(' ')] : [];
    return [...own, ...command.commands.flatMap((inner) => namesOf(inner, words))];
  };
  const names = buildProgram(undefined as never, () => undefined).commands.flatMap((one) => namesOf(one, []));
  const said = new Set([...Object.keys(documentsOfCommands), ...Object.keys(foreignDocuments)]);
  expect([...said].sort()).toEqual(names.sort());
  const printed = new Set(Object.values(documentsOfCommands).flat());
  expect([...kinds].filter((kind) => kind !== 'Error' && !printed.has(kind))).toEqual([]);
});

it('JSON in a string is seen', () => {
  const example = JSON.parse(readFileSync(exampleOf('Error'), 'utf8')) as { error: object };
  const document = { ...example, error: { ...example.error, message: '{"errorMessage":"a"}' } };
  expect(faultsOf('Error', document)).toEqual(['/error/message holds JSON in a string']);
});
