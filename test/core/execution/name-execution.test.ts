import {
  driftLookName,
  executionNameFor,
  isDriftLook,
  isNamedFor,
} from '../../../core/execution/name-execution';

const at = Date.UTC(2026, 0, 2, 3, 4, 5, 678);

test('a name tells what and when, to the second', () => {
  expect(executionNameFor('acme', at)).toBe('acme-20260102-030405');
  expect(driftLookName('acme', at)).toBe('drift-acme-20260102-030405');
});

test('the longest name of a deployment makes one that Step Functions takes', () => {
  // eks_name has 53 characters at most.
  expect(driftLookName('a'.repeat(53), at).length).toBeLessThanOrEqual(80);
});

test.each([
  ['acme', 'acme-20260102-030405', true],
  ['acme', 'acme-b-20260102-030405', false],
  ['acme', 'acme', false],
  ['acme', 'acme-20260102-030405-again', false],
])('for %s: %s is named: %s', (deployment, name, expected) => {
  expect(isNamedFor(deployment, name)).toBe(expected);
});

test.each([
  ['acme', 'drift-acme-20260102-030405', true],
  ['acme', 'acme-20260102-030405', false],
  ['acme', 'drift-acme-b-20260102-030405', false],
  ['acme', 'drift-acme', false],
  // What the command line names a plan of a deployment that is called drift-acme.
  ['drift-acme', 'drift-acme-20260102-030405', false],
  ['drift-acme', 'drift-drift-acme-20260102-030405', true],
])('of %s: %s is a look for drift: %s', (deployment, name, expected) => {
  expect(isDriftLook(deployment, name)).toBe(expected);
});
